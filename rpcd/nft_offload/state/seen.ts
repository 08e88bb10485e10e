// SPDX-License-Identifier: Apache-2.0
/**
 * What was seen: marked connections that packets really take. The mark alone may be a moment old, and the kernel tells no age;
 * so a connection counts with its hundredth packet, or when it is still marked two seconds after it was first seen marked.
 * What one look saw lies in memory for the next one, whoever looks.
 */
import type { Seen, SeenPath } from '../../api/index.ts';
import { now_ms } from 'nft_offload.base.clock';
import { conntrack_source, open_table } from 'nft_offload.base.conntrack.table';
import { read_record, write_record } from 'nft_offload.base.record';
import { is_array, is_integer, is_object } from 'nft_offload.base.value';
import { read_engine_tables } from 'nft_offload.state.engine_tables';
import type { EngineTables } from 'nft_offload.state.engine_tables';
import { marked_in } from 'nft_offload.state.marked';
import type { Marked } from 'nft_offload.state.marked';

/** Bytes of the table that are looked at. */
const SAMPLE = 262144;
/** Packets from which on a connection is seen. */
const ENOUGH = 100;
/** Milliseconds after which a connection that is still marked is seen. The kernel takes an idle one out after 30 s. */
const STILL = 2000;
/** Milliseconds after which counters in hardware that stand still do not count. */
const FROZEN = 30000;
/** Milliseconds after which what was known is forgotten. */
const STALE = 120000;
/** How many connections are known from one look to the next. */
const KNOWN = 256;

const SEEN_RECORD = 'seen.json';

/** What is known of a connection: when it was first seen marked, its packets, since when they are so many. */
type Known = [number, number | null, number];

/** A look: at which moment, with which flowtable, what it saw, and the connections it knows again. */
interface Look {
	at_ms: number;
	handle: number | null;
	seen: Seen;
	known: Record<string, Known>;
}

function no_path(): SeenPath {
	return { connections: 0, ipv6: 0, bytes: 0 };
}

function known_of(value: unknown): Known | null {
	const first = is_array(value) ? value[0] : null;
	const packets = is_array(value) ? value[1] : null;
	const since = is_array(value) ? value[2] : null;
	return is_integer(first) && is_integer(since) ? [first, is_integer(packets) ? packets : null, since] : null;
}

/** What a former look knew, if that is of the same flowtable and not too old. A reload takes all marks away. */
function known_before(
	record: Record<string, unknown> | null,
	at_ms: number,
	handle: number | null
): Record<string, Known> {
	const found: Record<string, Known> = {};
	const before = record?.['at_ms'];
	const known = record?.['known'];
	if (
		record == null ||
		!is_integer(before) ||
		record['handle'] !== handle ||
		at_ms - before > STALE ||
		before > at_ms
	) {
		return found;
	}
	map(is_object(known) ? keys(known) : [], (key) => {
		const one = known_of(is_object(known) ? known[key] : null);
		if (one != null) {
			found[key] = one;
		}
	});
	return found;
}

/** Connections in hardware of which a table that was read to its end has one direction alone; null where no table tells. */
function one_way_in(marked: Marked[], engine: EngineTables): number | null {
	const whole = filter(engine.tables, (table) => !table.whole);
	if (length(engine.tables) === 0 || length(whole) > 0) {
		return null;
	}
	return length(
		filter(marked, (each) => exists(engine.ways, each.ways[0]) !== exists(engine.ways, each.ways[1]))
	);
}

/** Makes what was seen of the marked connections of a text of whole lines. `before` is what a former look knew. */
function judge(
	marked: Marked[],
	before: Record<string, Known>,
	at_ms: number,
	whole: boolean,
	handle: number | null
): Look {
	const sums = { software: no_path(), hardware: no_path() };
	const known: Record<string, Known> = {};
	let uncounted = 0;
	for (let i = 0; i < length(marked); i++) {
		const each = marked[i];
		if (each == null) {
			continue;
		}
		const former = before[each.key];
		const same = former != null && former[1] === each.packets;
		const since = former != null && same ? former[2] : at_ms;
		const first = former == null ? at_ms : former[0];
		if (i < KNOWN) {
			known[each.key] = [first, each.packets, since];
		}
		if ((each.packets ?? 0) >= ENOUGH || at_ms - first >= STILL) {
			const sum = sums[each.path];
			sum.connections += 1;
			sum.ipv6 += each.ipv6 ? 1 : 0;
			sum.bytes += each.bytes;
		}
		if (each.path === 'hardware' && each.packets != null && at_ms - since >= FROZEN) {
			uncounted += 1;
		}
	}
	const hardware = filter(marked, (each) => each.path === 'hardware');
	const engine = read_engine_tables();
	const seen: Seen = {
		whole: whole,
		software: sums.software,
		hardware: sums.hardware,
		one_way: length(hardware) > 0 ? one_way_in(hardware, engine) : length(engine.tables) > 0 ? 0 : null,
		uncounted: uncounted,
		tables: engine.tables
	};
	return { at_ms: at_ms, handle: handle, seen: seen, known: known };
}

/** The first lines of the table, and whether they are all. Empty where the router shows no table. */
function sample(): { text: string; whole: boolean } {
	const source = conntrack_source();
	const table = source === 'none' ? null : open_table(source);
	if (table == null) {
		return { text: '', whole: source === 'none' };
	}
	const text = table.read(SAMPLE) ?? '';
	table.close();
	return { text: substr(text, 0, rindex(text, '\n') + 1), whole: length(text) < SAMPLE };
}

/** What is seen now, with the flowtable of this handle. */
function see(handle: number | null): Seen {
	const at_ms = now_ms();
	const text = sample();
	const before = known_before(read_record(SEEN_RECORD), at_ms, handle);
	const found = judge(marked_in(text.text), before, at_ms, text.whole, handle);
	write_record(SEEN_RECORD, found);
	return found.seen;
}

export { see };
