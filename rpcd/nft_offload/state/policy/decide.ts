// SPDX-License-Identifier: Apache-2.0
/** Which rule of a policy keeps a connection on the CPU: what the rules for nft decide, told of a line of the conntrack table. */
import type { Flow, PolicyRule } from '../../../api/index.ts';
import { own_addresses, passes_through } from 'nft_offload.base.address';
import { number_after } from 'nft_offload.base.conntrack.line';
import { has_mark, mac_of, mark_of } from 'nft_offload.state.policy.header';
import type { Mark } from 'nft_offload.state.policy.header';
import { holds, prefixes_of } from 'nft_offload.state.policy.networks';
import type { Prefixes } from 'nft_offload.state.policy.networks';
import { neighbours_for } from 'nft_offload.state.policy.neighbours';
import { range_of } from 'nft_offload.state.policy.rules';
import type { Range } from 'nft_offload.state.policy.rules';

/** A rule made ready for many connections. */
interface Decider {
	rule: PolicyRule;
	clients: Prefixes | null;
	destinations: Prefixes | null;
	ports: Range[] | null;
	macs: string[] | null;
	mark: Mark | null;
}

/** Whether a rule keeps a connection; null where nobody knows. */
type Decision = boolean | null;

/** What is known beside the table. */
interface Known {
	/** MAC addresses by address. */
	neighbours: Record<string, string>;
	/** The router's own addresses: what begins or ends at one is not forwarded, and no rule of the policy meets it. */
	own: Record<string, true>;
	/** The zones that the connection was begun from and to, each empty where it is none, and null where nobody knows. */
	src: string | null;
	dest: string | null;
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
		ports: rule.ports == null ? null : ranges_of(rule.ports),
		macs: rule.macs == null ? null : map(rule.macs, (mac) => mac_of(mac) ?? ''),
		mark: rule.mark == null ? null : mark_of(rule.mark)
	}));
}

/** What is known without asking where a connection goes. */
function known_for(rules: PolicyRule[]): Known {
	return { neighbours: neighbours_for(rules), own: own_addresses(), src: null, dest: null };
}

/** Whether any rule has to do with it: not with what ends at the router, nor with TCP that begins or ends. */
function is_met(known: Known, flow: Flow): boolean {
	return (
		(flow.protocol === 'tcp' || flow.protocol === 'udp') &&
		(flow.state ?? 'ESTABLISHED') === 'ESTABLISHED' &&
		passes_through(known.own, flow)
	);
}

function has_port(ranges: Range[], port: number | null): boolean {
	return port != null && length(filter(ranges, (range) => range.first <= port && port <= range.last)) > 0;
}

/** Whether all of its conditions hold that the table tells of. Where nobody counts packets, no connection has sent too few, as for the kernel's rule. */
function may_keep_one(decider: Decider, flow: Flow, line: string): boolean {
	const rule = decider.rule;
	const sent = flow.original.packets;
	return (
		rule.enabled !== false &&
		(rule.family == null || rule.family === flow.family) &&
		(rule.protocol == null || rule.protocol === flow.protocol) &&
		(decider.clients == null ||
			holds(decider.clients, flow.original.source) ||
			holds(decider.clients, flow.reply.source)) &&
		(decider.destinations == null || holds(decider.destinations, flow.original.destination)) &&
		(decider.ports == null || has_port(decider.ports, flow.original.destination_port)) &&
		(decider.mark == null || has_mark(decider.mark, number_after(line, ' mark=') ?? 0)) &&
		(rule.first_packets == null || (sent != null && sent < rule.first_packets))
	);
}

function is_zone(wanted: string | undefined, zone: string | null): Decision {
	return wanted == null ? true : zone == null ? null : zone === wanted;
}

/** Whether the rule keeps it. */
function decision_of(decider: Decider, known: Known, flow: Flow, line: string): Decision {
	if (!may_keep_one(decider, flow, line)) {
		return false;
	}
	const rule = decider.rule;
	const mac = known.neighbours[flow.original.source];
	const told: Decision[] = [
		decider.macs == null ? true : mac == null ? null : index(decider.macs, mac) !== -1,
		is_zone(rule.src, known.src),
		is_zone(rule.dest, known.dest),
		rule.dscp == null ? true : null
	];
	return length(filter(told, (each) => each === false)) > 0
		? false
		: length(filter(told, (each) => each == null)) > 0
			? null
			: true;
}

/** The place of the first rule of which that is decided of a connection that rules meet; -1 where there is none. */
function place_of(wanted: Decision, deciders: Decider[], known: Known, flow: Flow, line: string): number {
	if (!is_met(known, flow)) {
		return -1;
	}
	for (let i = 0; i < length(deciders); i++) {
		const decider = deciders[i];
		if (decider != null && decision_of(decider, known, flow, line) === wanted) {
			return i;
		}
	}
	return -1;
}

/** The place of the first rule that keeps a connection on the CPU; -1 where none is known to. */
function keeper_of(deciders: Decider[], known: Known, flow: Flow, line: string): number {
	return place_of(true, deciders, known, flow, line);
}

/** Whether the table tells of what the rule goes by. */
function is_told(rule: PolicyRule): boolean {
	return rule.src == null && rule.dest == null && rule.dscp == null;
}

export { deciders_of, is_told, keeper_of, known_for, place_of, ranges_of };
export type { Decider, Known };
