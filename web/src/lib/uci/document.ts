// SPDX-License-Identifier: Apache-2.0
import type { Span } from './words.ts';

/** An option's value: a string, or a list of strings. All are byte strings. */
export type Value = string | readonly string[];

export interface Section {
	readonly type: string;
	/** Its own name, or the one that libuci makes up for an anonymous one, such as `cfg01e63d`. */
	readonly name: string;
	readonly anonymous: boolean;
	/** Position among all sections, from 0 on. */
	readonly index: number;
	readonly options: ReadonlyMap<string, Value>;
}

/** One command of the file: where it is written, and what it is about. */
export interface Command extends Span {
	readonly keyword: 'package' | 'config' | 'option' | 'list';
	/** The section that it opens or belongs to; null for `package`. */
	readonly section: Section | null;
	/** The option's name; empty where it is about none. */
	readonly option: string;
	/** The option's value; null where there is none, or an empty one that libuci ignores. */
	readonly value: Span | null;
	/** The line it is on, with the lines joined to it by quotes or backslashes, and the line end. */
	readonly line: Span;
	/** Whether libuci drops the rest of the line: `option a b;option c d` has no option c. */
	readonly dropsRest: boolean;
}

/** A configuration file: its bytes, and what libuci makes of them. Never changes; an edit makes another one. */
export interface Document {
	readonly text: string;
	readonly sections: readonly Section[];
	readonly commands: readonly Command[];
	/** The comments, from the `#` to the end of the line. */
	readonly comments: readonly Span[];
}

const EXTENDED = /^@([^[\]]*)\[(-?\d+)\]$/;

/**
 * A section by its name, or as `@type[index]` among those of its type; a negative index counts from the end, and
 * an empty type means any.
 */
export function findSection(document: Document, id: string): Section | undefined {
	const extended = EXTENDED.exec(id);
	if (extended === null) return document.sections.find(({ name }) => name === id);
	const [, wanted, index] = extended;
	return document.sections.filter(({ type }) => wanted === '' || type === wanted).at(Number(index));
}
