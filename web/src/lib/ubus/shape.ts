// SPDX-License-Identifier: Apache-2.0
/** Checks of data from outside: a shape either says yes, which tells the type checker the type, or tells where it fails. */

/** Told of the first mismatch: where, and what was expected there. */
export type Mismatch = (path: string, expected: string) => false;

/**
 * Whether a value is a `T`. The same object is passed on, unknown fields and all: newer routers may say more.
 *
 * `Shape<T>` is for exactly that `T`: a shape that accepts less or more of it does not compile in its place.
 */
export interface Shape<T> {
	(value: unknown, path: string, mismatch: Mismatch): value is T;
	/** Never there: makes the type checker refuse a narrower shape, which would reject what is legal. */
	readonly exactly?: (value: T) => T;
}

type Fields<T> = { [K in keyof T]-?: Shape<T[K]> };

export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const text: Shape<string> = (value, path, mismatch): value is string =>
	typeof value === 'string' || mismatch(path, 'a text');

export const flag: Shape<boolean> = (value, path, mismatch): value is boolean =>
	typeof value === 'boolean' || mismatch(path, 'true or false');

/** A whole number from 0 on. */
export const count: Shape<number> = (value, path, mismatch): value is number =>
	(typeof value === 'number' && Number.isInteger(value) && value >= 0) || mismatch(path, 'a whole number');

export const nothing: Shape<null> = (value, path, mismatch): value is null =>
	value === null || mismatch(path, 'nothing');

/** A field that may be absent. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
	return either((value) => value === undefined, absent, shape);
}

const absent: Shape<undefined> = (value, path, mismatch): value is undefined =>
	value === undefined || mismatch(path, 'nothing');

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
	return either((value) => value === null, nothing, shape);
}

/** The first shape for what `isFirst` picks, else the second. */
export function either<A, B>(
	isFirst: (value: unknown) => boolean,
	first: Shape<A>,
	second: Shape<B>
): Shape<A | B> {
	return (value, path, mismatch): value is A | B =>
		isFirst(value) ? first(value, path, mismatch) : second(value, path, mismatch);
}

export function list<T>(item: Shape<T>): Shape<T[]> {
	return (value, path, mismatch): value is T[] =>
		Array.isArray(value)
			? value.every((each, index) => item(each, `${path}[${index}]`, mismatch))
			: mismatch(path, 'a list');
}

/** An object with any keys. */
export function record<T>(item: Shape<T>): Shape<Record<string, T>> {
	return (value, path, mismatch): value is Record<string, T> =>
		isRecord(value)
			? Object.entries(value).every(([key, each]) => item(each, `${path}.${key}`, mismatch))
			: mismatch(path, 'an object');
}

/** One of these words. Each word of the type must be named. */
export function oneOf<T extends string>(words: Record<NoInfer<T>, true>): Shape<T> {
	return (value, path, mismatch): value is T =>
		(typeof value === 'string' && Object.hasOwn(words, value)) ||
		mismatch(path, `one of ${Object.keys(words).join(', ')}`);
}

/** An object with these fields. Each field of the type must be named. */
export function object<T extends object>(fields: Fields<NoInfer<T>>): Shape<T> {
	return (value, path, mismatch): value is T => hasFields(value, fields, path, mismatch);
}

function hasFields<T>(value: unknown, fields: Fields<T>, path: string, mismatch: Mismatch): boolean {
	if (!isRecord(value)) return mismatch(path, 'an object');
	for (const key in fields) {
		if (!fields[key](Object.hasOwn(value, key) ? value[key] : undefined, `${path}.${key}`, mismatch))
			return false;
	}
	return true;
}

type TagText<T, Tag extends keyof T> = T[Tag] extends string | boolean ? `${T[Tag]}` : never;
type Variant<T, Tag extends keyof T, Text> = T extends unknown
	? Text extends TagText<T, Tag>
		? T
		: never
	: never;
type Variants<T, Tag extends keyof T> = {
	[Text in TagText<T, Tag>]: Fields<Omit<Variant<T, Tag, Text>, Tag>>;
};

/** An object whose field `tag` tells which other fields it has. Each variant of the type must be named. */
export function variants<T extends object, Tag extends keyof T & string>(
	tag: Tag,
	fieldsByTag: NoInfer<Variants<T, Tag>>
): Shape<T> {
	const cases = new Map<string, Fields<object>>(Object.entries(fieldsByTag));
	return (value, path, mismatch): value is T => {
		if (!isRecord(value)) return mismatch(path, 'an object');
		const fields = cases.get(String(value[tag]));
		if (fields === undefined) return mismatch(`${path}.${tag}`, `one of ${[...cases.keys()].join(', ')}`);
		return hasFields(value, fields, path, mismatch);
	};
}
