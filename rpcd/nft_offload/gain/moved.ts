// SPDX-License-Identifier: Apache-2.0
/**
 * What the connections moved, by their own counters: the only ones that tell on which path, and the only ones at all where an
 * engine forwards past the devices. Those of the largest connections are followed from look to look.
 *
 * The kernel takes the counters of an engine every few seconds (nf_flow_table_offload.c, nf_flow_offload_stats). Where looks are more
 * frequent than that, what is counted is what came between the first and the last at which anything had.
 */
import type { Flow, Path, Tuple } from '../../api/index.ts';
import { own_addresses } from 'nft_offload.base.address';
import { now_us } from 'nft_offload.base.clock';
import { add_text } from 'nft_offload.base.conntrack.bulk';
import { no_sums } from 'nft_offload.base.conntrack.counters';
import { descending, keep, new_largest } from 'nft_offload.base.conntrack.largest';
import { parse_line } from 'nft_offload.base.conntrack.line';
import { conntrack_source, open_table } from 'nft_offload.base.conntrack.table';
import { myself } from 'nft_offload.base.job';
import { each_text, TO_THE_END } from 'nft_offload.base.lines';
import { ticks_of } from 'nft_offload.gain.reading';

/** Connections that are followed: what is worth a comparison is a few large ones. */
const FOLLOWED = 16;
/** Looks in a phase of twenty seconds that are frequent. */
const FREQUENT = 10;
/** Rest after a look: so many times as long as it took the processor, in ticks of 10,000 microseconds. */
const TIMES_AS_LONG = 100;
const TICK_US = 10000;
const LEAST_PAUSE_US = 1000000;

/** Bytes since the beginning, and packets. What was forwarded is in the first three, and by its path where that is known; the rest is local. */
interface Moved {
	received: number;
	sent: number;
	packets: number;
	cpu: number;
	software: number;
	hardware: number;
	local: number;
}

/** A connection as the last look found it, and the bytes that it has moved since the first. */
interface Followed {
	flow: Flow;
	moved: number;
}

/** What had moved at a moment. */
interface Mark {
	at_us: number;
	moved: Moved;
}

interface Watch {
	/** The router's own addresses. */
	own: Record<string, true>;
	followed: Record<string, Followed>;
	/** Bytes that a connection had at most which the last look did not find among the largest. */
	below: number;
	moved: Moved;
	/** The first look, and the first and the last at which something had moved. Null before. */
	began_us: number | null;
	first: Mark | null;
	last: Mark | null;
	looks: number;
	looked_us: number;
	/** When the next look is due. */
	due_us: number;
}

function begin_look(): Watch {
	return {
		own: own_addresses(),
		followed: {},
		below: 0,
		moved: { received: 0, sent: 0, packets: 0, cpu: 0, software: 0, hardware: 0, local: 0 },
		began_us: null,
		first: null,
		last: null,
		looks: 0,
		looked_us: 0,
		due_us: 0
	};
}

/** The largest connections now, the first of them first. */
function largest_flows(): Flow[] {
	const source = conntrack_source();
	const table = source === 'none' ? null : open_table(source);
	if (table == null) {
		return [];
	}
	const largest = new_largest(FOLLOWED, null, 'bytes');
	const sums = no_sums();
	each_text(table, TO_THE_END, (text) => {
		add_text(sums, largest.bar, text, (cut, large) => {
			keep(largest, cut, large);
		});
	});
	table.close();
	return filter(map(descending(largest), parse_line), (flow) => flow != null);
}

function key_of_flow(flow: Flow): string {
	const sent = flow.original;
	return join(' ', [flow.protocol, sent.source, sent.source_port, sent.destination, sent.destination_port]);
}

/** Bytes of both ways. */
function size_of_flow(flow: Flow): number {
	return (flow.original.bytes ?? 0) + (flow.reply.bytes ?? 0);
}

/** What a direction has moved since a former look; all that it has where there was none. */
function since(key: 'bytes' | 'packets', now: Tuple, then: Tuple | null): number {
	return max(0, (now[key] ?? 0) - (then == null ? 0 : (then[key] ?? 0)));
}

/**
 * On which path a connection has moved: one that ends is on none any more, and was on the one that the look before has seen. Null
 * where none had, as of one that came and went in between.
 */
function path_since(flow: Flow, then: Flow | null): Path | null {
	const ends = flow.path === 'cpu' && flow.state != null && flow.state !== 'ESTABLISHED';
	return ends ? (then == null ? null : then.path) : flow.path;
}

/** Adds what a connection has moved, and returns that. */
function add_moved(watch: Watch, flow: Flow, then: Flow | null): number {
	const moved = watch.moved;
	const own = watch.own;
	const before = { original: then == null ? null : then.original, reply: then == null ? null : then.reply };
	const sent = since('bytes', flow.original, before.original);
	const received = since('bytes', flow.reply, before.reply);
	if (exists(own, flow.original.source) || exists(own, flow.reply.source)) {
		moved.local += sent + received;
		return sent + received;
	}
	// Who is reached by an address of the router's is inside.
	const inwards = exists(own, flow.original.destination);
	moved.sent += inwards ? received : sent;
	moved.received += inwards ? sent : received;
	moved.packets +=
		since('packets', flow.original, before.original) + since('packets', flow.reply, before.reply);
	const path = path_since(flow, then);
	if (path != null) {
		moved[path] += sent + received;
	}
	return sent + received;
}

/** Looks once more at what has moved. */
function look_once(watch: Watch): void {
	const before = watch.followed;
	const is_first = watch.began_us == null;
	const followed: Record<string, Followed> = {};
	const flows = largest_flows();
	let any = 0;
	map(flows, (flow) => {
		const key = key_of_flow(flow);
		const then = before[key];
		// One that was not among the largest may have been there for long, and have moved little till now.
		const is_new = then == null && !is_first && size_of_flow(flow) > watch.below;
		const moved = then != null || is_new ? add_moved(watch, flow, then == null ? null : then.flow) : 0;
		any += moved;
		followed[key] = { flow: flow, moved: moved + (then == null ? 0 : then.moved) };
	});
	const smallest = flows[FOLLOWED - 1];
	const at_us = now_us();
	watch.followed = followed;
	watch.below = smallest == null ? 0 : size_of_flow(smallest);
	watch.began_us ??= at_us;
	watch.looks += 1;
	watch.looked_us = at_us;
	if (any > 0) {
		const all = watch.moved;
		watch.last = {
			at_us: at_us,
			moved: {
				received: all.received,
				sent: all.sent,
				packets: all.packets,
				cpu: all.cpu,
				software: all.software,
				hardware: all.hardware,
				local: all.local
			}
		};
		watch.first ??= watch.last;
	}
}

/** Looks where a look is due: a large table costs more than it may each second. */
function look_when_due(watch: Watch): void {
	if (now_us() >= watch.due_us) {
		const me = myself().pid;
		const before = ticks_of(me);
		look_once(watch);
		watch.due_us = now_us() + max(LEAST_PAUSE_US, TIMES_AS_LONG * TICK_US * (ticks_of(me) - before));
	}
}

/** What moved a second, in bits and packets. */
function moved_a_second(watch: Watch): Moved {
	const last = watch.last;
	const first = watch.first;
	const all = watch.moved;
	// What had moved till the first mark belongs to the time before it.
	const steady = first != null && last != null && last.at_us > first.at_us && watch.looks >= FREQUENT;
	const start = steady ? first.at_us : (watch.began_us ?? 0);
	const elapsed_us = max(1, (steady ? last.at_us : watch.looked_us) - start);
	const a_second = (key: keyof Moved): number => {
		const count = all[key] - (steady ? first.moved[key] : 0);
		return int((count * (key === 'packets' ? 1 : 8) * 1000000) / elapsed_us);
	};
	return {
		received: a_second('received'),
		sent: a_second('sent'),
		packets: a_second('packets'),
		cpu: a_second('cpu'),
		software: a_second('software'),
		hardware: a_second('hardware'),
		local: a_second('local')
	};
}

/** The connection that has moved most on another path than it should; null where none was forwarded there. */
function largest_beside(watch: Watch, path: Path): Flow | null {
	const own = watch.own;
	const beside = filter(
		values(watch.followed),
		(each) =>
			each.moved > 0 &&
			path_since(each.flow, null) != null &&
			each.flow.path !== path &&
			!exists(own, each.flow.original.source) &&
			!exists(own, each.flow.reply.source)
	);
	const first = sort(beside, (a, b) => b.moved - a.moved)[0];
	return first == null ? null : first.flow;
}

export { begin_look, largest_beside, look_once, look_when_due, moved_a_second };
export type { Moved, Watch };
