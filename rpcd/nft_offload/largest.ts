// SPDX-License-Identifier: Apache-2.0
/** The largest of many lines in constant memory: as many again are taken in before the smaller half is thrown out. */

interface Sized {
	size: number;
	line: string;
}

interface Largest {
	/** How many are wanted. */
	capacity: number;
	/** The size that a line must exceed to be one of them; null where none is wanted. */
	floor: number | null;
	lines: Sized[];
}

function new_largest(capacity: number): Largest {
	return { capacity: capacity, floor: capacity === 0 ? null : -1, lines: [] };
}

/** Largest first, equal ones in an order that depends on nothing but their text. */
function throw_out(largest: Largest): void {
	const sorted = sort(largest.lines, (a, b) =>
		a.size !== b.size ? b.size - a.size : a.line < b.line ? -1 : 1
	);
	largest.lines = slice(sorted, 0, largest.capacity);
	largest.floor = largest.lines[largest.capacity - 1]?.size ?? largest.floor;
}

/** Keeps a line whose size exceeds the floor. */
function keep(largest: Largest, size: number, line: string): void {
	push(largest.lines, { size: size, line: line });
	if (length(largest.lines) === 2 * largest.capacity) {
		throw_out(largest);
	}
}

/** The largest lines, the first of them first. */
function descending(largest: Largest): string[] {
	throw_out(largest);
	return map(largest.lines, (sized) => sized.line);
}

export { descending, keep, new_largest };
export type { Largest };
