// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { joinModules } from '../../packaging/join.ts';

const BASE =
	"'use strict';\nimport { open } from 'fs';\nconst LIMIT = 1;\nfunction read() { return open(LIMIT); }\nexport { read };\n";
const ABOVE =
	"import { read } from 'nft_offload.base';\nimport { stat } from 'fs';\nfunction look() { return [read(), stat()]; }\nexport { look };\n";
const PROGRAM =
	"#!/usr/bin/ucode\nimport { stdin } from 'fs';\nimport { look } from 'nft_offload.above';\nimport { read } from 'nft_offload.base';\nlook(read());\n";

const OTHER = "import { read } from 'nft_offload.base';\nprint(read());\n";

const join = (modules: Record<string, string>, programs = [PROGRAM, OTHER]) =>
	joinModules(
		new Map(Object.entries(modules).map(([name, text]) => [`nft_offload.${name}`, text])),
		programs
	);

describe('joining the modules of the plugin', () => {
	it('puts what several programs need into one module that exports what they want', () => {
		expect(join({ above: ABOVE, base: BASE }).shared[0]).toBe(
			[
				'// SPDX-License-Identifier: Apache-2.0',
				"import { open } from 'fs';",
				'',
				'const LIMIT = 1;',
				'function read() { return open(LIMIT); }',
				'export { read };',
				''
			].join('\n')
		);
	});

	it('puts what one program alone needs into that program, below what it imports', () => {
		expect(join({ above: ABOVE, base: BASE }).programs).toEqual([
			[
				'#!/usr/bin/ucode',
				"'use strict';",
				"import { read } from 'nft_offload.common';",
				"import { stat, stdin } from 'fs';",
				'',
				'function look() { return [read(), stat()]; }',
				'',
				'look(read());',
				''
			].join('\n'),
			"'use strict';\nimport { read } from 'nft_offload.common';\n\nprint(read());\n"
		]);
	});

	it('keeps from the first program what only the others share', () => {
		const { shared, programs } = join({ above: ABOVE, base: BASE }, [OTHER, PROGRAM, PROGRAM]);
		expect(programs[0]).toContain("import { read } from 'nft_offload.common';");
		expect(shared[0]).not.toContain('look');
		expect(shared[1]).toContain("import { read } from 'nft_offload.common';");
		expect(shared[1]).toContain('export { look };');
		expect(programs[1]).toBe(programs[2]);
		expect(programs[1]).toContain("import { look } from 'nft_offload.router';");
	});

	it('keeps from the second and the third program, too, what only the others share', () => {
		const { shared } = join({ above: ABOVE, base: BASE }, [OTHER, OTHER, OTHER, PROGRAM, PROGRAM]);
		expect(shared[1]).not.toContain('look');
		expect(shared[2]).toContain('export { look };');
	});

	it('lets a file that is read by require() return at its end', () => {
		const required = "import { read } from 'nft_offload.base';\nconst A = read();\nreturn A;\n";
		const { programs } = join({ base: BASE }, [required, OTHER]);
		expect(programs[0]).toMatch(/\nconst A = read\(\);\nreturn A;\n$/);
	});

	it('leaves out what no program needs', () => {
		const { shared, programs } = join({
			above: ABOVE,
			base: BASE,
			idle: 'const IDLE = 1;\nexport { IDLE };\n'
		});
		expect([...shared, ...programs].join('')).not.toContain('IDLE');
	});

	it.each([
		[
			'two modules that declare one name',
			ABOVE.replace('function look()', 'function read()'),
			/both have read/
		],
		['a name imported that another module declares', ABOVE.replace('stat }', 'look }'), /both have look/],
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
