// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { commitPreview, exportText, lossOnCommit, parse } from '../../../../web/src/lib/uci/index.ts';
import { recordings } from './recordings.ts';

const DEFAULTS = `# Küche
config defaults
	option input 'REJECT' # be strict
	option flow_offloading '0'
`;
const bytes = (text: string) => Buffer.from(text).toString('latin1');

test('shows the lines that an admin would change, and what the rewriting takes away', () => {
	const preview = commitPreview(parse(bytes(DEFAULTS)), [
		{ section: '@defaults[0]', option: 'flow_offloading', value: '1' },
		{ section: '@defaults[0]', option: 'flow_offloading_hw', value: '1' }
	]);
	expect(preview.lines).toEqual([
		{ change: 'same', text: '# Küche' },
		{ change: 'same', text: 'config defaults' },
		{ change: 'same', text: "\toption input 'REJECT' # be strict" },
		{ change: 'removed', text: "\toption flow_offloading '0'" },
		{ change: 'added', text: "\toption flow_offloading '1'" },
		{ change: 'added', text: "\toption flow_offloading_hw '1'" }
	]);
	expect(preview.written).toBe(
		"\nconfig defaults\n\toption input 'REJECT'\n\toption flow_offloading '1'\n\toption flow_offloading_hw '1'\n\n"
	);
	expect(preview.loss).toEqual({ comments: ['# Küche', '# be strict'], formatting: true, meaning: false });
});

test('a file that libuci wrote loses nothing', () => {
	const written = exportText(parse(bytes(DEFAULTS)));
	expect(lossOnCommit(parse(written))).toEqual({ comments: [], formatting: false, meaning: false });
});

test('a file that only has comments besides loses only them', () => {
	const written = exportText(parse(bytes(DEFAULTS)));
	const commented = written.replace("'REJECT'", "'REJECT' # be strict").replace('config', '# head\nconfig');
	expect(lossOnCommit(parse(commented))).toEqual({
		comments: ['# head', '# be strict'],
		formatting: false,
		meaning: false
	});
});

test('a hash in a value is no comment', () => {
	expect(lossOnCommit(parse("\nconfig a 'b'\n\toption c '# d'\n\n")).comments).toEqual([]);
});

test('a type that libuci writes and cannot read again is told', () => {
	expect(lossOnCommit(parse("config 'a;b' c\n")).meaning).toBe(true);
	expect(lossOnCommit(parse("config 'a#b'\n")).meaning).toBe(true);
});

test('what the real uci wrote loses nothing when it is written again, where it can be read at all', () => {
	const valid = recordings.flatMap(({ input, outcome }) => ('export' in outcome ? [{ input, outcome }] : []));
	const [broken, whole] = [true, false].map((meaning) =>
		valid.filter(({ input }) => lossOnCommit(parse(input)).meaning === meaning)
	);
	for (const { outcome } of whole ?? []) {
		const text = outcome.export.replace('package PKG\n', '');
		expect(lossOnCommit(parse(text))).toEqual({ comments: [], formatting: false, meaning: false });
	}
	// A type with a quote or a backslash, written as it is.
	expect([broken?.length, whole?.length]).toEqual([1, 157]);
});
