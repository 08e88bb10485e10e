// SPDX-License-Identifier: Apache-2.0
/**
 * The largest of many lines in constant memory: as many again are taken in before the smaller half is thrown out.
 *
 * Of equal ones those are kept that are last in the order of their places: with counters the first count of bytes and the
 * addresses and ports of the reply, without them those of the original. So a page begins where the one before it ends,
 * however many connections have the same size, and they change places only when something passes. The timeout, with which
 * a line begins, is another at each look.
 */
import type { FlowSort, Path } from '../../../api/index.ts';
import { UNREACHABLE } from 'nft_offload.base.conntrack.bulk';
import type { Bar, Large } from 'nft_offload.base.conntrack.bulk';
import { line_at, place_at } from 'nft_offload.base.conntrack.pieces';
import type { Cut } from 'nft_offload.base.conntrack.pieces';

interface Largest {
	/** How many are wanted. */
	capacity: number;
	/** What a line must reach to be one of them. */
	bar: Bar;
	/**
	 * Each behind its size in `DIGITS` digits and its place: texts sort by themselves, without a call for each comparison.
	 */
	lines: string[];
}

/** Of the largest size, 2^63 - 1, and its sign. */
const DIGITS = 20;

function new_largest(capacity: number, path: Path | null, order: FlowSort): Largest {
	return {
		capacity: capacity,
		bar: { path: path, sort: order, floor: capacity === 0 ? UNREACHABLE : -1, least: '' },
		lines: []
	};
}

/** Whether line `i` of this size may be one of the largest. */
function reaches(bar: Bar, cut: Cut, i: number, size: number): boolean {
	return size > bar.floor || (size === bar.floor && place_at(cut, i) >= bar.least);
}

/** Puts the bar where a line with this size and place reaches it: as many as are wanted are known to. */
function raise(bar: Bar, key: string): void {
	bar.floor = int(substr(key, 0, DIGITS));
	bar.least = substr(key, DIGITS);
}

/** Leaves the largest, smallest first. */
function throw_out(largest: Largest): void {
	const sorted = sort(largest.lines);
	const count = length(sorted);
	if (count >= largest.capacity) {
		largest.lines = slice(sorted, count - largest.capacity);
		raise(largest.bar, split(largest.lines[0] ?? '', '\n')[0] ?? '');
	}
}

/**
 * Keeps the largest of some lines of a text that reach the bar. At first all do, and a line costs far more than its size
 * and place: what enough of them reach is found out before one is put together.
 */
function keep(largest: Largest, cut: Cut, large: Large): void {
	const count = length(large.lines);
	const names: string[] = [];
	for (let n = 0; n < count; n++) {
		push(names, sprintf('%020d', large.sizes[n]) + place_at(cut, large.lines[n] ?? 0));
	}
	const enough = count > largest.capacity ? (sort(slice(names))[count - largest.capacity] ?? '') : '';
	if (enough !== '') {
		raise(largest.bar, enough);
	}
	for (let n = 0; n < count; n++) {
		const name = names[n] ?? '';
		if (name >= enough) {
			push(largest.lines, `${name}\n${line_at(cut, large.lines[n] ?? 0)}`);
			if (length(largest.lines) === 2 * largest.capacity) {
				throw_out(largest);
			}
		}
	}
}

/** The largest lines, the first of them first. */
function descending(largest: Largest): string[] {
	throw_out(largest);
	return map(reverse(largest.lines), (line) => substr(line, index(line, '\n') + 1));
}

export { descending, keep, new_largest, reaches };
export type { Largest };
