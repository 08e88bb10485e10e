// SPDX-License-Identifier: Apache-2.0
/** The rule of the policy that keeps a connection on the CPU. */
import type { Effective, Flow, FlowCheck, FlowReason } from '../../../api/index.ts';
import { deciders_of, keeper_of } from 'nft_offload.state.policy.decide';
import { read_policy } from 'nft_offload.state.policy.file';
import { policy_force } from 'nft_offload.state.policy.force';
import { enabled_rules } from 'nft_offload.state.policy.rules';

/** Null where none does, or the policy is not in force. */
function kept_by(flow: Flow, effective: Effective, checked: FlowCheck[]): FlowReason | null {
	const rules = enabled_rules(read_policy().rules ?? []);
	if (length(rules) === 0 || policy_force(effective).state !== 'in_force') {
		return null;
	}
	push(checked, 'policy');
	const place = keeper_of(deciders_of(rules), flow);
	const rule = place === -1 ? null : rules[place];
	return rule == null ? null : { code: 'policy', rule: rule.name, first_packets: rule.first_packets ?? null };
}

export { kept_by };
