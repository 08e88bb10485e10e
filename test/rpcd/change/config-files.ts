// SPDX-License-Identifier: Apache-2.0
/**
 * Random configuration files as people could have written them: in every way that libuci understands, comments in every place.
 * Byte strings.
 */
import fc, { type Arbitrary } from 'fast-check';
import { parse } from '../../../web/src/lib/uci/index.ts';

const { constant, constantFrom, oneof, option, record, tuple } = fc;

const BLANKS = constantFrom(' ', ' ', '\t', '  ', ' \t');
const bytes = (characters: string, most: number): Arbitrary<string> =>
	fc.string({ unit: constantFrom(...Array.from(characters)), maxLength: most });

/** What a value may say: everything, line ends included. */
const SAID = oneof(
	{ weight: 4, arbitrary: constantFrom('1', '0', 'on', 'ACCEPT', 'lan wan', '') },
	{ weight: 1, arbitrary: bytes('ab1 \'"\\#;\t\r\n\xe9\xff\x01$&', 6) }
);

/** Escapes outside quotes what would end the word; a line end can only be quoted. */
const bare = (said: string) =>
	said === '' || said.includes('\n')
		? `'${said.replaceAll("'", "'\\''")}'`
		: said.replace(/[\s'"\\#;]/g, '\\$&');
const single = (said: string) => `'${said.replaceAll("'", "'\\''")}'`;
const double = (said: string) => `"${said.replace(/["\\]/g, '\\$&')}"`;

/** A word that says so: in one of the quotes or none, in two pieces of two kinds, or on two joined lines. */
function written(said: string): Arbitrary<string> {
	const quotes = constantFrom(single, single, double, bare);
	return oneof(
		{ weight: 6, arbitrary: quotes.map((quote) => quote(said)) },
		{
			weight: 1,
			arbitrary: tuple(
				quotes,
				quotes,
				fc.nat({ max: said.length }),
				constantFrom('', '', '\\\n', '\\\r\n')
			).map(
				([one, other, at, join]) =>
					(at === 0 ? '' : one(said.slice(0, at))) +
					join +
					(at === said.length && at > 0 ? '' : other(said.slice(at)))
			)
		}
	);
}

const COMMENT = bytes('#why \'"\\;\t\xe9\xff=', 8).map((text) => `#${text}`);

const NAME = oneof(
	{ weight: 3, arbitrary: constantFrom('flow_offloading', 'flow_offloading_hw') },
	{ weight: 4, arbitrary: constantFrom('input', 'name', 'network', 'x_1') }
);

const SETTING = record({
	keyword: constantFrom('option', 'option', 'option', 'option', 'option', 'o', 'list', 'l'),
	name: NAME,
	said: SAID,
	gap: BLANKS,
	other: BLANKS
}).chain(({ keyword, name, said, gap, other }) => {
	// A list of one of the two is beyond editing: few of these.
	const word = name.startsWith('flow') && keyword.startsWith('l') && said !== '0' ? 'option' : keyword;
	return tuple(
		oneof({ weight: 5, arbitrary: constant(name) }, { weight: 1, arbitrary: written(name) }),
		written(said)
	).map(([writtenName, value]) => `${word}${gap}${writtenName}${other}${value}`);
});

const SECTION = tuple(
	constantFrom('config', 'config', 'config', 'c'),
	BLANKS,
	constantFrom('defaults', 'defaults', "'defaults'", '"def"aults', 'zone', 'rule', '"include"'),
	constantFrom('', '', '', ' ', " ''", ' lan', " 'lan'", ' wan', ' "a_1"')
).map((words) => words.join(''));

const PACKAGE = constantFrom('package firewall', "p 'x-y'");

/** Commands that share a line. Whatever libuci drops behind a semicolon is one, too. */
const COMMANDS = oneof(
	{ weight: 8, arbitrary: SETTING },
	{ weight: 1, arbitrary: PACKAGE },
	{
		weight: 2,
		arbitrary: tuple(
			fc.array(
				oneof(
					{ weight: 4, arbitrary: SETTING },
					{ weight: 1, arbitrary: SECTION.map((section) => `${section} 'x'`) }
				),
				{ minLength: 2, maxLength: 4 }
			),
			constantFrom(' ; ', ' ;', '; ', ';')
		).map(([commands, separator]) => commands.join(separator))
	}
);

const lineOf = (commands: Arbitrary<string>): Arbitrary<string> =>
	tuple(
		constantFrom('\t', '\t', '    ', '', ' \t', '\v'),
		commands,
		oneof(
			{ weight: 5, arbitrary: constant('') },
			{
				weight: 2,
				arbitrary: tuple(constantFrom(' ', '\t', '', ';', ' ; '), COMMENT).map((parts) => parts.join(''))
			},
			{ weight: 1, arbitrary: constantFrom(' ', '\t ', '\r') }
		)
	).map((parts) => parts.join(''));

const LINE = oneof(
	{ weight: 6, arbitrary: lineOf(COMMANDS) },
	{ weight: 2, arbitrary: tuple(constantFrom('', '\t', '  '), COMMENT).map((parts) => parts.join('')) },
	{ weight: 1, arbitrary: constantFrom('', ' ', '\t') }
);

const BLOCK = tuple(lineOf(SECTION), fc.array(LINE, { maxLength: 7 })).map(([head, lines]) => [
	head,
	...lines
]);

const FILE = record({
	head: fc.array(constantFrom('', '# a firewall', '\t# \xe9'), { maxLength: 2 }),
	blocks: fc.array(BLOCK, { minLength: 1, maxLength: 4 }),
	end: constantFrom('\n', '\n', '\r\n'),
	odd: option(fc.nat({ max: 12 })),
	closed: constantFrom(true, true, true, false)
}).map(({ head, blocks, end, odd, closed }) => {
	const lines = [...head, ...blocks.flat()];
	const text = lines.map((line, index) => line + (index === odd ? '\r\n' : end)).join('');
	return closed ? text : text.replace(/\r?\n$/, '');
});

/** Whether libuci takes the file, as our own parser has it, and there is a section for the options. */
function isUsable(text: string): boolean {
	try {
		return parse(text).sections.some(({ type }) => type === 'defaults');
	} catch {
		return false;
	}
}

/** So many files that libuci takes and that have a section of type `defaults`, always the same of one seed. */
export function randomFiles(count: number, seed: number): string[] {
	return fc.sample(FILE.filter(isUsable), { numRuns: count, seed });
}

/** Values of the two options that somebody may want; null for none. */
export const WANTED: Arbitrary<string | null> = constantFrom(
	null,
	null,
	'1',
	'1',
	'1',
	'0',
	"it's",
	'a b',
	'\xe9"\\'
);
