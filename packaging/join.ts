// SPDX-License-Identifier: Apache-2.0
/**
 * Joins the plugin's modules into few files: three for what its programs share, and into each program what it alone
 * needs. Forty small files cost a package 4 kB of headers and hashes, and the router forty look-ups for each call.
 * It stays the source: module after module, each below those it imports.
 */

/**
 * What the program that is called most shares with others; what of the rest the next two share, which tell of the router; and
 * what only the others share. So none of the three reads what it does not need.
 */
export const SHARED = ['nft_offload.common', 'nft_offload.router', 'nft_offload.transaction'] as const;

const OWN = 'nft_offload.';
const IMPORT = /^import \{([^}]*)\} from '([^']+)';\n/gm;
const EXPORT = /^export \{([^}]*)\};\n?/gm;
const STRICT = /^'use strict';\n/m;
/** Of a file that is read by require(). */
const RETURN = /^return \w+;\n/m;
const DECLARATION = /^(?:function|const|let) (\w+)/gm;
const LICENSE = /^\/\/ SPDX-License-Identifier: .*\n/m;
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
	/** Its text without imports, exports and what it returns. */
	body: string;
	/** What a file that is read by require() ends with; empty for others. */
	returns: string;
}

/**
 * @param modules the modules' texts by their names, such as `nft_offload.flows`
 * @param programs the texts of the programs that import them, first the three that are called most
 * @returns the texts of the shared modules, named as SHARED says, and the programs that import from them alone
 * @throws When two modules of one file have the same name for something, or use a form of import that this does
 * not know.
 */
export function joinModules(
	modules: ReadonlyMap<string, string>,
	programs: readonly string[]
): { shared: string[]; programs: string[] } {
	const parsed = new Map([...modules].map(([name, text]) => [name, parse(name, text)]));
	const mains = programs.map((text) => parse('the program', text.replace(HEAD, '')));
	const needed = mains.map((main) => needs(main, parsed));
	const isShared = (module: Module): boolean => needed.filter((each) => each.includes(module)).length > 1;
	const all = [...new Set(needed.flat())].filter(isShared);
	const [first, second] = [new Set(needed[0]), new Set(needed.slice(1, 3).flat())];
	const groupOf = (module: Module): number => (first.has(module) ? 0 : second.has(module) ? 1 : 2);
	const groups = SHARED.map((_, index) => all.filter((module) => groupOf(module) === index));
	const homes = new Map(
		SHARED.flatMap((file, index) => (groups[index] ?? []).map(({ name }) => [name, file] as const))
	);
	const own = mains.map((main, index) => [...(needed[index] ?? []).filter((each) => !isShared(each)), main]);
	const exported = [...groups, ...own].flatMap((file) => [...importsOf(file, homes)]);
	return {
		shared: SHARED.map((file, index) => {
			const names = unique(exported.flatMap(([from, wanted]) => (from === file ? wanted : [])));
			return `${HEADER}${write(groups[index] ?? [], homes)}export { ${names.join(', ')} };\n`;
		}),
		programs: own.map((file, index) => {
			const head = HEAD.exec(programs[index] ?? '')?.[0] ?? '';
			return `${head}'use strict';\n${write(file, homes)}${mains[index]?.returns ?? ''}`;
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
		.replace(LICENSE, '')
		.replace(IMPORT, '')
		.replace(EXPORT, '')
		.replace(STRICT, '')
		.replace(RETURN, '')
		.replace(/\n{3,}/g, '\n\n')
		.replace(/^\n/, '');
	const names = [...exports, ...imports.flatMap(namesOf)];
	if (/^(?:import|export)\b/m.test(body) || names.some((each) => !/^\w+$/.test(each))) {
		throw new Error(`${name} imports or exports in a way that joining does not know`);
	}
	return {
		name,
		imports,
		declares: [...body.matchAll(DECLARATION)].map(([, each = '']) => each),
		body,
		returns: RETURN.exec(text)?.[0] ?? ''
	};
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

/** What modules of one file import from elsewhere: from other files of ours, and from ucode's modules. */
function importsOf(modules: readonly Module[], homes: ReadonlyMap<string, string>): Map<string, string[]> {
	const here = new Set(modules.map(({ name }) => name));
	const imports = new Map<string, string[]>();
	for (const { from, names } of modules.flatMap((module) => module.imports)) {
		const file = homes.get(from) ?? from;
		if (!here.has(from)) imports.set(file, unique([...(imports.get(file) ?? []), ...names]));
	}
	return imports;
}

/** One file of several modules: what they import from elsewhere, and then themselves. */
function write(modules: readonly Module[], homes: ReadonlyMap<string, string>): string {
	const imports = importsOf(modules, homes);
	refuseClashes(modules, imports);
	return [
		...[...imports].map(([from, names]) => `import { ${names.join(', ')} } from '${from}';\n`),
		...modules.map(({ body }) => `\n${body}`)
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
