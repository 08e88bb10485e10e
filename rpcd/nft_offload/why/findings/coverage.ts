// SPDX-License-Identifier: Apache-2.0
/** Layer 3 devices whose packets enter where no hook is. */
import type { FindingOf } from '../../../api/index.ts';
import { bare_uplinks } from 'nft_offload.state.coverage';
import type { Evidence } from 'nft_offload.state.evidence';

function find_uncovered(evidence: Evidence): FindingOf<'not_covered'>[] {
	const bare = bare_uplinks(evidence.coverage, evidence.uplinks);
	return map(
		filter(evidence.coverage, (each) => length(each.missing) > 0),
		(each) => ({
			code: 'not_covered',
			severity: index(bare, each.device) === -1 ? 'notice' : 'warning',
			device: each.device,
			zone: each.zone,
			side: each.side,
			missing: each.missing
		})
	);
}

export { find_uncovered };
