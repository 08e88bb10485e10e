// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Json } from '../router/bus.ts';
import { differences, type Own } from './differences.ts';

const own = (path: string, compare: Own['compare'], optional?: true): Own => ({
	path,
	compare,
	because: 'of the test',
	...(optional ? { optional } : {})
});

const CASES: readonly [what: string, ours: Json, real: Json, own: Own[], found: string[]][] = [
	['the same', { a: [1, { b: null }] }, { a: [1, { b: null }] }, [], []],
	['another value', { a: [1] }, { a: [2] }, [], ['x.a.0: 1 in place of 2']],
	['another type', { a: '1' }, { a: 1 }, [], ['x.a: "1" in place of 1']],
	['a list for an object', { a: [] }, { a: {} }, [], ['x.a: [] in place of {}']],
	['a field too few', {}, { a: null }, [], ['x.a: missing']],
	['a field too many', { a: null }, {}, [], ['x.a: not there on the real one']],
	['an item too few', [1], [1, 2], [], ['x.1: missing']],
	['an own value', { a: 1 }, { a: 2 }, [own('x.a', 'type')], []],
	['an own value of another type', { a: null }, { a: 2 }, [own('x.a', 'type')], ['x.a: null in place of 2']],
	['an own value or null', { a: null }, { a: 2 }, [own('x.a', 'nullable')], []],
	['an own value that is missing', {}, { a: 2 }, [own('x.a', 'nullable')], ['x.a: missing']],
	['an own value that may be missing', {}, { a: 2 }, [own('x.a', 'type', true)], []],
	['a list of one’s own', [3, 4, 'a'], [1, 'b'], [own('x', 'type')], []],
	[
		'items unlike the real ones',
		[{ a: 1 }],
		[{ b: 1 }],
		[own('x', 'type')],
		['x.0.a: not there on the real one', 'x.0.b: missing']
	],
	['names of one’s own', { me: { a: 1 } }, { you: { a: 2 } }, [own('x', 'names')], []],
	[
		'unlike under names of one’s own',
		{ me: 1 },
		{ you: 'b' },
		[own('x', 'names')],
		['x.me: 1 in place of "b"']
	],
	['part of the real ones', { a: ['r'] }, { a: ['w', 'r'], b: [] }, [own('x', 'among')], []],
	[
		'more than the real ones',
		{ a: ['r'] },
		{ a: [] },
		[own('x', 'among')],
		['x.a.0: "r", not there on the real one']
	]
];

describe('what differs', () => {
	it.each(CASES)('%s', (_, ours, real, rules, found) => {
		expect(differences(ours, real, rules, 'x').sort()).toEqual(found);
	});
});
