// SPDX-License-Identifier: Apache-2.0
/**
 * What was seen: marked connections that packets really take. The mark alone may be a moment old, and the kernel tells no age;
 * so a connection counts with its hundredth packet, or when it is still marked two seconds after it was first seen marked.
 * What one look saw lies in memory for the next one, whoever looks.
 */
import type { Seen, SeenPath } from '../../api/index.ts';
import { now_ms } from 'nft_offload.base.clock';
import { MOVING } from 'nft_offload.base.conntrack.counters';
import { conntrack_source, open_table } from 'nft_offload.base.conntrack.table';
import { each_text } from 'nft_offload.base.lines';
import { read_record, write_record } from 'nft_offload.base.record';
import { is_array, is_integer, is_object } from 'nft_offload.base.value';
import { bound_ways, read_engine_tables } from 'nft_offload.state.engine_tables';
import type { EngineTables } from 'nft_offload.state.engine_tables';
import { marked_in } from 'nft_offload.state.marked';
import type { Marked } from 'nft_offload.state.marked';
import { remember_marked } from 'nft_offload.state.once_marked';
import { whole_look_since } from 'nft_offload.state.whole_look';
import type { Moving } from 'nft_offload.state.whole_look';

/** Bytes of the table that are looked at. */
const SAMPLE = 262144;
/** Milliseconds after which a connection that is still marked is seen. The kernel takes an idle one out after 30 s. */
const STILL = 2000;
/** Milliseconds after which counters in hardware that stand still do not count. */
const FROZEN = 30000;
/** Milliseconds after which what was known is forgotten. */
const STALE = 120000;
/** How many connections are looked at for the second time at most: those that the table has first. */
const KNOWN = 256;

const SEEN_RECORD = 'seen.json';

/** What is known of a connection: when it was first seen marked, its packets, since when they are so many. */
type Known = [number, number | null, number];

/** What a look leaves for the next: its moment, its flowtable and since when that is there, and the connections that it knows again. */
interface Look {
	at_ms: number;
	handle: number | null;
	since_ms: number;
	known: Record<string, Known>;
}

/** What a former look with this flowtable left: who looks again after a long while knows no connection any more, but that it was marked. */
interface Former {
	look: Look;
	marked: string[];
	marked_ms: number;
}

/** What a look at marked connections makes of them. */
interface Judged {
	seen: Marked[];
	/** The keys of those that have counted a hundred packets and more since the look before. */
	moved: Record<string, true>;
	uncounted: number;
	known: Record<string, Known>;
}

function known_of(value: unknown): Known | null {
	const first = is_array(value) ? value[0] : null;
	const packets = is_array(value) ? value[1] : null;
	const since = is_array(value) ? value[2] : null;
	return is_integer(first) && is_integer(since) ? [first, is_integer(packets) ? packets : null, since] : null;
}

/** What a former look left, if that is of the same flowtable: a reload takes all marks away. */
function look_before(at_ms: number, handle: number | null): Former {
	const look: Look = { at_ms: at_ms, handle: handle, since_ms: at_ms, known: {} };
	const record = read_record(SEEN_RECORD);
	const before = record == null ? null : record['at_ms'];
	const since = record == null ? null : record['since_ms'];
	const known = record == null ? null : record['known'];
	if (record == null || !is_integer(before) || record['handle'] !== handle || before > at_ms) {
		return { look: look, marked: [], marked_ms: at_ms };
	}
	const former: Former = { look: look, marked: is_object(known) ? keys(known) : [], marked_ms: before };
	if (at_ms - before > STALE) {
		return former;
	}
	look.since_ms = is_integer(since) ? since : at_ms;
	map(former.marked, (key) => {
		const one = known_of(is_object(known) ? known[key] : null);
		if (one != null) {
			look.known[key] = one;
		}
	});
	return former;
}

/**
 * What the engine's tables say of the connections in hardware; null where none says it, or one was not read to its end. That an
 * entry is unused is so only where the connection counts meanwhile: both may stand at zero where the chip tells nothing.
 */
function tables_on(
	hardware: Marked[],
	moved: Record<string, true>,
	engine: EngineTables
): { one_way: number | null; unused: number | null } {
	if (bound_ways(engine, []) == null) {
		return { one_way: null, unused: null };
	}
	const ways = engine.ways;
	const bound = (each: Marked): string[] => bound_ways(engine, each.ways) ?? [];
	const is_unused = (each: Marked): boolean =>
		exists(moved, each.key) &&
		length(bound(each)) > 0 &&
		length(filter(bound(each), (way) => ways[way] !== 0)) === 0;
	const counting = filter(keys(ways), (way) => ways[way] != null);
	return {
		one_way: length(filter(hardware, (each) => length(bound(each)) === 1 && !is_unused(each))),
		unused: length(counting) > 0 ? length(filter(hardware, is_unused)) : null
	};
}

function first_of(known: Record<string, Known>): Record<string, Known> {
	const first: Record<string, Known> = {};
	map(slice(keys(known), 0, KNOWN), (key) => {
		const one = known[key];
		if (one != null) {
			first[key] = one;
		}
	});
	return first;
}

/** The sums of a path's connections. */
function sum_of(connections: Marked[]): SeenPath {
	const sum: SeenPath = { connections: length(connections), ipv6: 0, bytes: 0 };
	map(connections, (each) => {
		sum.ipv6 += each.ipv6 ? 1 : 0;
		sum.bytes += each.bytes;
	});
	return sum;
}

/** What is known of a connection after a look at it. */
function knowledge_of(marked: Marked, former: Known | undefined, at_ms: number): Known {
	return former == null
		? [at_ms, marked.packets, at_ms]
		: [former[0], marked.packets, former[1] === marked.packets ? former[2] : at_ms];
}

/**
 * Makes what was seen of the marked connections of a text. `before` is what a former look knew of them, `engine` its table: the
 * kernel takes the packets from there only each few seconds.
 */
function judge(marked: Marked[], before: Record<string, Known>, engine: EngineTables, at_ms: number): Judged {
	const in_engine = (each: Marked): number =>
		(engine.ways[each.ways[0]] ?? 0) + (engine.ways[each.ways[1]] ?? 0);
	const known: Record<string, Known> = {};
	const seen: Marked[] = [];
	const moved: Record<string, true> = {};
	let uncounted = 0;
	map(marked, (each) => {
		const former = before[each.key];
		const now = knowledge_of(each, former, at_ms);
		known[each.key] = now;
		if (max(each.packets ?? 0, in_engine(each)) >= MOVING || at_ms - now[0] >= STILL) {
			push(seen, each);
		}
		if (former != null && (each.packets ?? 0) - (former[1] ?? 0) >= MOVING) {
			moved[each.key] = true;
		}
		uncounted += each.path === 'hardware' && each.packets != null && at_ms - now[2] >= FROZEN ? 1 : 0;
	});
	return { seen: seen, moved: moved, uncounted: uncounted, known: known };
}

/** The marked connections that the table has first, and whether that was all of it. */
function sample(): { marked: Marked[]; whole: boolean } {
	const source = conntrack_source();
	const table = source === 'none' ? null : open_table(source);
	const found: { marked: Marked[]; whole: boolean } = { marked: [], whole: source === 'none' };
	if (table != null) {
		const reading = each_text(table, SAMPLE, (text) => {
			map(marked_in(text), (each) => push(found.marked, each));
		});
		table.close();
		found.whole = reading.ended;
	}
	return found;
}

/** A path's sums in the whole table, where another look has left them; the share of IPv6 is that of the sample. */
function widened(sum: SeenPath, whole: Moving | null): SeenPath {
	return whole == null
		? sum
		: {
				connections: whole.connections,
				ipv6: sum.connections > 0 ? int((sum.ipv6 * whole.connections) / sum.connections) : 0,
				bytes: whole.bytes
			};
}

/** What is seen now, with the flowtable of this handle. */
function see(handle: number | null): Seen {
	const at_ms = now_ms();
	const found = sample();
	const former = look_before(at_ms, handle);
	const before = former.look;
	const engine = read_engine_tables();
	const judged = judge(found.marked, before.known, engine, at_ms);
	const hardware = filter(judged.seen, (each) => each.path === 'hardware');
	const software = filter(judged.seen, (each) => each.path === 'software');
	const told = tables_on(hardware, judged.moved, engine);
	const wider = found.whole ? null : whole_look_since(before.since_ms, at_ms);
	const known = first_of(judged.known);
	remember_marked(
		handle,
		filter(former.marked, (key) => !exists(known, key)),
		former.marked_ms
	);
	write_record(SEEN_RECORD, {
		at_ms: at_ms,
		handle: handle,
		since_ms: before.since_ms,
		known: known
	} satisfies Look);
	return {
		whole: found.whole || wider != null,
		software: widened(sum_of(software), wider == null ? null : wider.software),
		hardware: widened(sum_of(hardware), wider == null ? null : wider.hardware),
		one_way: told.one_way,
		unused: told.unused,
		uncounted: judged.uncounted,
		tables: engine.tables
	};
}

export { see };
