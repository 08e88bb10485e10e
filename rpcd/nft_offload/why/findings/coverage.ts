// SPDX-License-Identifier: Apache-2.0
/** Layer 3 devices whose packets enter where no hook is. */
import type { FindingOf } from '../../../api/index.ts';
import { bare_uplinks } from 'nft_offload.state.coverage';
import type { Situation } from 'nft_offload.why.situation';

/** Without firewall4's memory nobody knows the carrier of a PPP device. */
function find_uncovered(situation: Situation): FindingOf<'not_covered'>[] {
	const bare = bare_uplinks(situation.coverage, situation.evidence.uplinks);
	return map(
		filter(situation.coverage, (each) => situation.evidence.memory.known && length(each.missing) > 0),
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
