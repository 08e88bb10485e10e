// SPDX-License-Identifier: Apache-2.0
/** A policy that was asked for and is not in force: then what it keeps on the CPU is offloaded. */
import type { FindingOf } from '../../../api/index.ts';
import type { Situation } from 'nft_offload.why.situation';

function find_policy(situation: Situation): FindingOf<'policy_not_in_force'>[] {
	const force = situation.policy();
	// A load that goes on has not come to the include yet.
	return force.state !== 'not_in_force' || situation.evidence.is_loading()
		? []
		: [{ code: 'policy_not_in_force', severity: 'warning', cause: force.cause, reason: force.reason }];
}

export { find_policy };
