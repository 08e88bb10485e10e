// SPDX-License-Identifier: Apache-2.0
/**
 * explain_flow: why a connection is on its path, by what the router tells of it. What the flowtable never takes comes first, then what
 * it does not take now, then what it has not taken yet: of these the first that holds explains the path, and what follows would not
 * change it (nft_flow_offload.c, nft_flow_offload_eval).
 */
import type {
	ExplainFlowArguments,
	FlowCheck,
	FlowEnd,
	FlowExplanation,
	FlowReason,
	KeptByPolicy,
	ProblemOf
} from '../../api/index.ts';
import { own_addresses } from 'nft_offload.base.address';
import { now_ms, now_us, uptime } from 'nft_offload.base.clock';
import { find_connection } from 'nft_offload.base.conntrack.find';
import type { FoundLine } from 'nft_offload.base.conntrack.find';
import { coverage_of } from 'nft_offload.state.coverage';
import { entrances } from 'nft_offload.state.devices';
import { gather } from 'nft_offload.state.evidence';
import type { Evidence } from 'nft_offload.state.evidence';
import { bound_ways, read_engine_tables } from 'nft_offload.state.engine_tables';
import { key_of, marked_in } from 'nft_offload.state.marked';
import { last_marked, remember_marked } from 'nft_offload.state.once_marked';
import type { SidedDevice } from 'nft_offload.state.sides';
import { ends_at_router, is_bridged, is_not_unicast } from 'nft_offload.why.flow.ends';
import { may_forward } from 'nft_offload.why.flow.forwarding';
import { handed_over } from 'nft_offload.why.flow.handover';
import { helper_of, packet_of } from 'nft_offload.why.flow.helper';
import { goes_through_ipsec } from 'nft_offload.why.flow.ipsec';
import { flowtable_wait, paused } from 'nft_offload.why.flow.pause';
import { kept_by } from 'nft_offload.why.flow.policy';
import { is_routed_by_policy, routes_between } from 'nft_offload.why.flow.route';
import type { Route } from 'nft_offload.why.flow.route';
import { read_ruleset } from 'nft_offload.why.ruleset';

/** Packets of a connection that the flowtable had no chance to take: the first, and what comes with it. */
const FEW = 2;
/** Seconds from firewall4's memory of a load to the end of that load. */
const LOADING = 5;

/** What is known of a connection, and what was asked for that. */
interface Inquiry {
	evidence: Evidence;
	wanted: ExplainFlowArguments;
	/** Null when it is not in the table. */
	found: FoundLine | null;
	source: Route | null;
	destination: Route | null;
	reasons: FlowReason[];
	checked: FlowCheck[];
}

/** The two ends, as the kernel routes between them. With rules by mark nobody knows the uplink. */
function ask_routes(inquiry: Inquiry): void {
	const wanted = inquiry.wanted;
	const found = inquiry.found;
	const uplinks = inquiry.evidence.uplinks ?? [];
	const ends = routes_between(
		wanted.family,
		wanted.source,
		found == null ? wanted.destination : found.flow.reply.source
	);
	const known = (route: Route | null): Route | null =>
		route != null && index(uplinks, route.device) !== -1 && is_routed_by_policy(wanted.family) ? null : route;
	inquiry.source = known(ends.source);
	inquiry.destination = known(ends.destination);
	if (inquiry.source != null || inquiry.destination != null) {
		push(inquiry.checked, 'routes');
	}
}

/** A device as its zone has it, or in none: the defaults, or a zone that has subnets alone, may let it through. */
function sided_by(evidence: Evidence, device: string): SidedDevice {
	return (
		filter(evidence.devices, (each) => each.device === device)[0] ?? {
			device: device,
			zone: null,
			side: 'lan',
			entrances: entrances(device, evidence.memory, {})
		}
	);
}

function end_by(evidence: Evidence, route: Route | null): FlowEnd | null {
	if (route == null || route.kind !== 'unicast') {
		return null;
	}
	return { device: route.device, zone: sided_by(evidence, route.device).zone };
}

/** What the line of the connection and the router's addresses tell. */
function find_in_line(inquiry: Inquiry, found: FoundLine): void {
	const flow = found.flow;
	const local = ends_at_router(flow, own_addresses(), inquiry.source, inquiry.destination);
	if (local != null) {
		push(inquiry.reasons, local);
	}
	if (is_not_unicast(flow.original.destination, inquiry.destination)) {
		push(inquiry.reasons, { code: 'not_unicast', address: flow.original.destination });
	}
	if (flow.protocol !== 'tcp' && flow.protocol !== 'udp') {
		push(inquiry.reasons, { code: 'protocol', protocol: flow.protocol });
	}
	push(inquiry.checked, 'addresses', 'protocol');
}

/** Whether a flowtable takes what bridges forward: firewall4's own for them, of builds that have it, or another's. */
function has_bridged_flowtable(evidence: Evidence): boolean {
	return length(filter(evidence.effective.foreign, (name) => index(name, 'bridge ') === 0)) > 0;
}

/** Whether a bridge forwards it, and nothing offloads what bridges forward. */
function is_left_to_bridge(inquiry: Inquiry, found: FoundLine): boolean {
	const source = inquiry.source;
	const destination = inquiry.destination;
	return (
		source != null &&
		destination != null &&
		is_bridged(found.flow, source, destination) &&
		!has_bridged_flowtable(inquiry.evidence)
	);
}

/** What the rules, the routes and the policies tell. */
function find_in_rules(inquiry: Inquiry, found: FoundLine): void {
	const source = inquiry.source;
	const destination = inquiry.destination;
	if (source != null && is_left_to_bridge(inquiry, found)) {
		push(inquiry.reasons, { code: 'bridged', device: source.device });
	}
	const ipsec = goes_through_ipsec(found.flow);
	if (ipsec != null) {
		push(inquiry.checked, 'ipsec');
	}
	if (ipsec === true) {
		push(inquiry.reasons, { code: 'ipsec' });
	}
	const ruleset = read_ruleset();
	if (ruleset == null) {
		return;
	}
	const comes_by = source?.device ?? null;
	const goes_by = destination?.device ?? null;
	const handed =
		inquiry.evidence.effective.mode === 'off'
			? 'unknown'
			: handed_over(ruleset, packet_of(found.flow, 'established', comes_by, goes_by, true));
	if (handed !== 'unknown') {
		push(inquiry.checked, 'rule');
	}
	const answer = helper_of(ruleset, found.flow, comes_by, goes_by);
	if (answer.certain) {
		push(inquiry.checked, 'helpers');
	}
	if (answer.helper != null) {
		push(inquiry.reasons, answer.helper);
	}
	if (handed === 'no') {
		push(inquiry.reasons, { code: 'no_rule' });
	}
}

/** The rule of the policy that keeps it on the CPU, or may. */
function ask_policy(inquiry: Inquiry, found: FoundLine): KeptByPolicy | null {
	const zone = (route: Route | null): string | null => {
		const end = end_by(inquiry.evidence, route);
		return end == null ? null : (end.zone ?? '');
	};
	const zones = { src: zone(inquiry.source), dest: zone(inquiry.destination) };
	return kept_by(found, zones, inquiry.checked);
}

/** Whether the connection can be taken now. UDP can without an answer, from its second packet on (6.12; conntrack/mixed-25.12.txt). */
function find_in_state(inquiry: Inquiry, found: FoundLine): void {
	const flow = found.flow;
	push(inquiry.checked, 'state');
	if (flow.protocol === 'tcp' && !flow.replied) {
		push(inquiry.reasons, { code: 'one_direction' });
	} else if (flow.protocol === 'tcp' && flow.state != null && flow.state !== 'ESTABLISHED') {
		push(inquiry.reasons, { code: 'tcp_state', state: flow.state });
	}
}

/** What enters by the devices of the connection, and meets no hook. */
function find_uncovered_ends(inquiry: Inquiry): void {
	const evidence = inquiry.evidence;
	const ends = filter(
		[inquiry.source, inquiry.destination],
		(route) => route != null && route.kind === 'unicast'
	);
	// Without firewall4's memory nobody knows the carrier of a PPP device.
	if (evidence.effective.mode === 'off' || !evidence.memory.known || length(ends) === 0) {
		return;
	}
	push(inquiry.checked, 'coverage');
	const looked: Record<string, true> = {};
	map(ends, (route) => {
		if (route != null && !exists(looked, route.device)) {
			looked[route.device] = true;
			map(coverage_of([sided_by(evidence, route.device)], evidence.effective.devices), (each) => {
				if (length(each.missing) > 0) {
					push(inquiry.reasons, { code: 'not_covered', device: each.device, missing: each.missing });
				}
			});
		}
	});
}

/** Seconds since firewall4 was loaded, at the most; null where nobody knows. Who sets the calendar makes them more. */
function loaded_for(evidence: Evidence): number | null {
	const seconds = evidence.memory.known ? clock(false)[0] - evidence.memory.written : -1;
	return seconds < 0 ? null : min(seconds, uptime());
}

/** Why the flowtable has not taken it yet, or no more. */
function find_in_time(inquiry: Inquiry, found: FoundLine): void {
	const evidence = inquiry.evidence;
	const flow = found.flow;
	const handle = evidence.effective.handle;
	const pause = paused(flow, found.line);
	const wait = flowtable_wait(flow.protocol);
	const loaded = loaded_for(evidence);
	const marked_ms = last_marked(handle, key_of(found.line));
	const marked = marked_ms != null && (loaded == null || now_ms() - marked_ms <= loaded * 1000);
	const sent = flow.original.packets;
	const received = flow.reply.packets;
	const counted = sent == null || received == null ? null : sent + received;
	push(inquiry.checked, 'memory');
	if (counted != null) {
		push(inquiry.checked, 'packets');
	}
	const since_load = pause != null && pause > 0 && loaded != null && pause + LOADING >= loaded;
	if (pause != null && pause >= wait && marked) {
		push(inquiry.reasons, { code: 'timed_out', seconds: wait });
	} else if (counted != null && counted <= FEW) {
		push(inquiry.reasons, { code: 'few_packets', packets: counted });
	} else if (pause != null && (pause >= wait || since_load)) {
		push(inquiry.reasons, { code: 'idle', seconds: pause });
	}
}

/**
 * firewall4's rule marks also what a bridge forwards, where br_netfilter hands that to it (seen on 25.12.2): its packets enter by
 * the ports of the bridge, and where none of these is hooked the flowtable takes none of them.
 */
function find_marked_bridged(inquiry: Inquiry, found: FoundLine): void {
	const source = inquiry.source;
	if (source == null || !is_left_to_bridge(inquiry, found)) {
		return;
	}
	const hooked = inquiry.evidence.effective.devices;
	const ports = filter(
		sided_by(inquiry.evidence, source.device).entrances,
		(port) => index(hooked, port) !== -1
	);
	if (length(ports) === 0) {
		push(inquiry.reasons, { code: 'bridged', device: source.device });
	}
}

/** Of a marked connection: what of it is not on the fast path all the same, or that it is. */
function explain_marked(inquiry: Inquiry, found: FoundLine): void {
	const path = found.flow.path;
	const marked = marked_in(`${found.line}\n`)[0];
	// For whoever asks again when it has lost the mark.
	remember_marked(inquiry.evidence.effective.handle, [key_of(found.line)], now_ms());
	find_marked_bridged(inquiry, found);
	find_uncovered_ends(inquiry);
	if (length(inquiry.reasons) > 0 || path === 'cpu') {
		return;
	}
	const bound = path === 'hardware' && marked != null ? bound_ways(read_engine_tables(), marked.ways) : null;
	push(inquiry.reasons, {
		code: 'offloaded',
		path: path,
		one_way: path === 'software' ? false : bound == null ? null : length(bound) === 1
	});
}

/** Of a connection on the CPU: the first kind of reason of which one holds. */
function explain_unmarked(inquiry: Inquiry, found: FoundLine): void {
	find_in_line(inquiry, found);
	if (length(inquiry.reasons) === 0) {
		find_in_rules(inquiry, found);
	}
	if (length(inquiry.reasons) === 0) {
		find_in_state(inquiry, found);
	}
	const kept = length(inquiry.reasons) === 0 ? ask_policy(inquiry, found) : null;
	if (kept != null && kept.certain) {
		push(inquiry.reasons, kept);
	}
	if (length(inquiry.reasons) === 0) {
		find_in_time(inquiry, found);
		find_uncovered_ends(inquiry);
	}
	if (length(inquiry.reasons) === 0 && kept != null) {
		push(inquiry.reasons, kept);
	}
}

/** Of a connection that is not in the table: whether the firewall lets none through between these zones. */
function explain_gone(inquiry: Inquiry): void {
	const source = end_by(inquiry.evidence, inquiry.source);
	const destination = end_by(inquiry.evidence, inquiry.destination);
	const source_zone = source == null ? null : source.zone;
	const destination_zone = destination == null ? null : destination.zone;
	const may =
		source_zone == null || destination_zone == null ? null : may_forward(source_zone, destination_zone);
	if (may != null) {
		push(inquiry.checked, 'zones');
	}
	if (may === false && source_zone != null && destination_zone != null) {
		push(inquiry.reasons, {
			code: 'no_forwarding',
			source_zone: source_zone,
			destination_zone: destination_zone
		});
	} else {
		push(inquiry.reasons, { code: 'gone' });
	}
}

function explain_by(inquiry: Inquiry): void {
	const found = inquiry.found;
	const effective = inquiry.evidence.effective;
	if (effective.error == null) {
		push(inquiry.checked, 'flowtable');
	}
	// Who else offloads may have taken it.
	const others = length(effective.foreign) > 0 || length(inquiry.evidence.accelerators) > 0;
	const nothing = effective.mode === 'off' && effective.error == null && !others;
	if (found != null && found.flow.path === 'cpu' && nothing) {
		push(inquiry.reasons, { code: 'not_set_up' });
		return;
	}
	ask_routes(inquiry);
	if (found == null) {
		explain_gone(inquiry);
	} else if (found.flow.path === 'cpu') {
		explain_unmarked(inquiry, found);
	} else {
		explain_marked(inquiry, found);
	}
}

function explain_flow(
	wanted: ExplainFlowArguments
): FlowExplanation | ProblemOf<'no_conntrack'> | ProblemOf<'no_answer'> {
	const started = now_us();
	const search = find_connection(wanted);
	if (search.answer === 'none') {
		return { problem: 'no_conntrack', install: 'conntrack' };
	}
	if (search.answer === 'late') {
		return { problem: 'no_answer', program: 'conntrack' };
	}
	const inquiry: Inquiry = {
		evidence: gather(),
		wanted: wanted,
		found: search.found,
		source: null,
		destination: null,
		reasons: [],
		checked: ['table']
	};
	explain_by(inquiry);
	return {
		flow: search.found == null ? null : search.found.flow,
		comes_by: end_by(inquiry.evidence, inquiry.source),
		goes_by: end_by(inquiry.evidence, inquiry.destination),
		reasons: inquiry.reasons,
		checked: inquiry.checked,
		took_us: now_us() - started
	};
}

export { explain_flow };
