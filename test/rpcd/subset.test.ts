// SPDX-License-Identifier: Apache-2.0
/** What ucode lacks or takes otherwise is refused before it is shipped: by the checker, the linter or the stripping. */
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';
import { strip } from '../../packaging/strip.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
/** The planted text takes this module's place: the linter wants one that the compiler knows. */
const MODULE = `${PROJECT}rpcd/nft_offload/base/value.ts`;

const PLANTED: readonly (readonly [string, string])[] = [
	['var', 'var a = 1;'],
	['for...of', 'for (const a of [1]) {\n\tprint(a);\n}'],
	['for...in', 'for (const a in [1]) {\n\tprint(a);\n}'],
	['do...while', 'do {\n\tprint(1);\n} while (false);'],
	['a label', 'outer: while (true) {\n\tbreak outer;\n}'],
	['a class', 'class A {}'],
	['throw', "throw 'a';"],
	['finally', 'try {\n\tprint(1);\n} finally {\n\tprint(2);\n}'],
	['destructuring an object', 'const { a } = { a: 1 };'],
	['destructuring a list', 'const [a] = [1];'],
	['a default parameter', 'function f(a = 1): number {\n\treturn a;\n}'],
	['async', 'async function f(): Promise<void> {\n\tawait 1;\n}'],
	['an exported function', 'export function f(): void {\n\tprint(1);\n}'],
	['an exported constant', 'export const a = 1;'],
	['a default export', 'export default 1;'],
	['a re-export', "export { run } from 'nft_offload.base.command';"],
	['a type in a list of imports', "import { run, type Outcome } from 'nft_offload.base.command';"],
	['a method in short', 'const a = { b() {\n\treturn 1;\n} };'],
	['a getter', 'const a = { get b() {\n\treturn 1;\n} };'],
	['a division', 'const a = 7;\nconst b = a / 2;'],
	['a remainder by a variable', 'const a = 7;\nconst b = 7 % a;'],
	['>>>', 'const a = 7 >>> 1;'],
	['**', 'const a = 2 ** 3;'],
	['typeof', "const a = typeof 'a';"],
	['in', "const a = 'b' in {};"],
	['a comparison with null by identity', 'const a: string | null = null;\nconst b = a === null;'],
	['undefined', 'const a = undefined;'],
	['a call of what may be null', "import { popen } from 'fs';\n\npopen('/bin/true', 'r')?.close();"],
	[
		'a member of what may be null',
		'const f = (a: { b: { c: string } } | null): string | undefined => a?.b.c;'
	],
	['a word of imports as a name', 'const f = (from: string): string => from;'],
	['a spread', 'const a = [1];\nconst b = [...a];'],
	['a class of characters of another flavour', "const a = match('1', /\\d+/);"],
	['a lazy quantifier', "const a = match('1', /.+?1/);"],
	['a group of another flavour', "const a = match('1', /(?:1)/);"],
	['an unknown flag', "const a = match('1', /1/u);"],
	['a function used before it is there', 'const a = f();\nfunction f(): number {\n\treturn 1;\n}']
];

describe('the linter', () => {
	const eslint = new ESLint({ cwd: PROJECT });

	test.each(PLANTED)('refuses %s', async (_name, text) => {
		const [result] = await eslint.lintText(`${text}\n`, { filePath: MODULE });
		const rules = result?.messages.map(({ ruleId }) => ruleId) ?? [];
		expect(
			rules.some(
				(rule) => rule === 'no-restricted-syntax' || rule === 'no-use-before-define' || rule === 'no-var'
			)
		).toBe(true);
	});

	test('refuses nothing of an ordinary module', async () => {
		const text =
			"import { run } from 'nft_offload.base.command';\n\nfunction f(): number {\n\treturn int(run('/bin/true', []).status / 2);\n}\n\nexport { f };\n";
		const [result] = await eslint.lintText(text, { filePath: MODULE });
		expect(result?.messages).toEqual([]);
	});
});

describe('stripping', () => {
	test('keeps every line where it is', () => {
		const source =
			'const a = 1;\n\ninterface B {\n\tb: number;\n}\n\nconst c: B = { b: a };\n\nexport { c };\n';
		expect(strip(source, 'a.ts')).toBe('const a = 1;\n\n\n\n\n\nconst c    = { b: a };\n\nexport { c };\n');
	});

	test.each([
		['an enum', 'enum A {\n\tb\n}\n', /a\.ts .*line 1/],
		[
			'a property from a parameter',
			'const a = 1;\nclass A {\n\tconstructor(private b: number) {}\n}\n',
			/line 3/
		],
		['a namespace', 'namespace A {\n\texport const b = 1;\n}\n', /line 1/],
		['a type in a list of imports', "import { a, type B } from 'c';\n", /trailing comma/]
	])('refuses %s', (_name, source, message) => {
		expect(() => strip(source, 'a.ts')).toThrow(message);
	});
});
