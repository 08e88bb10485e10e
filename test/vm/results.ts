// SPDX-License-Identifier: Apache-2.0
/** How each case ended on each release, over many runs: kept in a file, printed as a matrix. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Ended {
	/** Playwright's word: passed, failed, timedOut, skipped, interrupted. */
	status: string;
	seconds: number;
	/** Which build of the package it was; {@link matrix} tells what is of another one. */
	build: string;
}

/** Release, then case. */
export type Results = Record<string, Record<string, Ended>>;

export function readResults(path: string): Results {
	try {
		return JSON.parse(readFileSync(path, 'utf8')) as Results;
	} catch {
		// The first run, or a file cut short: what it held is found out again by running.
		return {};
	}
}

export function keepResults(path: string, release: string, ended: Record<string, Ended>): Results {
	const before = readResults(path);
	const results = { ...before, [release]: { ...before[release], ...ended } };
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, `${JSON.stringify(results, null, '\t')}\n`);
	return results;
}

const NEVER = '–';

/** A line for each case, a column for each release, oldest first. In brackets: with another build than `build`. */
export function matrix(results: Results, build: string): string {
	const releases = Object.keys(results).sort((one, other) =>
		one.localeCompare(other, 'en', { numeric: true })
	);
	const cases = [...new Set(releases.flatMap((release) => Object.keys(results[release] ?? {})))].sort();
	const cell = (release: string, name: string) => {
		const ended = results[release]?.[name];
		if (!ended) return NEVER;
		const text = `${ended.status} ${ended.seconds.toFixed(0)} s`;
		return ended.build === build ? text : `(${text})`;
	};
	const rows = [releases, ...cases.map((name) => releases.map((release) => cell(release, name)))];
	const widths = releases.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
	const names = ['', ...cases];
	const lines = rows.map((row, at) =>
		[...row.map((text, column) => text.padEnd(widths[column] ?? 0)), names[at] ?? ''].join('  ').trimEnd()
	);
	const old = rows.flat().some((text) => text.startsWith('('));
	return [...lines, ...(old ? ['(with an earlier build of the package)'] : [])].join('\n');
}
