// SPDX-License-Identifier: Apache-2.0
/** Which rule of a policy keeps a connection on the CPU: what the rules for nft decide, told of a line of the conntrack table. */
import type { Flow, PolicyRule } from '../../../api/index.ts';
import { holds, prefixes_of } from 'nft_offload.state.policy.networks';
import type { Prefixes } from 'nft_offload.state.policy.networks';
import { range_of } from 'nft_offload.state.policy.rules';
import type { Range } from 'nft_offload.state.policy.rules';

/** A rule made ready for many connections. */
interface Decider {
	rule: PolicyRule;
	clients: Prefixes | null;
	destinations: Prefixes | null;
	ports: Range[] | null;
}

function ranges_of(ports: string[]): Range[] {
	const ranges: Range[] = [];
	map(ports, (port) => {
		const range = range_of(port);
		if (range != null) {
			push(ranges, range);
		}
	});
	return ranges;
}

function deciders_of(rules: PolicyRule[]): Decider[] {
	return map(rules, (rule) => ({
		rule: rule,
		clients: rule.clients == null ? null : prefixes_of(rule.clients),
		destinations: rule.destinations == null ? null : prefixes_of(rule.destinations),
		ports: rule.ports == null ? null : ranges_of(rule.ports)
	}));
}

function has_port(ranges: Range[], port: number | null): boolean {
	return port != null && length(filter(ranges, (range) => range.first <= port && port <= range.last)) > 0;
}

/** Whether all of its conditions hold. Where nobody counts packets, no connection has sent too few: the kernel's rule does not match, either. */
function keeps(decider: Decider, flow: Flow): boolean {
	const rule = decider.rule;
	const sent = flow.original.packets;
	return (
		(rule.family == null || rule.family === flow.family) &&
		(rule.protocol == null || rule.protocol === flow.protocol) &&
		(decider.clients == null ||
			holds(decider.clients, flow.original.source) ||
			holds(decider.clients, flow.reply.source)) &&
		(decider.destinations == null || holds(decider.destinations, flow.original.destination)) &&
		(decider.ports == null || has_port(decider.ports, flow.original.destination_port)) &&
		(rule.first_packets == null || (sent != null && sent < rule.first_packets))
	);
}

/** The place of the first enabled rule that keeps a connection of TCP or UDP on the CPU; -1 where none does. */
function keeper_of(deciders: Decider[], flow: Flow): number {
	if (flow.protocol !== 'tcp' && flow.protocol !== 'udp') {
		return -1;
	}
	for (let i = 0; i < length(deciders); i++) {
		const decider = deciders[i];
		if (decider != null && decider.rule.enabled !== false && keeps(decider, flow)) {
			return i;
		}
	}
	return -1;
}

export { deciders_of, keeper_of, ranges_of };
export type { Decider };
