// SPDX-License-Identifier: Apache-2.0
/** Compares what the virtual router answers with what a real one did, field by field. */
import { isObject, type Json } from '../router/bus.ts';
import { fnmatch } from '../router/fnmatch.ts';

/**
 * How a field whose value is each router's own is compared:
 * - `type`: by its type, and so all below it; a list is as long as it is, each item like one of the real ones
 * - `nullable`: likewise, or null
 * - `names`: an object whose names are the router's own, each value like one of the real ones
 * - `among`: all of it is there on the real one, which has more
 */
export type Manner = 'type' | 'nullable' | 'names' | 'among';

export interface Own {
	/** A pattern of `object method result.1.field`: an item of a list goes by its number. */
	path: string;
	compare: Manner;
	because: string;
	/** May be missing on one of them. */
	optional?: true;
}

/** A line for each difference, which begins with the field's path. */
export function differences(
	ours: Json | undefined,
	real: Json | undefined,
	own: readonly Own[],
	path: string,
	above?: Manner
): string[] {
	const rule = own.find((each) => fnmatch(each.path, path));
	const manner = rule?.compare ?? above;
	const below = manner === 'nullable' || manner === 'names' ? 'type' : manner;
	const compare = (name: string | number, one: Json | undefined, other: Json | undefined) =>
		differences(one, other, own, `${path}.${name}`, below);
	if (ours === undefined || real === undefined)
		return ours === real || rule?.optional
			? []
			: [`${path}: ${ours === undefined ? 'missing' : 'not there on the real one'}`];
	if (manner === 'nullable' && (ours === null || real === null)) return [];
	const among = (name: string | number, item: Json, others: readonly Json[]) =>
		likeOne(`${path}.${name}`, item, others, (other) => compare(name, item, other));
	if (Array.isArray(ours) && Array.isArray(real)) {
		if (manner === undefined)
			return [...Array(Math.max(ours.length, real.length)).keys()].flatMap((at) =>
				compare(at, ours[at], real[at])
			);
		if (manner !== 'among' && real.length === 0) return [];
		return ours.flatMap((item, at) => among(at, item, real));
	}
	if (isObject(ours) && isObject(real)) {
		if (manner === 'names') {
			const others = Object.values(real);
			return Object.entries(ours).flatMap(([name, item]) => among(name, item, others));
		}
		const names = Object.keys(manner === 'among' ? ours : { ...real, ...ours });
		return names.flatMap((name) => compare(name, ours[name], real[name]));
	}
	const same = manner === 'type' || manner === 'nullable' ? kind(ours) === kind(real) : ours === real;
	return same ? [] : [`${path}: ${JSON.stringify(ours)} in place of ${JSON.stringify(real)}`];
}

/** Nothing if one of the others is as it should be, else what the first differs in. */
function likeOne(
	path: string,
	item: Json,
	others: readonly Json[],
	compare: (other: Json) => string[]
): string[] {
	const found = others.map(compare);
	if (found.some((lines) => lines.length === 0)) return [];
	return found[0] ?? [`${path}: ${JSON.stringify(item)}, not there on the real one`];
}

function kind(value: Json): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'list' : typeof value;
}
