// SPDX-License-Identifier: Apache-2.0
/** Access control as rpcd does it at login (session.c): ACL groups, who gets which half, and what that allows. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fnmatch } from './fnmatch.ts';

type Half = 'read' | 'write';
/** By scope (`ubus`, `uci`, `file`): functions by object, or objects that get the half's own name as function. */
type Block = Record<string, Record<string, string[]> | string[]>;
type Group = Partial<Record<Half, Block>>;
export type Groups = Record<string, Group>;

/** A `config login` of /etc/config/rpcd: patterns of group names. */
export interface Login {
	password: string;
	read: string[];
	write: string[];
}

/** What a session may: by scope, by object pattern, the function patterns. */
export type Grants = Record<string, Record<string, string[]>>;

/** The groups of every /usr/share/rpcd/acl.d/*.json, which rpcd reads at each login. */
export function readGroups(folder: string): Groups {
	const groups: Groups = {};
	for (const name of readdirSync(folder).sort()) {
		if (!name.endsWith('.json')) continue;
		Object.assign(groups, JSON.parse(readFileSync(join(folder, name), 'utf8')));
	}
	return groups;
}

/** Write access to a group implies its read half. Without a login: the group `unauthenticated` alone. */
export function grantsOf(groups: Groups, login?: Login): Grants {
	const grants: Grants = {};
	for (const [name, group] of Object.entries(groups)) {
		const writes = login?.write.some((pattern) => fnmatch(pattern, name)) ?? false;
		const reads = login
			? writes || login.read.some((pattern) => fnmatch(pattern, name))
			: name === 'unauthenticated';
		for (const half of ['read', 'write'] as const) {
			const block = group[half];
			if (!block || !(half === 'read' ? reads : writes)) continue;
			add(grants, 'access-group', name, [half]);
			addBlock(grants, half, block);
		}
	}
	return grants;
}

export function allows(grants: Grants, scope: string, object: string, fn: string): boolean {
	return Object.entries(grants[scope] ?? {}).some(
		([pattern, functions]) => fnmatch(pattern, object) && functions.some((each) => fnmatch(each, fn))
	);
}

function addBlock(grants: Grants, half: Half, block: Block): void {
	for (const [scope, objects] of Object.entries(block)) {
		if (Array.isArray(objects)) for (const object of objects) add(grants, scope, object, [half]);
		else for (const [object, functions] of Object.entries(objects)) add(grants, scope, object, functions);
	}
}

function add(grants: Grants, scope: string, object: string, functions: string[]): void {
	const known = ((grants[scope] ??= {})[object] ??= []);
	for (const fn of functions) if (!known.includes(fn)) known.push(fn);
}
