// SPDX-License-Identifier: Apache-2.0
/** A flowtable for bridged packets without a device: what should go through it waits for one. */
import type { FindingOf } from '../../../api/index.ts';
import type { Situation } from 'nft_offload.why.situation';

function find_waiting_bridge(situation: Situation): FindingOf<'bridge_waits'>[] {
	return map(
		filter(situation.idle_flowtables(), (name) => index(name, 'bridge ') === 0),
		(name) => ({ code: 'bridge_waits', severity: 'notice', flowtable: name })
	);
}

export { find_waiting_bridge };
