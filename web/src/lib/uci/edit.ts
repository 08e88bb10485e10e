// SPDX-License-Identifier: Apache-2.0
import { findSection, type Command, type Document, type Section, type Value } from './document.ts';
import { UciError } from './error.ts';
import { parse } from './parse.ts';
import {
	addInLine,
	addLine,
	aloneOnLine,
	removeInLine,
	removeLines,
	replaceCommand,
	replaceValue
} from './splice.ts';

/** One option that is to have another value. */
export interface Edit {
	/** A section's name, or `@type[index]`. */
	readonly section: string;
	readonly option: string;
	/** Byte strings. Null removes the option, which an empty string or an empty list cannot: libuci has neither. */
	readonly value: Value | null;
}

/** An edit that cannot be made. Nothing has changed. */
export class UciEditError extends Error {
	override readonly name = 'UciEditError';
}

/**
 * The file with one option changed, and nothing else: its line alone is touched, and keeps its indentation, its
 * quotes and its comment. What is written is read back before it is returned.
 *
 * @throws UciEditError there is no such section, the name or the value cannot be written
 */
export function setOption(document: Document, edit: Edit): Document {
	const section = findSection(document, edit.section);
	if (section === undefined) throw new UciEditError(`no section ${edit.section}`);
	check(edit);
	const { option, value } = edit;
	if (sameValue(section.options.get(option) ?? null, value)) return document;
	for (const add of [addLine, addInLine]) {
		const edited = attempt(() => write(document, section.name, option, value, add));
		if (edited !== null && isMeant(document, edited, section, edit)) return edited;
	}
	throw new UciEditError(`${option} of ${edit.section} cannot be changed in place`);
}

function check({ option, value }: Edit): void {
	if (!/^[A-Za-z0-9_]+$/.test(option)) throw new UciEditError(`${option} is not the name of an option`);
	if (value?.length === 0) throw new UciEditError(`${option} cannot be empty: null removes it`);
	for (const text of [value ?? []].flat()) {
		if (!isBytes(text)) throw new UciEditError(`${option} cannot hold a NUL, or what is not a byte`);
	}
}

/** Bytes, and none of them NUL, which ends a text in libuci. */
function isBytes(text: string): boolean {
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code === 0 || code > 0xff) return false;
	}
	return true;
}

/** Null where the text on the way became one that libuci refuses. */
function attempt(edit: () => Document): Document | null {
	try {
		return edit();
	} catch (error) {
		if (error instanceof UciError) return null;
		throw error;
	}
}

type Add = typeof addLine;

function write(document: Document, section: string, option: string, value: Value | null, add: Add): Document {
	const editor = new Editor(document, section, option, add);
	if (value === null) editor.removeFrom(0);
	else if (typeof value === 'string') editor.writeString(value);
	else editor.writeList(value);
	return editor.document;
}

/** Makes the steps of one edit, each on the file as the step before left it. */
class Editor {
	document: Document;
	readonly #section: string;
	readonly #option: string;
	readonly #add: Add;

	constructor(document: Document, section: string, option: string, add: Add) {
		this.document = document;
		this.#section = section;
		this.#option = option;
		this.#add = add;
	}

	writeString(value: string): void {
		const commands = this.#effective();
		const [first] = commands;
		const last = commands.at(-1);
		if (first === undefined) this.#append('option', value);
		else if (last?.keyword === 'option') this.#step(replaceValue(this.document, last, value));
		else {
			this.removeFrom(1);
			this.#rewriteFirst('option', value);
		}
	}

	writeList(items: readonly string[]): void {
		if (!this.#effective().every(({ keyword }) => keyword === 'list')) {
			this.removeFrom(1);
			this.#rewriteFirst('list', items[0] ?? '');
		}
		this.removeFrom(items.length);
		for (const [index, item] of items.entries()) this.#writeItem(index, item);
	}

	/** Removes what sets the option, from the given command on, and with 0 also what libuci ignores of it. */
	removeFrom(index: number): void {
		for (;;) {
			const commands = index === 0 ? this.#all() : this.#effective().slice(index);
			const last = commands.at(-1);
			if (last === undefined) return;
			const alone = new Set(aloneOnLine(this.document));
			const lines = commands.filter((command) => alone.has(command));
			this.#step(lines.length > 0 ? removeLines(this.document, lines) : removeInLine(this.document, last));
		}
	}

	#writeItem(index: number, item: string): void {
		const command = this.#effective()[index];
		const old = this.#current()?.options.get(this.#option) ?? [];
		if (command === undefined) this.#append('list', item);
		else if (old[index] !== item) this.#step(replaceValue(this.document, command, item));
	}

	#rewriteFirst(keyword: 'option' | 'list', value: string): void {
		const [first] = this.#effective();
		if (first !== undefined) this.#step(replaceCommand(this.document, first, keyword, value));
	}

	/** Behind the option's last command; where it has none, behind the section's. */
	#append(keyword: 'option' | 'list', value: string): void {
		const own = this.document.commands.filter(({ section }) => section?.name === this.#section);
		const after = this.#effective().at(-1) ?? own.at(-1);
		if (after !== undefined) this.#step(this.#add(this.document, after, keyword, this.#option, value));
	}

	#current(): Section | undefined {
		return findSection(this.document, this.#section);
	}

	#all(): Command[] {
		return this.document.commands.filter(
			({ section, option }) => section?.name === this.#section && option === this.#option
		);
	}

	#effective(): Command[] {
		return this.#all().filter(({ value }) => value !== null);
	}

	#step(text: string): void {
		this.document = parse(text);
	}
}

/** Whether a file says what another one said, save this one edit; in the same order, a new option last. */
function isMeant(before: Document, after: Document, edited: Section, { option, value }: Edit): boolean {
	return (
		before.sections.length === after.sections.length &&
		before.sections.every((section, index) => {
			const options = new Map(section.options);
			if (section === edited) {
				if (value === null) options.delete(option);
				else options.set(option, value);
			}
			const now = after.sections[index];
			return now?.name === section.name && now.type === section.type && sameOptions(options, now.options);
		})
	);
}

function sameOptions(meant: Section['options'], found: Section['options']): boolean {
	const entries = [...found];
	return (
		meant.size === found.size &&
		[...meant].every(([name, value], index) => {
			const [foundName, foundValue] = entries[index] ?? [];
			return foundName === name && sameValue(value, foundValue ?? null);
		})
	);
}

export function sameValue(one: Value | null, other: Value | null): boolean {
	if (one === null || other === null || typeof one === 'string' || typeof other === 'string')
		return one === other;
	return one.length === other.length && one.every((item, index) => item === other[index]);
}
