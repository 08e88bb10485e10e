// SPDX-License-Identifier: Apache-2.0
import type { Command, Document, Section } from './document.ts';
import { Words, type Argument, type Span } from './words.ts';

/** A section whose end has not been seen yet. */
interface OpenSection extends Section {
	readonly options: Map<string, string | string[]>;
}

type Keyword = Command['keyword'];

const KEYWORDS = new Map<string, Keyword>([
	['p', 'package'],
	['package', 'package'],
	['c', 'config'],
	['config', 'config'],
	['o', 'option'],
	['option', 'option'],
	['l', 'list'],
	['list', 'list']
]);

const NAME = /^[A-Za-z0-9_]+$/;
const PACKAGE_NAME = /^[A-Za-z0-9_-]+$/;
/** Printable ASCII without the space. */
const TYPE = /^[!-~]+$/;

/**
 * Reads a configuration file as libuci does, in its strict mode: the same values, and the same errors.
 *
 * @param text the file's bytes
 * @throws UciError what libuci refuses
 */
export function parse(text: string): Document {
	return new Parser(text).parse();
}

/** A command whose line has not ended yet. */
type Draft = Omit<Command, 'line' | 'dropsRest'>;

/** libuci's grammar (file.c, from uci_parse_package to uci_parse_line) and what it builds (list.c). */
class Parser {
	readonly #text: string;
	readonly #words: Words;
	readonly #sections: OpenSection[] = [];
	/** The first section of each name: the one made up for an anonymous section may be taken already. */
	readonly #byName = new Map<string, OpenSection>();
	readonly #commands: Command[] = [];
	readonly #comments: Span[] = [];
	#section: OpenSection | null = null;

	constructor(text: string) {
		this.#text = text;
		this.#words = new Words(text);
	}

	parse(): Document {
		let start = 0;
		while (this.#words.nextLine()) {
			const drafts = this.#parseLine();
			const line = { start, end: this.#words.position };
			for (const draft of drafts) {
				const dropsRest = draft === drafts.at(-1) && this.#words.dropsRest;
				this.#commands.push({ ...draft, line, dropsRest });
			}
			if (this.#words.comment !== null) this.#comments.push({ start: this.#words.comment, end: line.end });
			start = line.end;
		}
		return {
			text: this.#text,
			sections: this.#sections,
			commands: this.#commands,
			comments: this.#comments
		};
	}

	#parseLine(): Draft[] {
		const drafts: Draft[] = [];
		for (;;) {
			const word = this.#words.command();
			if (word.text === '' || word.text.startsWith('#')) return drafts;
			const keyword = KEYWORDS.get(word.text);
			if (keyword === undefined) this.#words.fail('invalid command', word.start);
			drafts.push(this.#parseCommand(keyword, word.start));
		}
	}

	#parseCommand(keyword: Keyword, start: number): Draft {
		switch (keyword) {
			case 'package':
				return this.#parsePackage(start);
			case 'config':
				return this.#parseConfig(start);
			case 'option':
			case 'list':
				return this.#parseOption(keyword, start);
		}
	}

	/** Checked, and ignored: a file is the package that its name says. */
	#parsePackage(start: number): Draft {
		this.#words.skipCommand(start, 'package without name');
		const { end } = this.#required(PACKAGE_NAME, start);
		this.#words.end();
		return { keyword: 'package', section: null, option: '', value: null, start, end };
	}

	#parseConfig(start: number): Draft {
		this.#words.skipCommand(start, 'config without name');
		const type = this.#words.argument();
		if (type.text === '') this.#words.fail('insufficient arguments', start);
		if (!TYPE.test(type.text)) this.#words.fail('invalid character in type field', type.start);
		const name = this.#words.argument();
		if (name.text !== '' && !NAME.test(name.text))
			this.#words.fail('invalid character in name field', name.start);
		this.#words.end();
		this.#section = this.#openSection(type.text, name.text, start);
		return {
			keyword: 'config',
			section: this.#section,
			option: '',
			value: null,
			start,
			end: lastEnd(type, name)
		};
	}

	/** A name that is there already goes on with its section. */
	#openSection(type: string, name: string, start: number): OpenSection {
		const known = this.#byName.get(name);
		if (known !== undefined) {
			if (known.type === type) return known;
			this.#words.fail('section of different type overwrites prior section with same name', start);
		}
		const index = this.#sections.length;
		const anonymous = name === '';
		const section = { type, name: name || anonymousName(type, index), anonymous, index, options: new Map() };
		this.#sections.push(section);
		if (!this.#byName.has(section.name)) this.#byName.set(section.name, section);
		return section;
	}

	#parseOption(keyword: 'option' | 'list', start: number): Draft {
		if (this.#section === null) this.#words.fail('option/list command found before the first section', start);
		this.#words.skipCommand(start, 'option without name');
		const name = this.#required(NAME, start);
		const value = this.#words.argument();
		this.#words.end();
		const ignored = keyword === 'option' && value.text === '';
		if (!ignored) setValue(this.#section.options, keyword, name.text, value.text);
		const end = lastEnd(name, value);
		return { keyword, section: this.#section, option: name.text, value: ignored ? null : value, start, end };
	}

	#required(form: RegExp, start: number): Argument {
		const argument = this.#words.argument();
		if (argument.text === '') this.#words.fail('insufficient arguments', start);
		if (!form.test(argument.text)) this.#words.fail('invalid character in name field', argument.start);
		return argument;
	}
}

/** An option replaces what was there, in its place; a list item is added to it. */
function setValue(
	options: OpenSection['options'],
	keyword: 'option' | 'list',
	name: string,
	value: string
): void {
	const before = options.get(name);
	if (keyword === 'option') options.set(name, value);
	else if (Array.isArray(before)) before.push(value);
	else options.set(name, before === undefined ? [value] : [before, value]);
}

/** Where a command ends: an argument that is not there is no part of it. */
function lastEnd(first: Span, second: Span): number {
	return second.end > second.start ? second.end : first.end;
}

/** libuci's name for an anonymous section: its position from 1 on, and a hash of its type (list.c, djbhash). */
function anonymousName(type: string, index: number): string {
	let hash = 5381;
	for (const byte of type) hash = (Math.imul(hash, 33) + byte.charCodeAt(0)) | 0;
	const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0');
	return `cfg${hex(index + 1, 2)}${hex(hash & 0xffff, 4)}`;
}
