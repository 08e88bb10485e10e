// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { joinModules } from '../../packaging/join.ts';

const BASE =
	"'use strict';\nimport { open } from 'fs';\nconst LIMIT = 1;\nfunction read() { return open(LIMIT); }\nexport { read };\n";
const ABOVE =
	"import { read } from 'nft_offload.base';\nimport { stat } from 'fs';\nfunction look() { return [read(), stat()]; }\nexport { look };\n";
const PROGRAM =
	"#!/usr/bin/ucode\nimport { stdin } from 'fs';\nimport { look } from 'nft_offload.above';\nimport { read } from 'nft_offload.base';\nlook(read());\n";

const join = (modules: Record<string, string>, program = PROGRAM) =>
	joinModules(new Map(Object.entries(modules).map(([name, text]) => [`nft_offload.${name}`, text])), [
		program
	]);

describe('joining the modules of the plugin', () => {
	it('puts each below what it imports, and exports what the programs want', () => {
		expect(join({ above: ABOVE, base: BASE }).joined).toBe(
			[
				'// SPDX-License-Identifier: Apache-2.0',
				"import { open, stat } from 'fs';",
				'const LIMIT = 1;',
				'function read() { return open(LIMIT); }',
				'function look() { return [read(), stat()]; }',
				'export { look, read };',
				''
			].join('\n')
		);
	});

	it('has the programs import from the joined module', () => {
		expect(join({ above: ABOVE, base: BASE }).programs).toEqual([
			"#!/usr/bin/ucode\nimport { stdin } from 'fs';\nimport { look, read } from 'nft_offload.modules';\nlook(read());\n"
		]);
	});

	it('leaves out what no program needs', () => {
		expect(
			join({ above: ABOVE, base: BASE, idle: 'const IDLE = 1;\nexport { IDLE };\n' }).joined
		).not.toContain('IDLE');
	});

	it.each([
		[
			'two modules that declare one name',
			ABOVE.replace('function look()', 'const LIMIT = 2;\nfunction look()'),
			/both have LIMIT/
		],
		['a name imported that another module declares', ABOVE.replace('stat }', 'LIMIT }'), /both have LIMIT/],
		[
			'a module that is not there',
			ABOVE.replace('nft_offload.base', 'nft_offload.gone'),
			/no module nft_offload.gone/
		],
		['an import under another name', ABOVE.replace('{ stat }', '{ stat as status }'), /does not know/],
		['an import of everything', ABOVE.replace('{ stat }', '* as fs'), /does not know/]
	])('refuses %s', (_name, above, message) => {
		expect(() => join({ above, base: BASE })).toThrow(message);
	});
});
