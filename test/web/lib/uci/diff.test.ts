// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { changedLines, type DiffLine } from '../../../../web/src/lib/uci/index.ts';

const SIGN = { same: ' ', added: '+', removed: '-' } as const;
const show = (lines: DiffLine[]) => lines.map(({ change, text }) => SIGN[change] + text);
const side = (lines: DiffLine[], other: 'added' | 'removed') =>
	lines.flatMap(({ change, text }) => (change === other ? [] : [text]));

test('equal texts differ in nothing', () => {
	expect(changedLines('a\nb\n', 'a\nb\n')).toEqual([]);
});

test('a change is shown with the lines around it', () => {
	const before = 'a\nb\nc\nd\ne\nf\ng\n';
	expect(show(changedLines(before, before.replace('d', 'D'), 2))).toEqual([
		' b',
		' c',
		'-d',
		'+D',
		' e',
		' f'
	]);
	expect(show(changedLines(before, before.replace('d', 'D'), 0))).toEqual(['-d', '+D']);
});

test('lines that only moved in from the side are kept as they are', () => {
	expect(show(changedLines('a\nb\nc\n', 'a\nx\nb\nc\ny\n'))).toEqual([' a', '+x', ' b', ' c', '+y']);
});

test('text is made fit for human eyes', () => {
	expect(show(changedLines('\xc3\xa9\n', '\xc3\xa9\r\n'))).toEqual(['-é', '+é\u240d']);
});

describe('the smallest diff', () => {
	const words = ['', 'a', 'b', 'c'];
	/** All texts of up to four lines out of three words, as numbers written with the words for digits. */
	const texts = Array.from({ length: 256 }, (_, number) =>
		[0, 2, 4, 6].map((shift) => words[(number >> shift) & 3] ?? '').filter((word) => word !== '')
	);

	test('leads from any text to any other with the fewest lines', () => {
		for (const before of texts.filter((_, index) => index % 5 === 0)) {
			for (const after of texts.filter((_, index) => index % 7 === 0)) {
				const lines = changedLines(before.join('\n'), after.join('\n'), 9);
				if (before.join() === after.join()) continue;
				expect(side(lines, 'added').join('\n')).toBe(before.join('\n'));
				expect(side(lines, 'removed').join('\n')).toBe(after.join('\n'));
				const changes = lines.filter(({ change }) => change !== 'same').length;
				expect(changes).toBe(before.length + after.length - 2 * longestCommon(before, after));
			}
		}
	});

	test('of texts too large to compare is one block, and still right', () => {
		const before = Array.from({ length: 3000 }, (_, index) => `a${index}`).join('\n');
		const after = Array.from({ length: 3000 }, (_, index) => `b${index}`).join('\n');
		const lines = changedLines(before, after);
		expect(side(lines, 'added').join('\n')).toBe(before);
		expect(side(lines, 'removed').join('\n')).toBe(after);
	});
});

function longestCommon(one: string[], other: string[]): number {
	const [first, ...rest] = one;
	if (first === undefined) return 0;
	const found = other.indexOf(first);
	const without = longestCommon(rest, other);
	return found < 0 ? without : Math.max(without, 1 + longestCommon(rest, other.slice(found + 1)));
}
