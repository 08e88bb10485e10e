// SPDX-License-Identifier: Apache-2.0
/**
 * Many lines of the table at once. Each instruction of ucode takes some 200 of the processor, and a call 1,500
 * more: a text is cut once, and a line is put together again only where it may be one of the largest.
 */
import type { FlowSort, Path } from '../../../api/index.ts';
import { MOVING, OFFLOADED, add, add_total, no_sums } from 'nft_offload.base.conntrack.counters';
import type { Sums } from 'nft_offload.base.conntrack.counters';
import { parse_line, path_of } from 'nft_offload.base.conntrack.line';
import { COUNTED, cut_text, is_counted } from 'nft_offload.base.conntrack.pieces';
import type { Cut } from 'nft_offload.base.conntrack.pieces';
import { is_integer } from 'nft_offload.base.value';

/** Which of a line's four counters is the figure that rows are ordered by; none where it is a sum of two. */
const COUNTER: Partial<Record<FlowSort, number>> = {
	original_packets: 1,
	original_bytes: 2,
	reply_packets: 3,
	reply_bytes: 4
};

/** No size exceeds it. */
const UNREACHABLE = 1e300;

/** What a line must reach to be large. */
interface Bar {
	/** Null where any will do. */
	path: Path | null;
	sort: FlowSort;
	/** The size that it must exceed, or reach if its place does not come before `least`, either. */
	floor: number;
	least: string;
}

/** Lines that reach the bar, by the pieces that they begin in, and the size of each. */
interface Large {
	lines: number[];
	sizes: number[];
}

/** Takes what lines of one form were cut into, and which of them are large. */
type Take = (cut: Cut, large: Large) => void;

/** Whether a line ends in this piece as all do, with the count of its users, and the next begins right behind it. */
function ends_line(piece: string): boolean {
	const use = index(piece, ' use=');
	const end = rindex(piece, '\n');
	return use > 0 && end > use && index(piece, '\n') === end;
}

/**
 * Adds up all lines and finds the large ones, if any are wanted; null, and nothing is added, where a line is not like the
 * kernel's. What a line costs is written out here: a call for each would double it.
 */
function add_cut(sums: Sums, bar: Bar | null, cut: Cut): Large | null {
	// A local name is found faster than a builtin's.
	const number = int;
	const find = index;
	const find_last = rindex;
	const pieces = cut.pieces;
	const step = cut.form.step;
	const end = length(pieces) - 1;
	const counted = cut.form === COUNTED;
	const between = cut.form.between;
	const marked = cut.marked;
	const floor = bar == null ? UNREACHABLE : bar.floor;
	const least = bar == null ? '' : bar.least;
	const closer = marked || floor < UNREACHABLE;
	const wanted = bar == null ? null : bar.path;
	const counter = bar == null || !counted ? null : COUNTER[bar.sort];
	const of_packets = bar != null && bar.sort === 'packets';
	const busy = MOVING;
	const resting = no_sums().moving;
	const moving = no_sums().moving;
	const large: Large = { lines: [], sizes: [] };
	let bytes = 0;
	let packets = 0;
	for (let i = 0; i < end; i += step) {
		const last = pieces[i + step] ?? '';
		const use = find(last, ' use=');
		// Nearly always fewer than ten use a connection.
		if ((use < 1 || find_last(last, '\n') !== use + 6) && !ends_line(last)) {
			return null;
		}
		let line_packets = 0;
		let line_bytes = 0;
		if (counted) {
			line_packets = number(pieces[i + 1]) + number(pieces[i + 3]);
			line_bytes = number(pieces[i + 2]) + number(last);
			packets += line_packets;
			bytes += line_bytes;
		} else if (find(pieces[i + 1] ?? '', '\n') !== -1) {
			// Two lines, of which one has a source, and the other the end.
			return null;
		}
		if (!closer) {
			continue;
		}
		const path = marked ? path_of(last) : 'cpu';
		if (path !== 'cpu') {
			add(line_packets < busy ? resting[path] : moving[path], 1, line_bytes, line_packets);
		}
		const size = counter != null ? number(pieces[i + counter]) : of_packets ? line_packets : line_bytes;
		if (
			size >= floor &&
			(size > floor || (pieces[i + between] ?? '') >= least) &&
			(wanted == null || wanted === path)
		) {
			push(large.lines, i);
			push(large.sizes, size);
		}
	}
	if (!is_integer(bytes) || !is_integer(packets)) {
		return null;
	}
	add(sums.totals.cpu, int(end / step), bytes, packets);
	map(OFFLOADED, (path) => {
		const all = resting[path];
		add_total(all, moving[path]);
		add_total(sums.moving[path], moving[path]);
		add_total(sums.totals[path], all);
		add(sums.totals.cpu, -all.flows, -all.bytes, -all.packets);
	});
	return large;
}

/** Adds up the lines of a text, each with its end, and hands them over; false, and nothing is done, where they differ in form. */
function add_alike(sums: Sums, bar: Bar | null, text: string, take: Take): boolean {
	const cut = cut_text(text);
	const large = cut == null ? null : add_cut(sums, bar, cut);
	if (cut == null || large == null) {
		return false;
	}
	take(cut, large);
	return true;
}

/** Adds up lines one by one. Returns how many are none. */
function add_each(sums: Sums, bar: Bar | null, lines: string[], take: Take): number {
	let skipped = 0;
	for (let i = 0; i < length(lines); i++) {
		const line = lines[i] ?? '';
		if (parse_line(line) == null || !add_alike(sums, bar, `${line}\n`, take)) {
			skipped += 1;
		}
	}
	return skipped;
}

/**
 * Adds up the lines of a text and hands them over: at once if they have one form, or else those with counters and those
 * without, as a table has both after accounting was switched. Returns how many are no lines.
 */
function add_text(sums: Sums, bar: Bar | null, text: string, take: Take): number {
	if (add_alike(sums, bar, text, take)) {
		return 0;
	}
	const lines = split(text, '\n');
	pop(lines);
	const add_group = (group: string[]): number =>
		add_alike(sums, bar, join('\n', group) + '\n', take) ? 0 : add_each(sums, bar, group, take);
	return add_group(filter(lines, is_counted)) + add_group(filter(lines, (line) => !is_counted(line)));
}

export { UNREACHABLE, add_text };
export type { Bar, Large };
