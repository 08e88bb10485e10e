// SPDX-License-Identifier: Apache-2.0
/**
 * The largest of many lines in constant memory: as many again are taken in before the smaller half is thrown out.
 *
 * Of equal ones those are kept that are last in the order of what they say behind the first count of bytes: that count
 * and the addresses and ports of the reply. So a page begins where the one before it ends, however many connections
 * have the same size, and they change places only when something passes. The timeout, with which a line begins, is
 * another at each look.
 */
import { line_at } from 'nft_offload.base.conntrack.pieces';

interface Largest {
	/** How many are wanted. */
	capacity: number;
	/** The size that a line must exceed to be one of them, or reach if it does not come before `least`, either. */
	floor: number;
	least: string;
	/**
	 * Each behind its size in `DIGITS` digits and what tells it from equal ones: texts sort by themselves, without a
	 * call for each comparison.
	 */
	lines: string[];
}

/** No size exceeds it. */
const UNREACHABLE = 1e300;

/** Of the largest size, 2^63 - 1, and its sign. */
const DIGITS = 20;

function new_largest(capacity: number): Largest {
	return { capacity: capacity, floor: capacity === 0 ? UNREACHABLE : -1, least: '', lines: [] };
}

/** Leaves the largest, smallest first. */
function throw_out(largest: Largest): void {
	const sorted = sort(largest.lines);
	const count = length(sorted);
	if (count >= largest.capacity) {
		largest.lines = slice(sorted, count - largest.capacity);
		const least = split(largest.lines[0] ?? '', '\n')[0] ?? '';
		largest.floor = int(substr(least, 0, DIGITS));
		largest.least = substr(least, DIGITS);
	}
}

/** Keeps line k of what a text was cut into if it may be one of the largest. `line` is the line itself where it is known. */
function keep(largest: Largest, size: number, pieces: string[], k: number, line: string | null): void {
	const place = pieces[4 * k + 2] ?? '';
	if (size > largest.floor || (size === largest.floor && place >= largest.least)) {
		push(largest.lines, sprintf('%020d', size) + place + '\n' + (line ?? line_at(pieces, k)));
		if (length(largest.lines) === 2 * largest.capacity) {
			throw_out(largest);
		}
	}
}

/**
 * Keeps the largest of the given lines of what a text was cut into, which may be among them. At first all may, and a line
 * costs far more than its size: which size enough of them reach is found out before one is put together.
 */
function keep_all(largest: Largest, pieces: string[], lines: number[], sizes: number[]): void {
	const count = length(sizes);
	const enough = count < largest.capacity ? 0 : (sort(slice(sizes))[count - largest.capacity] ?? 0);
	if (enough > largest.floor) {
		largest.floor = enough;
		largest.least = '';
	}
	for (let i = 0; i < count; i++) {
		keep(largest, sizes[i] ?? 0, pieces, lines[i] ?? 0, null);
	}
}

/** The largest lines, the first of them first. */
function descending(largest: Largest): string[] {
	throw_out(largest);
	return map(reverse(largest.lines), (line) => substr(line, index(line, '\n') + 1));
}

export { UNREACHABLE, descending, keep, keep_all, new_largest };
export type { Largest };
