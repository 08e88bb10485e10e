// SPDX-License-Identifier: Apache-2.0
/** What the command line says of a policy. */
import type { Policy, PolicyCause, PolicyForce, PolicyRule } from '../../api/index.ts';
import { counted, paragraph, point } from 'nft_offload.words.columns';

const CAUSES: Record<PolicyCause, string> = {
	unreadable: '/etc/config/nft-offload is not understood',
	not_included: '/etc/config/firewall has no enabled include for it',
	no_rule: 'the chain forward offloads by other rules than firewall4 writes, and is left alone',
	no_zone: 'what goes by a zone that the firewall has not, or not by devices alone',
	refused: 'nft refuses it',
	not_loaded: 'the firewall was not loaded since it was written'
};

function force_words(force: PolicyForce): string {
	switch (force.state) {
		case 'empty':
			return 'No rule: whatever can be offloaded is.';
		case 'off':
			return 'Nothing is offloaded, so that there is nothing to choose.';
		case 'in_force':
			return 'In force.';
		case 'not_in_force':
			return `Not in force: ${CAUSES[force.cause]}${force.reason === '' ? '' : ` (${force.reason})`}.`;
	}
}

/** The conditions of a rule. */
function rule_words(rule: PolicyRule): string {
	const words: string[] = [];
	const add = (condition: string | null | undefined, what: string): void => {
		if (condition != null) {
			push(words, `${what}${condition}`);
		}
	};
	add(rule.family === 'ipv4' ? 'IPv4' : rule.family === 'ipv6' ? 'IPv6' : null, '');
	add(rule.protocol == null ? null : rule.protocol === 'tcp' ? 'TCP' : 'UDP', '');
	add(rule.src, 'from the zone ');
	add(rule.dest, 'to the zone ');
	add(rule.macs == null ? null : join(', ', rule.macs), 'of ');
	add(rule.clients == null ? null : join(', ', rule.clients), 'of ');
	add(rule.destinations == null ? null : join(', ', rule.destinations), 'to ');
	add(rule.ports == null ? null : join(', ', rule.ports), 'to port ');
	add(rule.dscp == null ? null : join(', ', rule.dscp), 'with DSCP ');
	add(rule.mark, 'with mark ');
	add(rule.first_packets == null ? null : `${rule.first_packets} packets`, 'until they have sent ');
	return join(', ', words);
}

function policy_words(policy: Policy): string {
	const parts = [paragraph(force_words(policy.force))];
	for (let i = 0; i < length(policy.rules); i++) {
		const rule = policy.rules[i];
		if (rule != null) {
			const kept = policy.kept[i];
			const state =
				rule.enabled === false
					? 'disabled'
					: kept == null
						? 'not counted'
						: `keeps ${counted(kept, 'connection')}`;
			push(parts, point(`${i + 1}`, `${rule.name}: ${rule_words(rule)} (${state})`));
		}
	}
	if (policy.escaped > 0) {
		push(parts, paragraph(`${counted(policy.escaped, 'connection')} offloaded all the same.`));
	}
	return join('', parts);
}

export { force_words, policy_words };
