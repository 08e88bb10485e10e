// SPDX-License-Identifier: Apache-2.0
/**
 * Joins the plugin's modules into few files: one for what its programs share, and into each program what it alone
 * needs. Forty small files cost a package 4 kB of headers and hashes, and the router forty look-ups for each call.
 * It stays the source: module after module, each below those it imports.
 */

export const COMMON = 'nft_offload.modules';

const OWN = 'nft_offload.';
const IMPORT = /^import \{([^}]*)\} from '([^']+)';\n/gm;
const EXPORT = /^export \{([^}]*)\};\n?/gm;
const STRICT = /^'use strict';\n/m;
const DECLARATION = /^(?:function|const|let) (\w+)/gm;
/** What a program begins with, and keeps. */
const HEAD = /^(?:#!.*\n)?(?:\/\/ SPDX-License-Identifier: .*\n)?/;

interface Import {
	from: string;
	names: readonly string[];
}

interface Module {
	name: string;
	imports: readonly Import[];
	/** What it declares at its top. */
	declares: readonly string[];
	/** Its text without imports and exports. */
	body: string;
}

/**
 * @param modules the modules' texts by their names, such as `nft_offload.flows`
 * @param programs the texts of the programs that import them
 * @returns the text of the common module, and the programs that import from it alone
 * @throws When two modules of one file have the same name for something, or use a form of import that this does
 * not know.
 */
export function joinModules(
	modules: ReadonlyMap<string, string>,
	programs: readonly string[]
): { common: string; programs: string[] } {
	const parsed = new Map([...modules].map(([name, text]) => [name, parse(name, text)]));
	const mains = programs.map((text) => parse('the program', text.replace(HEAD, '')));
	const needed = mains.map((main) => needs(main, parsed));
	const isCommon = (module: Module): boolean => needed.filter((each) => each.includes(module)).length > 1;
	const files = mains.map((main, index) => [
		...(needed[index] ?? []).filter((each) => !isCommon(each)),
		main
	]);
	const common = [...new Set(needed.flat())].filter(isCommon);
	const commonNames = new Set(common.map(({ name }) => name));
	const fromCommon = ({ from }: Import): boolean => commonNames.has(from);
	const exported = unique(files.flat().flatMap(({ imports }) => imports.filter(fromCommon).flatMap(namesOf)));
	return {
		common: [HEADER, write(common, []), `export { ${exported.join(', ')} };\n`].join(''),
		programs: files.map((file, index) => {
			const wanted = unique(file.flatMap(({ imports }) => imports.filter(fromCommon).flatMap(namesOf)));
			const head = HEAD.exec(programs[index] ?? '')?.[0] ?? '';
			return `${head}'use strict';\n${write(file, wanted)}`;
		})
	};
}

const HEADER = '// SPDX-License-Identifier: Apache-2.0\n';

const isOwn = ({ from }: Import): boolean => from.startsWith(OWN);
const namesOf = ({ names }: Import): readonly string[] => names;
const unique = (names: readonly string[]): string[] => [...new Set(names)].sort();

function parse(name: string, text: string): Module {
	const imports = [...text.matchAll(IMPORT)].map(([, list = '', from = '']) => ({
		from,
		names: namesIn(list)
	}));
	const exports = [...text.matchAll(EXPORT)].flatMap(([, list = '']) => namesIn(list));
	const body = text
		.replace(IMPORT, '')
		.replace(EXPORT, '')
		.replace(STRICT, '')
		.replace(/\n{3,}/g, '\n\n');
	const names = [...exports, ...imports.flatMap(namesOf)];
	if (/^(?:import|export)\b/m.test(body) || names.some((each) => !/^\w+$/.test(each))) {
		throw new Error(`${name} imports or exports in a way that joining does not know`);
	}
	return { name, imports, declares: [...body.matchAll(DECLARATION)].map(([, each = '']) => each), body };
}

function namesIn(list: string): string[] {
	return list
		.split(',')
		.map((name) => name.trim())
		.filter((name) => name !== '');
}

/** The modules that a program needs, each after what it imports. */
function needs(program: Module, modules: ReadonlyMap<string, Module>): Module[] {
	const done = new Set<Module>();
	const visit = ({ imports }: Module): void => {
		for (const { from } of imports.filter(isOwn)) {
			const module = modules.get(from);
			if (module === undefined) throw new Error(`there is no module ${from}`);
			if (done.has(module)) continue;
			visit(module);
			done.add(module);
		}
	};
	visit(program);
	return [...done];
}

/** One file of several modules: what they import from elsewhere, and then themselves. */
function write(modules: readonly Module[], wanted: readonly string[]): string {
	const imports = new Map<string, readonly string[]>(wanted.length > 0 ? [[COMMON, wanted]] : []);
	for (const { from, names } of modules.flatMap((module) => module.imports.filter((each) => !isOwn(each)))) {
		imports.set(from, unique([...(imports.get(from) ?? []), ...names]));
	}
	refuseClashes(modules, imports);
	return [
		...[...imports].map(([from, names]) => `import { ${names.join(', ')} } from '${from}';\n`),
		...modules.map(({ body }) => body)
	].join('');
}

/** In one file every name is everybody's: what one declares no other may declare, or import from elsewhere. */
function refuseClashes(modules: readonly Module[], imports: ReadonlyMap<string, readonly string[]>): void {
	const owners = new Map([...imports].flatMap(([from, names]) => names.map((name) => [name, from])));
	for (const { name, declares } of modules) {
		for (const declared of declares) {
			const other = owners.get(declared);
			if (other !== undefined)
				throw new Error(`${name} and ${other} both have ${declared}: give one another name`);
			owners.set(declared, name);
		}
	}
}
