// SPDX-License-Identifier: Apache-2.0
/** The largest of many lines in constant memory: a binary heap with the smallest on top. */

interface Sized {
	size: number;
	line: string;
}

interface Largest {
	/** How many are kept. */
	capacity: number;
	heap: Sized[];
}

function new_largest(capacity: number): Largest {
	return { capacity: capacity, heap: [] };
}

function size_at(heap: Sized[], position: number): number {
	return heap[position]?.size ?? -1;
}

function swap(heap: Sized[], a: number, b: number): void {
	const first = heap[a];
	const second = heap[b];
	if (first != null && second != null) {
		heap[a] = second;
		heap[b] = first;
	}
}

function rise(heap: Sized[], start: number): void {
	let position = start;
	while (position > 0) {
		const above = int((position - 1) / 2);
		if (size_at(heap, above) <= size_at(heap, position)) {
			return;
		}
		swap(heap, above, position);
		position = above;
	}
}

function sink(heap: Sized[]): void {
	const count = length(heap);
	let position = 0;
	while (position * 2 + 1 < count) {
		const left = position * 2 + 1;
		const right = left + 1;
		const smaller = right < count && size_at(heap, right) < size_at(heap, left) ? right : left;
		if (size_at(heap, position) <= size_at(heap, smaller)) {
			return;
		}
		swap(heap, position, smaller);
		position = smaller;
	}
}

/** The size that a line must exceed to be kept. */
function floor_of(largest: Largest): number {
	return length(largest.heap) < largest.capacity ? -1 : size_at(largest.heap, 0);
}

/** Keeps a line if it is among the largest so far. */
function offer(largest: Largest, size: number, line: string): void {
	const heap = largest.heap;
	if (length(heap) < largest.capacity) {
		push(heap, { size: size, line: line });
		rise(heap, length(heap) - 1);
	} else if (largest.capacity > 0 && size > floor_of(largest)) {
		heap[0] = { size: size, line: line };
		sink(heap);
	}
}

/** The kept lines, largest first, equal ones in an order that depends on nothing but their text. */
function descending(largest: Largest): string[] {
	const order = (a: Sized, b: Sized): number =>
		a.size !== b.size ? (a.size < b.size ? 1 : -1) : a.line < b.line ? -1 : a.line > b.line ? 1 : 0;
	return map(sort(largest.heap, order), (sized) => sized.line);
}

export { descending, floor_of, new_largest, offer };
export type { Largest };
