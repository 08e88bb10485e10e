// SPDX-License-Identifier: Apache-2.0
import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What ucode cannot parse, or understands in another way; the type checker cannot see these. */
const NOT_IN_UCODE = [
	['ForOfStatement', 'ucode has no for...of'],
	['DoWhileStatement', 'ucode has no do...while'],
	['LabeledStatement', 'ucode has no labels'],
	['ClassDeclaration, ClassExpression, NewExpression, ThisExpression', 'ucode has no classes'],
	['ThrowStatement', 'ucode has no throw: use die()'],
	['TryStatement[finalizer]', 'ucode has no finally'],
	['ObjectPattern, ArrayPattern', 'ucode has no destructuring'],
	['AssignmentPattern', 'ucode has no default parameters'],
	[
		'BinaryExpression[operator="/"], AssignmentExpression[operator="/="]',
		'ucode divides integers to integers: use int(a / b) in numbers.ts'
	],
	['BinaryExpression[operator=">>>"]', 'ucode has no >>>'],
	['BinaryExpression[operator="instanceof"], UnaryExpression[operator=/typeof|void/]', 'use type()'],
	[
		'ExportNamedDeclaration[declaration.type=/Function|Variable/]',
		'export in one list at the end: `export function f() {}` needs a `;` that the formatter removes'
	],
	['ExportDefaultDeclaration, ExportAllDeclaration', 'export by name'],
	['Property[method=true], Property[kind=/get|set/]', 'no method shorthand, getters or setters before 2026'],
	['Literal[regex.flags=/[^gis]/]', 'ucode knows the flags g, i and s'],
	[
		'Literal[regex.pattern=/\\\\[dDsSwWbB]|\\(\\?|[*+?}]\\?/]',
		'POSIX extended regular expressions: no \\d, no (?...), nothing lazy'
	],
	[
		'BinaryExpression[operator=/^[!=]==$/][right.raw="null"]',
		'a missing value is null in ucode and undefined here: compare with == null'
	]
].map(([selector, message]) => ({ selector, message }));

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
		files: ['rpcd/**/*.ts'],
		rules: {
			'no-restricted-syntax': ['error', ...NOT_IN_UCODE],
			'no-use-before-define': 'error',
			'no-undef': 'off',
			'prefer-const': 'error',
			'no-control-regex': 'off',
			'@typescript-eslint/prefer-for-of': 'off',
			'@typescript-eslint/prefer-optional-chain': 'off'
		}
	},
	{
		// LuCI evaluates a view as a function body, which returns.
		files: ['luci-app-src/**/*.js'],
		languageOptions: { sourceType: 'script', parserOptions: { ecmaFeatures: { globalReturn: true } } }
	}
);
