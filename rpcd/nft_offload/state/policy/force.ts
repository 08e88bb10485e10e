// SPDX-License-Identifier: Apache-2.0
/** Whether the policy that is asked for is in force, by what the kernel says; and if not, why. */
import type { Effective, PolicyCause, PolicyForce, PolicyRule } from '../../../api/index.ts';
import { read_record } from 'nft_offload.base.record';
import { is_integer, is_text } from 'nft_offload.base.value';
import { read_options } from 'nft_offload.state.firewall';
import { read_policy } from 'nft_offload.state.policy.file';
import type { Asked } from 'nft_offload.state.policy.rules';
import { read_forward } from 'nft_offload.state.policy.forward';
import type { Forwarding } from 'nft_offload.state.policy.forward';
import { enabled_rules, fault_words } from 'nft_offload.state.policy.rules';
import { POLICY_RECORD, policy_stamp } from 'nft_offload.state.policy.stamp';
import { place_zones, ZONE_WORD } from 'nft_offload.state.policy.zones';
import { read_memory } from 'nft_offload.state.zones';

/** Why the include did not carry it out, if it has met this flowtable. */
function refused_for(handle: number | null): { cause: PolicyCause; reason: string } | null {
	const record = read_record(POLICY_RECORD);
	const reason = record == null ? null : record['reason'];
	return record != null && is_integer(record['handle']) && record['handle'] === handle && is_text(reason)
		? { cause: reason === '' ? 'no_rule' : 'refused', reason: reason }
		: null;
}

function not_in_force(cause: PolicyCause, reason: string): PolicyForce {
	return { state: 'not_in_force', cause: cause, reason: reason };
}

/** Zones that rules go by, and the firewall has not. */
function lost_zones(rules: PolicyRule[]): string[] {
	const named: string[] = [];
	map(enabled_rules(rules), (rule) =>
		map(
			filter([rule.src, rule.dest], (zone) => zone != null),
			(zone) => push(named, `${ZONE_WORD}${zone} `)
		)
	);
	return place_zones(named, read_memory).unknown;
}

/** Whether the kernel has the rules, those of lost zones aside. */
function has_rules(force: PolicyForce): boolean {
	return force.state === 'in_force' || (force.state === 'not_in_force' && force.cause === 'no_zone');
}

/** Of a policy that nobody has asked for, whether the kernel has one all the same. */
function force_of_none(): PolicyForce {
	const forward = read_options()?.include === true ? read_forward() : null;
	return forward != null && forward.ours != null ? not_in_force('not_loaded', '') : { state: 'empty' };
}

/** The chain forward where it has the rules of the file as it is now; null where it has not. */
function forward_by_file(): Forwarding | null {
	const forward = read_forward();
	return forward != null && forward.ours != null && forward.ours.stamp === policy_stamp() ? forward : null;
}

/** The enabled rules that the kernel has; none where it has not those of the file. A router without any is asked nothing. */
function rules_in_force(): PolicyRule[] {
	const rules = enabled_rules(read_policy().rules ?? []);
	const forward = length(rules) > 0 ? forward_by_file() : null;
	return forward != null && forward.offloads === 0 ? rules : [];
}

/** The force of rules that the kernel has. What another rule hands over, ours are not asked about. */
function force_of_loaded(forward: Forwarding, rules: PolicyRule[]): PolicyForce {
	const lost = forward.offloads === 0 ? lost_zones(rules) : [];
	return forward.offloads > 0
		? not_in_force('no_rule', '')
		: length(lost) > 0
			? not_in_force('no_zone', join(', ', lost))
			: { state: 'in_force' };
}

/** The force of the policy that /etc/config/nft-offload has now, as read_policy() has read it. A router without one is asked nothing more. */
function policy_force(effective: Effective, asked: Asked): PolicyForce {
	if (asked.rules == null) {
		return not_in_force('unreadable', fault_words(asked.fault));
	}
	if (length(enabled_rules(asked.rules)) === 0) {
		return force_of_none();
	}
	if (effective.mode === 'off') {
		return { state: 'off' };
	}
	const forward = forward_by_file();
	if (forward != null) {
		return force_of_loaded(forward, asked.rules);
	}
	if (read_options()?.include !== true) {
		return not_in_force('not_included', '');
	}
	const refused = refused_for(effective.handle);
	return refused == null ? not_in_force('not_loaded', '') : not_in_force(refused.cause, refused.reason);
}

export { has_rules, policy_force, rules_in_force };
