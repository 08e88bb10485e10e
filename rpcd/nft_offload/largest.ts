// SPDX-License-Identifier: Apache-2.0
/** The largest of many lines in constant memory: as many again are taken in before the smaller half is thrown out. */

interface Largest {
	/** How many are wanted. */
	capacity: number;
	/** The size that a line must exceed to be one of them. */
	floor: number;
	/** Each behind its size in `DIGITS` digits: texts sort by themselves, without a call for each comparison. */
	lines: string[];
}

/** No size exceeds it. */
const UNREACHABLE = 1e300;

/** Of the largest size, 2^63 - 1, and its sign. */
const DIGITS = 20;

function new_largest(capacity: number): Largest {
	return { capacity: capacity, floor: capacity === 0 ? UNREACHABLE : -1, lines: [] };
}

/** Leaves the largest, smallest first, equal ones in the order of their text. */
function throw_out(largest: Largest): void {
	const sorted = sort(largest.lines);
	const count = length(sorted);
	if (count >= largest.capacity && count > 0) {
		largest.lines = slice(sorted, count - largest.capacity);
		largest.floor = int(substr(largest.lines[0] ?? '', 0, DIGITS));
	}
}

/** Keeps a line whose size exceeds the floor. */
function keep(largest: Largest, size: number, line: string): void {
	push(largest.lines, sprintf('%020d', size) + line);
	if (length(largest.lines) === 2 * largest.capacity) {
		throw_out(largest);
	}
}

/**
 * Keeps the largest of lines that exceed the floor, of which the sizes are given. At first all do, and a line costs
 * far more than its size: which size enough of them reach is found out before `line_of` is asked for one.
 */
function keep_all(largest: Largest, sizes: number[], line_of: (i: number) => string): void {
	const count = length(sizes);
	const reached = count < largest.capacity ? null : sort(slice(sizes))[count - largest.capacity];
	const enough = reached ?? largest.floor;
	for (let i = 0; i < count; i++) {
		const size = sizes[i] ?? 0;
		if (size >= enough && size > largest.floor) {
			keep(largest, size, line_of(i));
		}
	}
	largest.floor = max(largest.floor, enough);
}

/** The largest lines, the first of them first. */
function descending(largest: Largest): string[] {
	throw_out(largest);
	return map(reverse(largest.lines), (line) => substr(line, DIGITS));
}

export { UNREACHABLE, descending, keep, keep_all, new_largest };
export type { Largest };
