// SPDX-License-Identifier: Apache-2.0
/** get_policy, as a caller reaches it. */
import type { Policy, PolicyArguments, PolicyRule, Problem } from '../../api/index.ts';
import { now_us } from 'nft_offload.base.clock';
import { replies } from 'nft_offload.base.reply';
import { fault_of, is_faultless } from 'nft_offload.base.request';
import { count_kept } from 'nft_offload.policy.kept';
import { chain_lines } from 'nft_offload.state.policy.render';
import { read_flowtables } from 'nft_offload.state.flowtable';
import { read_policy } from 'nft_offload.state.policy.file';
import { has_rules, policy_force } from 'nft_offload.state.policy.force';
import { POLICY_CHECK, refused_rules } from 'nft_offload.state.policy.rules';

/** Seconds. */
const SECONDS = 14;

/** The policy of the file; or of these rules, were they in it. */
function get_policy(given: PolicyRule[] | null): Policy {
	const started = now_us();
	const of_file = read_policy();
	const asked = given == null ? of_file : { rules: given, fault: null };
	const rules = asked.rules ?? [];
	const force = policy_force(read_flowtables(), of_file);
	const counts = count_kept(rules, given != null || has_rules(force));
	return {
		rules: rules,
		fault: asked.fault,
		force: force,
		kept: counts.kept,
		escaped: counts.escaped,
		whole: counts.whole,
		text: join('\n', chain_lines(rules)),
		took_us: now_us() - started
	};
}

const REPLY = replies(SECONDS, {
	get_policy: (request): Policy | Problem | null => {
		const given = request.arguments;
		const fault = fault_of(given, [POLICY_CHECK]) ?? refused_rules(given['policy']);
		return is_faultless<PolicyArguments>(given, fault) ? get_policy(given.policy ?? null) : fault;
	}
});

export { REPLY };
