// SPDX-License-Identifier: Apache-2.0
/**
 * What the connections moved, by their own counters: the only ones that tell on which path, and the only ones at all where an
 * engine forwards past the devices. Those of the largest connections are followed from look to look.
 *
 * The kernel takes the counters of an engine every few seconds (nf_flow_table_offload.c, nf_flow_offload_stats). Where looks are more
 * frequent than that, what is counted is what came between the first and the last at which anything had. What an engine has forwarded
 * since it was asked last of a connection that ends, nobody counts.
 *
 * The kernel throws out what is over while it is read, and the line after it is left out of that look (nf_conntrack_standalone.c,
 * ct_seq_show): one that is missing may come back, and is still followed.
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

/**
 * Connections that are followed. Most of the largest are over, or rest, and a line of those is not read again: what moves may be
 * small beside them, as the second of two downloads is at its beginning. Of one that comes to be among them nobody knows how much it
 * had before, so that they are as many as most routers have.
 */
const FOLLOWED = 1024;
/** Looks in a phase of twenty seconds that are frequent. */
const FREQUENT = 10;
/** Rest after a look: so many times as long as it took the processor, in ticks of 10,000 microseconds. */
const TIMES_AS_LONG = 100;
const TICK_US = 10000;
const LEAST_PAUSE_US = 1000000;
/** A share is a part of this: of a terabyte it stays in 64 bits. */
const MILLION = 1000000;

/** Bytes since the beginning, and packets. What was forwarded is in the first three, and by its path where that is known; the rest is local. */
interface Moved {
	received: number;
	sent: number;
	packets: number;
	cpu: number;
	software: number;
	hardware: number;
	local: number;
	/** Of `hardware`: by connections that have ended. */
	ended: number;
}

/** A connection as the last look found it that saw it move, and the bytes that it has moved since the first. */
interface Followed {
	flow: Flow;
	/** The path on which it was last; null where no look has seen it before it ended. */
	path: Path | null;
	ended: boolean;
	moved: number;
}

/** What a direction has moved since the connection began. */
type Counts = Pick<Tuple, 'bytes' | 'packets'>;
type Counted = Record<'original' | 'reply', Counts>;

/** What had moved at a moment. */
interface Mark {
	at_us: number;
	moved: Moved;
}

interface Watch {
	/** The router's own addresses. */
	own: Record<string, true>;
	followed: Record<string, Followed>;
	/** Those of the last look, by their lines without the timeouts. */
	lines: Record<string, Followed>;
	/** Bytes that a connection had at most which the last look did not find among the largest. */
	below: number;
	moved: Moved;
	/** When the looks began, and the first and the last at which something had moved. Null before. */
	began_us: number | null;
	first: Mark | null;
	last: Mark | null;
	looks: number;
	looked_us: number;
	/** When the next look is due. */
	due_us: number;
}

/** The lines of the largest connections now, the first of them first. */
function largest_lines(): string[] {
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
	return descending(largest);
}

function key_of_flow(flow: Flow): string {
	const sent = flow.original;
	return join(' ', [flow.protocol, sent.source, sent.source_port, sent.destination, sent.destination_port]);
}

/** Bytes of both ways. */
function size_of_flow(flow: Flow): number {
	return (flow.original.bytes ?? 0) + (flow.reply.bytes ?? 0);
}

/** What a direction has moved since a former look. */
function since(key: keyof Counts, now: Counts, then: Counts): number {
	return max(0, (now[key] ?? 0) - (then[key] ?? 0));
}

/** Each figure, as it is made. */
function figures(make: (key: keyof Moved) => number): Moved {
	return {
		received: make('received'),
		sent: make('sent'),
		packets: make('packets'),
		cpu: make('cpu'),
		software: make('software'),
		hardware: make('hardware'),
		local: make('local'),
		ended: make('ended')
	};
}

const nothing_moved = (): Moved => figures(() => 0);

function moved_at_all(moved: Moved): number {
	return moved.received + moved.sent + moved.local;
}

/** Adds what a connection has moved, and returns that. */
function add_moved(watch: Watch, now: Followed, before: Counted): number {
	const moved = watch.moved;
	const own = watch.own;
	const flow = now.flow;
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
	if (now.path != null) {
		moved[now.path] += sent + received;
	}
	return sent + received;
}

/**
 * What a connection may have had at the look before, which did not find it among the largest: of its bytes as many as the smallest of
 * those. What it has more it has moved since, for certain.
 */
function unseen_before(flow: Flow, below: number): Counted {
	const size = size_of_flow(flow);
	const share = int((min(below, size) * MILLION) / max(1, size));
	const part = (count: number | null): number => int(((count ?? 0) * share) / MILLION);
	const of_way = (tuple: Tuple): Counts => ({ bytes: part(tuple.bytes), packets: part(tuple.packets) });
	return { original: of_way(flow.original), reply: of_way(flow.reply) };
}

/**
 * What a line says of a connection, and how much that has moved since the look before; null where it is no line. One that ends is on
 * no path any more, and was on the one on which it was seen.
 */
function follow(watch: Watch, line: string): Followed | null {
	const flow = parse_line(line);
	if (flow == null) {
		return null;
	}
	const key = key_of_flow(flow);
	const then = watch.followed[key] ?? null;
	const ended = flow.path === 'cpu' && flow.state != null && flow.state !== 'ESTABLISHED';
	const now: Followed = {
		flow: flow,
		path: !ended ? flow.path : then == null ? null : then.path,
		ended: ended,
		moved: then == null ? 0 : then.moved
	};
	const before = then != null ? then.flow : watch.began_us == null ? flow : unseen_before(flow, watch.below);
	const moved = add_moved(watch, now, before);
	now.moved += moved;
	if (ended && now.path === 'hardware') {
		watch.moved.ended += then?.ended === true ? moved : now.moved;
	}
	watch.followed[key] = now;
	return now;
}

/** Reads the table, and adds what has moved. */
function read_moved(watch: Watch): void {
	const lines: Record<string, Followed> = {};
	const largest = largest_lines();
	map(largest, (line) => {
		const rest = substr(line, max(0, index(line, ' src=')));
		const each = watch.lines[rest] ?? follow(watch, line);
		if (each != null) {
			lines[rest] = each;
		}
	});
	const smallest = parse_line(largest[FOLLOWED - 1] ?? '');
	watch.lines = lines;
	watch.below = smallest == null ? 0 : size_of_flow(smallest);
}

/** Learns what is there; twice, since a look may miss what the next would take for new. */
function begin_look(): Watch {
	const watch: Watch = {
		own: own_addresses(),
		followed: {},
		lines: {},
		below: 0,
		moved: nothing_moved(),
		began_us: null,
		first: null,
		last: null,
		looks: 0,
		looked_us: 0,
		due_us: 0
	};
	read_moved(watch);
	read_moved(watch);
	watch.began_us = now_us();
	watch.moved = nothing_moved();
	map(values(watch.followed), (each) => (each.moved = 0));
	return watch;
}

/** Looks once more at what has moved. */
function look_once(watch: Watch): void {
	const all = watch.moved;
	const before = moved_at_all(all);
	read_moved(watch);
	const at_us = now_us();
	watch.looks += 1;
	watch.looked_us = at_us;
	if (moved_at_all(all) > before) {
		watch.last = { at_us: at_us, moved: figures((key) => all[key]) };
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

/** What moved a second of so long a time, in bits and packets. */
function a_second(moved: (key: keyof Moved) => number, elapsed_us: number): Moved {
	return figures((key) => int((moved(key) * (key === 'packets' ? 1 : 8) * 1000000) / max(1, elapsed_us)));
}

/** What moved a second since the looks began, up to the last one. */
function moved_so_far(watch: Watch): Moved {
	const all = watch.moved;
	return a_second((key) => all[key], watch.looked_us - (watch.began_us ?? 0));
}

/** What moved a second, as long as anything did where looks are frequent. */
function moved_a_second(watch: Watch): Moved {
	const last = watch.last;
	const first = watch.first;
	const all = watch.moved;
	// What had moved till the first mark belongs to the time before it.
	const steady = first != null && last != null && last.at_us > first.at_us && watch.looks >= FREQUENT;
	return steady
		? a_second((key) => all[key] - first.moved[key], last.at_us - first.at_us)
		: moved_so_far(watch);
}

/** The connection that has moved most on another path than it should; null where none was forwarded there. */
function largest_beside(watch: Watch, path: Path): Flow | null {
	const own = watch.own;
	const beside = filter(
		values(watch.lines),
		(each) =>
			each.moved > 0 &&
			!each.ended &&
			each.path !== path &&
			!exists(own, each.flow.original.source) &&
			!exists(own, each.flow.reply.source)
	);
	const first = sort(beside, (a, b) => b.moved - a.moved)[0];
	return first == null ? null : first.flow;
}

export { begin_look, largest_beside, look_once, look_when_due, moved_a_second, moved_so_far };
export type { Moved, Watch };
