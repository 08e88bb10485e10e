// SPDX-License-Identifier: Apache-2.0
import { displayText } from './bytes.ts';

/** A line of a diff, as text for human eyes and without its line end. */
export interface DiffLine {
	change: 'same' | 'added' | 'removed';
	text: string;
}

/** Beyond so many pairs of lines the smallest diff is not looked for: what differs is shown as one block. */
const MOST_PAIRS = 4_000_000;

/**
 * The fewest lines that turn one text into another, with some unchanged lines around each.
 *
 * @param before byte string
 * @param after byte string
 * @param context how many unchanged lines to keep on either side of a change
 */
export function changedLines(before: string, after: string, context = 3): DiffLine[] {
	return withContext(compare(linesOf(before), linesOf(after)), context).map(({ change, text }) => ({
		change,
		text: displayText(text)
	}));
}

function linesOf(text: string): string[] {
	return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function compare(before: readonly string[], after: readonly string[]): DiffLine[] {
	let head = 0;
	while (head < before.length && head < after.length && before[head] === after[head]) head++;
	let tail = 0;
	const rest = Math.min(before.length, after.length) - head;
	while (tail < rest && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
	return [
		...before.slice(0, head).map(same),
		...compareMiddle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
		...before.slice(before.length - tail).map(same)
	];
}

const same = (text: string): DiffLine => ({ change: 'same', text });
const removed = (text: string): DiffLine => ({ change: 'removed', text });
const added = (text: string): DiffLine => ({ change: 'added', text });

/** Walks along the longest common subsequence; of a change, what goes comes before what is new. */
function compareMiddle(before: readonly string[], after: readonly string[]): DiffLine[] {
	if (before.length * after.length > MOST_PAIRS) return [...before.map(removed), ...after.map(added)];
	const common = commonLengths(before, after);
	const width = after.length + 1;
	const lines: DiffLine[] = [];
	let [i, j] = [0, 0];
	for (;;) {
		const [one, other] = [before[i], after[j]];
		if (one === undefined || other === undefined) break;
		const keepsMore = (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0);
		lines.push(one === other ? same(one) : keepsMore ? removed(one) : added(other));
		if (one === other || keepsMore) i++;
		if (one === other || !keepsMore) j++;
	}
	return [...lines, ...before.slice(i).map(removed), ...after.slice(j).map(added)];
}

/** For each pair of rests, from line i and from line j on, how many lines they have in common in order. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint16Array {
	const width = after.length + 1;
	const common = new Uint16Array((before.length + 1) * width);
	for (let i = before.length - 1; i >= 0; i--) {
		for (let j = after.length - 1; j >= 0; j--) {
			const at = i * width + j;
			const [below, right, diagonal] = [common[at + width], common[at + 1], common[at + width + 1]];
			common[at] = before[i] === after[j] ? (diagonal ?? 0) + 1 : Math.max(below ?? 0, right ?? 0);
		}
	}
	return common;
}

function withContext(lines: readonly DiffLine[], context: number): DiffLine[] {
	let last = -Infinity;
	const sinceChange = lines.map(({ change }, index) => index - (last = change === 'same' ? last : index));
	let next = Infinity;
	const untilChange = lines.map(() => 0);
	for (let i = lines.length - 1; i >= 0; i--) {
		if (lines[i]?.change !== 'same') next = i;
		untilChange[i] = next - i;
	}
	return lines.filter((_, i) => Math.min(sinceChange[i] ?? Infinity, untilChange[i] ?? Infinity) <= context);
}
