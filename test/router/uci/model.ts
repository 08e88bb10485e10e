// SPDX-License-Identifier: Apache-2.0
/**
 * A package as libuci holds it in memory, and the staged changes ("delta") on top of it. All texts are byte strings, a
 * character for each byte; ubus carries UTF-8.
 */
import { exportText } from '../../../web/src/lib/uci/index.ts';

export interface Section {
	name: string;
	type: string;
	anonymous: boolean;
	options: Map<string, string | string[]>;
}

export interface Package {
	sections: Section[];
	/** Sections ever made since it was loaded, which names the next anonymous one. */
	made: number;
}

/** One staged change, as rpcd's `changes` tells it: the words of each command are libuci's. */
export type Change =
	| ['add', section: string, type: string]
	/** With two words only: a named section of that type is made, or has that type from now on. */
	| ['set', section: string, type: string]
	| ['set', section: string, option: string, value: string]
	| ['remove', section: string, option?: string]
	| ['rename', section: string, name: string]
	| ['rename', section: string, option: string, name: string]
	| ['order', section: string, position: number]
	| ['list-add', section: string, option: string, value: string];

/** The id of an anonymous section: its number in the package and a hash of its type. */
export function anonymousName(number: number, type: string): string {
	let hash = 5381;
	for (const byte of new TextEncoder().encode(type))
		hash = (Math.imul(hash, 33) + ((byte << 24) >> 24)) >>> 0;
	const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');
	return `cfg${hex(number, 2)}${hex((hash & 0x7fffffff) % 65536, 4)}`;
}

/** Applies one change. False where it fits nothing any more: libuci skips such a line without a word. */
export function applyChange(pkg: Package, change: Change): boolean {
	if (change[0] === 'add') return makeSection(pkg, change[1], change[2], true);
	if (change[0] === 'set' && change.length === 3) return makeSection(pkg, change[1], change[2], false);
	const section = pkg.sections.find(({ name }) => name === change[1]);
	if (!section) return false;
	switch (change[0]) {
		case 'set':
			section.options.set(change[2], change[3]);
			return true;
		case 'list-add':
			section.options.set(change[2], [...[section.options.get(change[2]) ?? []].flat(), change[3]]);
			return true;
		case 'remove':
			return change[2] === undefined ? removeSection(pkg, section) : section.options.delete(change[2]);
		case 'rename':
			return change.length === 3
				? renameSection(section, change[2])
				: renameOption(section, change[2], change[3]);
		case 'order':
			removeSection(pkg, section);
			pkg.sections.splice(change[2], 0, section);
			return true;
	}
}

/** Finds a section by its name or as `@type[index]`, counted from the end where negative. */
export function findSection(pkg: Package, name: string): Section | undefined {
	const extended = /^@([^[]*)\[(-?\d+)\]$/.exec(name);
	if (!extended) return pkg.sections.find((section) => section.name === name);
	const ofType = pkg.sections.filter(({ type }) => !extended[1] || type === extended[1]);
	return ofType.at(Number(extended[2]));
}

/** The file as libuci writes it anew: comments, blank lines and quoting of the old one are gone. */
export function write(pkg: Package): Buffer {
	const sections = pkg.sections.map((section, index) => ({ ...section, index }));
	return Buffer.from(exportText({ sections }), 'latin1');
}

function makeSection(pkg: Package, name: string, type: string, anonymous: boolean): boolean {
	const known = pkg.sections.find((section) => section.name === name);
	if (known) {
		known.type = type;
		return true;
	}
	pkg.made++;
	pkg.sections.push({ name, type, anonymous, options: new Map() });
	return true;
}

function removeSection(pkg: Package, section: Section): boolean {
	const at = pkg.sections.indexOf(section);
	if (at >= 0) pkg.sections.splice(at, 1);
	return at >= 0;
}

function renameSection(section: Section, name: string): boolean {
	section.name = name;
	section.anonymous = false;
	return true;
}

function renameOption(section: Section, from: string, to: string): boolean {
	if (!section.options.has(from)) return false;
	section.options = new Map([...section.options].map(([name, value]) => [name === from ? to : name, value]));
	return true;
}
