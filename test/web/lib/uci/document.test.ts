// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import {
	decodeBase64,
	displayText,
	findSection,
	parse,
	UciError
} from '../../../../web/src/lib/uci/index.ts';

test('sections are found by name, by type and index, and from the end', () => {
	const document = parse("config a\nconfig z y\nconfig a\n\toption c 'last'\n");
	expect(findSection(document, 'y')?.index).toBe(1);
	expect(findSection(document, 'cfg01b606')?.index).toBe(0);
	expect(findSection(document, '@a[1]')?.options.get('c')).toBe('last');
	expect(findSection(document, '@a[-1]')?.index).toBe(2);
	expect(findSection(document, '@[1]')?.name).toBe('y');
	for (const id of ['@a[2]', '@a[-3]', '@x[0]', '@a[]', '@a', 'x', '@a[0]x']) {
		expect(findSection(document, id)).toBeUndefined();
	}
});

test('a name made up for an anonymous section may be taken already; the first one is found', () => {
	const { sections } = parse("config a cfg02b606\nconfig a\n\toption c 'd'\n");
	expect(sections.map(({ name, anonymous }) => [name, anonymous])).toEqual([
		['cfg02b606', false],
		['cfg02b606', true]
	]);
	expect(findSection(parse('config a cfg02b606\nconfig a\n'), 'cfg02b606')?.anonymous).toBe(false);
});

test('an error tells libuci’s place and the place in the file', () => {
	const error = catchUciError("config a b\n\toption c 'x\ny' z\n");
	expect(error).toMatchObject({ reason: 'too many arguments', line: 3, byte: 18, row: 3, column: 4 });
});

test('an open quote is told where it opens', () => {
	const error = catchUciError("config a b\n\toption c 'x\n\n\n");
	expect(error).toMatchObject({ reason: "EOF with unterminated '", line: 4, row: 2, column: 11 });
});

test('a last line without its end counts as the line before, as in libuci', () => {
	expect(catchUciError('config a b\nfoo')).toMatchObject({
		reason: 'invalid command',
		line: 1,
		byte: 0,
		column: 1
	});
});

test('commands tell where they are written', () => {
	const text = "config a 'b' ; option c 'd' # x\n";
	const [config, option] = parse(text).commands;
	const slice = (span: { start: number; end: number } | null | undefined) =>
		span ? text.slice(span.start, span.end) : null;
	expect([slice(config), slice(option), slice(option?.value)]).toEqual([
		"config a 'b'",
		"option c 'd'",
		"'d'"
	]);
});

test('base64 becomes bytes, and bytes become text that hides nothing', () => {
	const bytes = decodeBase64(Buffer.from('Küche\n\tÜ').toString('base64'));
	expect(bytes).toHaveLength(10);
	expect(displayText(bytes)).toBe('Küche\n\tÜ');
	expect(displayText('\xff\x00\x1b\x7f\r')).toBe('\ufffd\u2400\u241b\u2421\u240d');
	expect(displayText(Buffer.from('a\u202eb\u200bc\u0085').toString('latin1'))).toBe('a\ufffdb\ufffdc\ufffd');
	expect(() => decodeBase64('*')).toThrow();
});

function catchUciError(text: string): unknown {
	try {
		parse(text);
	} catch (error) {
		if (error instanceof UciError) return error;
		throw error;
	}
	return null;
}
