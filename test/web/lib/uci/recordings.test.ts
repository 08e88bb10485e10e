// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { exportText, parse, UciError, type Document } from '../../../../web/src/lib/uci/index.ts';
import { recordings } from './recordings.ts';

/** `uci -X show`: the values in one line each, with libuci's names for anonymous sections. */
function show({ sections }: Document): string {
	const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
	const lines = sections.flatMap(({ name, type, options }) => [
		`PKG.${name}=${type}\n`,
		...[...options].map(([option, value]) => `PKG.${name}.${option}=${[value].flat().map(quote).join(' ')}\n`)
	]);
	return lines.join('');
}

function outcomeOf(input: string): { error: string } | { show: string; export: string } {
	try {
		const document = parse(input);
		expect(document.text).toBe(input);
		return { show: show(document), export: `package PKG\n${exportText(document)}` };
	} catch (error) {
		if (error instanceof UciError) return { error: `uci: ${error.message}` };
		throw error;
	}
}

describe('what the real uci made of', () => {
	test.each(recordings)('$name', ({ input, outcome }) => {
		expect(outcomeOf(input)).toEqual(outcome);
	});

	test('there are 480 recordings, valid ones and others', () => {
		expect(recordings).toHaveLength(480);
		expect(recordings.filter(({ outcome }) => 'error' in outcome)).toHaveLength(322);
	});
});
