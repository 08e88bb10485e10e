// SPDX-License-Identifier: Apache-2.0
/** Sections as rpcd's `uci get` tells them, and those that its arguments choose. */
import { isObject, text, type JsonObject } from '../bus.ts';
import { format } from './edit.ts';
import type { Package, Section } from './model.ts';

export function toText(value: string | string[]): string | string[] {
	return typeof value === 'string' ? fromBytes(value) : value.map(fromBytes);
}

export function fromBytes(bytes: string): string {
	return Buffer.from(bytes, 'latin1').toString('utf8');
}

export function dumpSection(section: Section, index?: number): JsonObject {
	const options = [...section.options].map(([name, value]) => [name, toText(value)] as const);
	return {
		'.anonymous': section.anonymous,
		'.type': section.type,
		'.name': section.name,
		...(index === undefined ? {} : { '.index': index }),
		...Object.fromEntries(options)
	};
}

export function dumpPackage(pkg: Package, args: JsonObject): JsonObject {
	const wanted = new Set(matching(pkg, args));
	const values: JsonObject = {};
	pkg.sections.forEach((section, index) => {
		if (wanted.has(section)) values[section.name] = dumpSection(section, index);
	});
	return values;
}

/** Sections of the type, if one is given, whose options have the values of `match`, if that is given. */
export function matching(pkg: Package, args: JsonObject): Section[] {
	const type = text(args, 'type');
	const match = isObject(args['match']) ? Object.entries(args['match']) : [];
	return pkg.sections.filter(
		(section) =>
			(type === undefined || section.type === type) &&
			match.every(([option, value]) => section.options.get(option) === format(value))
	);
}
