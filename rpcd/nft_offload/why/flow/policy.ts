// SPDX-License-Identifier: Apache-2.0
/** The rule of the policy that keeps a connection on the CPU, or may. */
import type { Effective, FlowCheck, KeptByPolicy } from '../../../api/index.ts';
import type { FoundLine } from 'nft_offload.base.conntrack.find';
import { deciders_of, keeper_of, place_of } from 'nft_offload.state.policy.decide';
import { read_policy } from 'nft_offload.state.policy.file';
import { policy_force } from 'nft_offload.state.policy.force';
import { neighbours_for } from 'nft_offload.state.policy.neighbours';
import { enabled_rules } from 'nft_offload.state.policy.rules';

/** Null where none does, or the policy is not in force. @param zones as Known has them */
function kept_by(
	found: FoundLine,
	effective: Effective,
	zones: { src: string | null; dest: string | null },
	checked: FlowCheck[]
): KeptByPolicy | null {
	const asked = read_policy();
	const rules = enabled_rules(asked.rules ?? []);
	if (length(rules) === 0 || policy_force(effective, asked).state !== 'in_force') {
		return null;
	}
	push(checked, 'policy');
	const deciders = deciders_of(rules);
	const known = { neighbours: neighbours_for(rules), src: zones.src, dest: zones.dest };
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
