// SPDX-License-Identifier: Apache-2.0
/** The rule of the policy that keeps a connection on the CPU, or may. */
import type { FlowCheck, KeptByPolicy } from '../../../api/index.ts';
import type { FoundLine } from 'nft_offload.base.conntrack.find';
import { deciders_of, keeper_of, known_for, place_of } from 'nft_offload.state.policy.decide';
import { rules_in_force } from 'nft_offload.state.policy.force';

/** Null where none does, or the policy is not in force. @param zones as Known has them */
function kept_by(
	found: FoundLine,
	zones: { src: string | null; dest: string | null },
	checked: FlowCheck[]
): KeptByPolicy | null {
	const rules = rules_in_force();
	if (length(rules) === 0) {
		return null;
	}
	push(checked, 'policy');
	const deciders = deciders_of(rules);
	const known = known_for(rules);
	known.src = zones.src;
	known.dest = zones.dest;
	const keeper = keeper_of(deciders, known, found.flow, found.line);
	const place = keeper === -1 ? place_of(null, deciders, known, found.flow, found.line) : keeper;
	const rule = place === -1 ? null : rules[place];
	return rule == null
		? null
		: {
				code: 'policy',
				rule: rule.name,
				first_packets: rule.first_packets ?? null,
				certain: keeper !== -1
			};
}

export { kept_by };
