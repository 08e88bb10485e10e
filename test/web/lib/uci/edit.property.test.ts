// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import {
	parse,
	setOption,
	UciError,
	type Document,
	type Span,
	type Value
} from '../../../../web/src/lib/uci/index.ts';
import { recordings } from './recordings.ts';

/** Each kind of value that can make trouble where it is written. */
const VALUES: (Value | null)[] = [
	null,
	'1',
	"it's",
	'a b',
	'two\nlines',
	'\r\n',
	'#;"\\',
	'caf\xc3\xa9 \xff',
	' ',
	'\\',
	['one'],
	['a', "b'c", 'd e'],
	['', 'x\\', '\n']
];

type Values = { type: string; name: string; anonymous: boolean; options: [string, Value][] }[];

function valuesOf({ sections }: Document): Values {
	return sections.map(({ type, name, anonymous, options }) => ({
		type,
		name,
		anonymous,
		options: [...options]
	}));
}

/** What must be there after an edit: the old values, in their order, with one change. */
function withChange(values: Values, index: number, option: string, value: Value | null): Values {
	const expected = structuredClone(values);
	const section = expected[index];
	if (section === undefined) throw new Error('no such section');
	const options = new Map(section.options);
	if (value === null) options.delete(option);
	else options.set(option, value);
	section.options = [...options];
	return expected;
}

function* editsOf({ sections }: Document) {
	for (const { name, index, options } of sections) {
		for (const option of [...options.keys(), 'brand_new']) {
			for (const value of VALUES) yield { name, index, option, value };
		}
	}
}

function readable(input: string): Document | null {
	try {
		return parse(input);
	} catch (error) {
		if (error instanceof UciError) return null;
		throw error;
	}
}

const documents = recordings.flatMap(({ name, input }) => {
	const document = readable(input);
	return document === null ? [] : [{ name, document }];
});

test.each(documents)('each edit of $name changes one option and nothing else', ({ document }) => {
	const before = valuesOf(document);
	for (const { name, index, option, value } of editsOf(document)) {
		const edited = setOption(document, { section: name, option, value });
		expect(valuesOf(edited)).toEqual(withChange(before, index, option, value));
		expect(valuesOf(parse(edited.text))).toEqual(valuesOf(edited));
	}
});

test('there are edits by the thousand', () => {
	expect(documents).toHaveLength(158);
	expect(documents.flatMap(({ document }) => [...editsOf(document)]).length).toBeGreaterThan(5000);
});

test.each(documents)('a new option of $name, removed again, leaves every byte', ({ document }) => {
	for (const { name, option, value } of editsOf(document)) {
		if (option !== 'brand_new' || value === null) continue;
		const edited = setOption(document, { section: name, option, value });
		const restored = setOption(edited, { section: name, option, value: null }).text;
		// Behind a last line without its end, the new line needs one before it.
		const unended = document.text !== '' && !document.text.endsWith('\n');
		expect(unended ? restored.trimEnd() : restored).toBe(unended ? document.text.trimEnd() : document.text);
	}
});

test.each(documents)('another string for an option of $name touches one line', ({ document }) => {
	const lines = document.text.split('\n');
	const onOneLine = ({ start, end }: Span) => !document.text.slice(start, end).includes('\n');
	for (const { name, options } of document.sections) {
		for (const [option, value] of options) {
			const commands = document.commands.filter(
				(command) => command.section?.name === name && command.option === option
			);
			if (typeof value !== 'string' || !commands.every(onOneLine)) continue;
			const after = setOption(document, { section: name, option, value: `${value}1` }).text.split('\n');
			const changed = lines.filter((line, index) => line !== after[index]);
			expect([after.length - lines.length, changed.length]).toEqual([0, 1]);
		}
	}
});
