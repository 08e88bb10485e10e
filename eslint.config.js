// SPDX-License-Identifier: Apache-2.0
import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What ucode cannot parse, or understands in another way; the type checker cannot see these. */
const NOT_IN_UCODE = [
	['VariableDeclaration[kind="var"]', 'ucode has no var'],
	['ForOfStatement', 'ucode has no for...of: count with an index'],
	['ForInStatement', 'for...in gives values in ucode and indexes here: count with an index, or use keys()'],
	['DoWhileStatement', 'ucode has no do...while'],
	['LabeledStatement', 'ucode has no labels'],
	['ClassDeclaration, ClassExpression, NewExpression, ThisExpression', 'ucode has no classes'],
	['ThrowStatement', 'ucode has no throw: use die()'],
	['TryStatement[finalizer]', 'ucode has no finally'],
	['ObjectPattern, ArrayPattern', 'ucode has no destructuring'],
	['AssignmentPattern', 'ucode has no default parameters'],
	[
		':function[async=true], AwaitExpression, :function[generator=true], YieldExpression',
		'ucode has neither promises nor generators'
	],
	['TaggedTemplateExpression', 'ucode has no tagged templates'],
	['ImportExpression, ImportNamespaceSpecifier, ImportDefaultSpecifier', 'import by name'],
	[
		'ImportSpecifier[importKind="type"], ExportSpecifier[exportKind="type"]',
		'import and export types in a statement of their own: stripped from a list they leave a trailing comma'
	],
	[
		'ExportNamedDeclaration[declaration.type=/Function|Variable/]',
		'export in one list at the end: `export function f() {}` needs a `;` that the formatter removes'
	],
	[
		'ExportDefaultDeclaration, ExportAllDeclaration, ExportNamedDeclaration[source]',
		'export by name, what the module defines itself'
	],
	['Property[method=true], Property[kind=/get|set/]', 'no method shorthand, getters or setters before 2026'],
	[
		':not(CallExpression[callee.name="int"]) > BinaryExpression[operator="/"], AssignmentExpression[operator="/="]',
		'ucode divides integers to integers: write int(a / b)'
	],
	[
		'BinaryExpression[operator="%"]:not([right.type="Literal"]), AssignmentExpression[operator="%="]',
		'a remainder by zero kills the ucode of 24.10 and before: use a literal'
	],
	['BinaryExpression[operator=/^(>>>|[*][*])$/]', 'ucode has no >>>, and its ** binds to the left'],
	[
		'BinaryExpression[operator=/^(instanceof|in)$/], UnaryExpression[operator=/typeof|void/]',
		'use type() and exists()'
	],
	[
		'BinaryExpression[operator=/^[!=]==$/][right.raw="null"], Identifier[name=/^(undefined|NaN|Infinity|globalThis)$/]',
		'a missing value is null in ucode and undefined in Node: compare with == null'
	],
	[
		'CallExpression[optional=true], CallExpression[callee.optional=true], MemberExpression[object.optional=true]',
		'the ucode of 23.05 and before dies of null?.call() and of null?.a.b: ask for null first'
	],
	['Identifier[name=/^(from|as)$/]', 'words of the language to the ucode of 22.03, wherever they stand'],
	['SpreadElement', 'not before it is needed: TypeScript wants a library for it'],
	[
		'Literal[bigint], Literal[raw=/^[0-9][0-9A-Fa-fxob]*_/]',
		'ucode has neither bigints nor separators in numbers'
	],
	['Literal[regex.flags=/[^gis]/]', 'ucode knows the flags g, i and s'],
	[
		'Literal[regex.pattern=/\\\\[dDsSwWbB]|\\(\\?|[*+?}]\\?/]',
		'POSIX extended regular expressions: no \\d, no (?...), nothing lazy'
	]
].map(([selector, message]) => ({ selector, message }));

/** The parts of the product, on both sides. */
const PARTS = ['state', 'why', 'flows', 'change', 'policy', 'gain', 'install', 'report'];

/** On the router a part stands on `state/` and `base/`, and on no other part. */
const ROUTER_PARTS = ['base', ...PARTS].map((part) => {
	const above = PARTS.filter((other) => other !== part && (part === 'base' || other !== 'state'));
	return {
		files: [`rpcd/nft_offload/${part}/**/*.ts`],
		rules: {
			'no-restricted-imports': [
				'error',
				{
					patterns: [
						{
							group: above.map((other) => `nft_offload.${other}.*`),
							message: 'a part imports state/ and base/ and no other part'
						}
					]
				}
			]
		}
	};
});

/** In the browser parts meet in the contract and on the page that composes them. */
const BROWSER_PARTS = ['lib', 'ui', ...PARTS].map((part) => ({
	files: [`web/src/${part}/**/*.{ts,tsx}`],
	rules: {
		'no-restricted-imports': [
			'error',
			{
				patterns: [
					{
						group: [...(part === 'lib' ? ['ui'] : []), ...PARTS, 'page']
							.filter((other) => other !== part)
							.flatMap((other) => [`../${other}/**`, `../../${other}/**`]),
						message: 'a part imports ui/, lib/ and the contract; the page composes the parts'
					}
				]
			}
		]
	}
}));

export default defineConfig(
	globalIgnores([
		'build/',
		'dist/',
		'test-results/',
		'luci-app-src/htdocs/luci-static/resources/nft-offload/'
	]),
	eslint.configs.recommended,
	{
		files: ['**/*.ts', '**/*.tsx'],
		extends: [tseslint.configs.strictTypeChecked],
		languageOptions: {
			parserOptions: {
				projectService: true,
				tsconfigRootDir: import.meta.dirname
			}
		},
		rules: {
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'@typescript-eslint/no-empty-object-type': 'off',
			'@typescript-eslint/switch-exhaustiveness-check': 'error',
			eqeqeq: ['error', 'always', { null: 'ignore' }]
		}
	},
	{
		// Types alone are no ucode: the contract is left out.
		files: ['rpcd/*.ts', 'rpcd/nft_offload/**/*.ts'],
		rules: {
			'no-restricted-syntax': ['error', ...NOT_IN_UCODE],
			'no-use-before-define': 'error',
			'no-undef': 'off',
			'@typescript-eslint/no-require-imports': 'off',
			'prefer-const': 'error',
			'no-control-regex': 'off',
			'@typescript-eslint/prefer-for-of': 'off',
			'@typescript-eslint/prefer-optional-chain': 'off'
		}
	},
	...ROUTER_PARTS,
	...BROWSER_PARTS,
	{
		// LuCI evaluates a view as a function body, with what its 'require' lines name in scope.
		files: ['luci-app-src/**/*.js'],
		languageOptions: {
			sourceType: 'script',
			parserOptions: { ecmaFeatures: { globalReturn: true } },
			globals: {
				E: 'readonly',
				L: 'readonly',
				_: 'readonly',
				baseclass: 'readonly',
				poll: 'readonly',
				rpc: 'readonly',
				view: 'readonly'
			}
		}
	}
);
