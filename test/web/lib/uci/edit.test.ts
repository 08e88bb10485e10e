// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { parse, setOption, UciEditError, type Value } from '../../../../web/src/lib/uci/index.ts';

function edit(text: string, section: string, option: string, value: Value | null): string {
	return setOption(parse(text), { section, option, value }).text;
}

describe('an option that is there', () => {
	test.each([
		['single quotes', "\toption c 'd' # why\n", "\toption c 'x y' # why\n"],
		['double quotes', ' \toption\tc "d"\t# why\n', ' \toption\tc "x y"\t# why\n'],
		['none, where they are needed', 'option c d#why\n', "option c 'x y'#why\n"],
		['CRLF', "\toption c 'd'\r\n", "\toption c 'x y'\r\n"],
		['a value over lines', "\toption c 'd\ne'\n", "\toption c 'x y'\n"]
	])('keeps its line, %s', (_, before, after) => {
		const around = (line: string) => `# head\n\nconfig a b\n${line}\n\toption last '1'\n`;
		expect(edit(around(before), 'b', 'c', 'x y')).toBe(around(after));
	});

	test('keeps going without quotes where it can', () => {
		expect(edit('config a b\noption c d\n', 'b', 'c', 'x/y-z')).toBe('config a b\noption c x/y-z\n');
	});

	test('is written escaped as its quotes need it', () => {
		expect(edit("config a b\noption c 'd'\n", 'b', 'c', "it's")).toBe("config a b\noption c 'it'\\''s'\n");
		expect(edit('config a b\noption c "d"\n', 'b', 'c', '\\"')).toBe('config a b\noption c "\\\\\\""\n');
	});

	test('is changed where it has the last word', () => {
		const text = "config a b\n\toption c '1'\nconfig z y\nconfig a b\n\toption c '2'\n";
		expect(edit(text, 'b', 'c', '3')).toBe(text.replace("'2'", "'3'"));
	});

	test('with the value it has leaves the same document', () => {
		const document = parse("config a b\n\tlist c 'd'\n");
		expect(setOption(document, { section: 'b', option: 'c', value: ['d'] })).toBe(document);
	});
});

describe('a new option', () => {
	test('goes behind the last one, looking like it', () => {
		const text = 'config a b\n    option c "d"\n\n# about y\nconfig z y\n';
		expect(edit(text, 'b', 'e', 'f')).toBe(
			'config a b\n    option c "d"\n    option e "f"\n\n# about y\nconfig z y\n'
		);
	});

	test('goes behind the head of an empty section', () => {
		expect(edit('config a\nconfig a\n', '@a[0]', 'e', 'f')).toBe("config a\n\toption e 'f'\nconfig a\n");
	});

	test('goes on the same line where the next command on it opens another section', () => {
		expect(edit('config a b ; config z y\n', 'b', 'e', 'f')).toBe("config a b ; option e 'f' ; config z y\n");
	});

	test('ends a last line that has no end', () => {
		expect(edit('config a b', 'b', 'e', 'f')).toBe("config a b\n\toption e 'f'");
	});
});

describe('removing', () => {
	test('takes the line and its comment, and all that sets the option', () => {
		const text = "config a b\n\toption c '1' # x\n\t# stays\n\toption d '1'\n\toption c '2'\n\toption c ''\n";
		expect(edit(text, 'b', 'c', null)).toBe("config a b\n\t# stays\n\toption d '1'\n");
	});

	test.each([
		['the first', "config a 'b' ; option c '1' ; option d '2'\n", 'c', "config a 'b' ; option d '2'\n"],
		['the last', "config a 'b' ; option c '1' ; option d '2' # x\n", 'd', "config a 'b' ; option c '1' # x\n"]
	])('takes %s of several commands on a line', (_, before, option, after) => {
		expect(edit(before, 'b', option, null)).toBe(after);
	});

	test('takes a line on which nothing else is left', () => {
		const text = "config a b\n\toption c '1' ; option c '2' # x\n\toption d '1'\n";
		expect(edit(text, 'b', 'c', null)).toBe("config a b\n\toption d '1'\n");
	});

	test('of a list that fills the file leaves nothing of it', () => {
		const text = 'config a b\n';
		expect(edit(text + 'list c d\n'.repeat(10_000), 'b', 'c', null)).toBe(text);
	});

	test('does not bring to life what libuci drops behind a bare word and a semicolon', () => {
		const text = "config a 'b' ; option c 1;option d 2\n";
		expect(edit(text, 'b', 'c', null)).toBe("config a 'b' #;option d 2\n");
		expect(edit(text, 'b', 'c', 'x y')).toBe("config a 'b' ; option c 'x y' #;option d 2\n");
	});
});

describe('lists', () => {
	const text = "config a b\n\tlist c 'one' # 1\n\tlist c 'two' # 2\n\toption d '1'\n";

	test('change item by item', () => {
		expect(edit(text, 'b', 'c', ['one', 'zwei'])).toBe(text.replace('two', 'zwei'));
		expect(edit(text, 'b', 'c', ['one'])).toBe(text.replace("\tlist c 'two' # 2\n", ''));
		expect(edit(text, 'b', 'c', ['one', 'two', 'three'])).toBe(
			text.replace('# 2\n', "# 2\n\tlist c 'three'\n")
		);
	});

	test('become a string, and a string becomes one, in its place', () => {
		expect(edit(text, 'b', 'c', 'x')).toBe("config a b\n\toption c 'x' # 1\n\toption d '1'\n");
		expect(edit(text, 'b', 'd', ['x', 'y'])).toBe(text.replace("option d '1'", "list d 'x'\n\tlist d 'y'"));
	});
});

describe('an edit that cannot be made is refused', () => {
	test.each<[string, string, string, Value | null]>([
		['no such section', '@a[1]', 'c', '1'],
		['no such name', 'b', 'c-d', '1'],
		['a name that carries a command', 'b', "c '1'\noption d", '1'],
		['an empty string', 'b', 'c', ''],
		['an empty list', 'b', 'c', []],
		['a NUL', 'b', 'c', 'a\0b'],
		['a NUL in an item', 'b', 'c', ['a', '\0']],
		['what is not a byte', 'b', 'c', '\u20ac']
	])('%s', (_, section, option, value) => {
		expect(() => edit('config a b\n', section, option, value)).toThrow(UciEditError);
	});

	test('behind a backslash that ends the file', () => {
		expect(() => edit('config a b\n\toption c d\\\n', 'b', 'e', 'f')).toThrow(UciEditError);
	});
});
