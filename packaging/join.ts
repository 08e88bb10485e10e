// SPDX-License-Identifier: Apache-2.0
/**
 * Joins the plugin's modules into one file. Forty small files cost a package 4 kB of headers and hashes, and the
 * router forty look-ups for each call. It stays the source: module after module, each below those it imports.
 */

export const JOINED = 'nft_offload.modules';

const OWN = 'nft_offload.';
const IMPORT = /^import \{([^}]*)\} from '([^']+)';\n/gm;
const EXPORT = /^export \{([^}]*)\};\n?/gm;
const DECLARATION = /^(?:function|const|let) (\w+)/gm;

interface Module {
	name: string;
	/** Names imported, by the module that has them. */
	imports: { from: string; names: string[] }[];
	exports: string[];
	/** What it declares at its top. */
	declares: string[];
	/** Its text without imports and exports. */
	body: string;
}

/**
 * @param modules the modules' texts by their names, such as `nft_offload.flows`
 * @param programs the texts of the programs that import them
 * @returns the text of the joined module, and the programs importing from that one
 * @throws When two modules declare the same name, or use a form of import that this does not know.
 */
export function joinModules(
	modules: ReadonlyMap<string, string>,
	programs: readonly string[]
): { joined: string; programs: string[] } {
	const parsed = new Map([...modules].map(([name, text]) => [name, parse(name, text)]));
	const wanted = programs.flatMap((text) => parse('a program', text).imports.filter(isOwn));
	const ordered = order(
		parsed,
		wanted.map(({ from }) => from)
	);
	refuseClashes(ordered);
	const foreign = group(ordered.flatMap(({ imports }) => imports.filter((each) => !isOwn(each))));
	const exported = [...new Set(wanted.flatMap(({ names }) => names))].sort();
	return {
		joined: [
			'// SPDX-License-Identifier: Apache-2.0\n',
			...foreign.map(writeImport),
			...ordered.map(({ body }) => body),
			`export { ${exported.join(', ')} };\n`
		].join(''),
		programs: programs.map(importJoined)
	};
}

const isOwn = ({ from }: { from: string }): boolean => from.startsWith(OWN);
const namesIn = (list: string): string[] =>
	list
		.split(',')
		.map((name) => name.trim())
		.filter((name) => name !== '');
const writeImport = ({ from, names }: Module['imports'][number]): string =>
	`import { ${names.join(', ')} } from '${from}';\n`;

function parse(name: string, text: string): Module {
	const imports = [...text.matchAll(IMPORT)].map(([, names = '', from = '']) => ({
		from,
		names: namesIn(names)
	}));
	const exports = [...text.matchAll(EXPORT)].flatMap(([, names = '']) => namesIn(names));
	const body = text
		.replace(IMPORT, '')
		.replace(EXPORT, '')
		.replace(/^'use strict';\n/m, '')
		.replace(/\n{3,}/g, '\n\n');
	const declares = [...body.matchAll(DECLARATION)].map(([, declared = '']) => declared);
	if (
		/^(?:import|export)\b/m.test(body) ||
		[...exports, ...imports.flatMap((each) => each.names)].some((each) => !/^\w+$/.test(each))
	) {
		throw new Error(`${name} imports or exports in a way that joining does not know`);
	}
	return { name, imports, exports, declares, body };
}

/** Those that are needed, each after what it imports. */
function order(modules: ReadonlyMap<string, Module>, wanted: readonly string[]): Module[] {
	const done = new Set<Module>();
	const visit = (name: string): void => {
		const module = modules.get(name);
		if (module === undefined) throw new Error(`there is no module ${name}`);
		if (done.has(module)) return;
		module.imports.filter(isOwn).forEach(({ from }) => {
			visit(from);
		});
		done.add(module);
	};
	wanted.forEach(visit);
	return [...done];
}

/** In one file every name is everybody's: what one declares no other may declare or import from elsewhere. */
function refuseClashes(modules: readonly Module[]): void {
	const owners = new Map<string, string>();
	for (const { name, declares, imports } of modules) {
		const foreign = imports.filter((each) => !isOwn(each));
		const claims = [
			...declares.map((declared) => [declared, name] as const),
			...foreign.flatMap(({ from, names }) => names.map((imported) => [imported, from] as const))
		];
		for (const [claimed, owner] of claims) {
			const other = owners.get(claimed);
			if (other !== undefined && other !== owner) {
				throw new Error(`${owner} and ${other} both have ${claimed}: give one another name`);
			}
			owners.set(claimed, owner);
		}
	}
}

function group(imports: readonly Module['imports'][number][]): Module['imports'] {
	const names = new Map<string, Set<string>>();
	for (const { from, names: imported } of imports) {
		names.set(from, new Set([...(names.get(from) ?? []), ...imported]));
	}
	return [...names].map(([from, all]) => ({ from, names: [...all].sort() }));
}

/** The program with its imports of modules as one import of the joined one, where the first of them stood. */
function importJoined(text: string): string {
	const names = parse('a program', text)
		.imports.filter(isOwn)
		.flatMap((each) => each.names);
	let first = true;
	return text.replace(IMPORT, (statement, _names, from: string) => {
		if (!from.startsWith(OWN)) return statement;
		const replacement = first ? writeImport({ from: JOINED, names }) : '';
		first = false;
		return replacement;
	});
}
