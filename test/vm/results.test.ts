// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepResults, matrix, readResults, type Ended } from './results.ts';

let folder: string;
const file = () => join(folder, 'vm/cases.json');
const ended = (status: string, seconds = 1, build = 'new'): Ended => ({ status, seconds, build });

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'results-'));
});

afterEach(() => {
	rmSync(folder, { recursive: true });
});

test('a run on a second release, or of one case, leaves what ran before', () => {
	keepResults(file(), '25.12.2', { walk: ended('failed'), access: ended('passed') });
	keepResults(file(), '23.05.2', { walk: ended('passed') });
	keepResults(file(), '25.12.2', { walk: ended('passed', 2) });
	expect(readResults(file())).toEqual({
		'25.12.2': { walk: ended('passed', 2), access: ended('passed') },
		'23.05.2': { walk: ended('passed') }
	});
});

test('a file that was cut short is begun anew', () => {
	keepResults(file(), '25.12.2', { walk: ended('passed') });
	writeFileSync(file(), '{"25.12.2": {"wa');
	expect(keepResults(file(), '23.05.2', {})).toEqual({ '23.05.2': {} });
});

test('the matrix says which release ran which case, and what is of an earlier build', () => {
	const results = {
		'25.12.2': { walk: ended('passed', 61.2), access: ended('failed', 5) },
		'9.1': { walk: ended('passed', 100, 'old') }
	};
	expect(matrix(results, 'new').split('\n')).toEqual([
		'9.1             25.12.2',
		'–               failed 5 s   access',
		'(passed 100 s)  passed 61 s  walk',
		'(with an earlier build of the package)'
	]);
	expect(matrix({ '25.12.2': results['25.12.2'] }, 'new')).not.toContain('earlier');
});
