// SPDX-License-Identifier: Apache-2.0
import { UciError, type UciReason } from './error.ts';
import { LineBuffer } from './lines.ts';

/** A piece of the file, by the offsets of its first byte and of the byte behind its last one. */
export interface Span {
	readonly start: number;
	readonly end: number;
}

/** One argument of a command: what it says, and where it is written. */
export interface Argument extends Span {
	readonly text: string;
}

const char = (text: string) => text.charCodeAt(0);
const [QUOTE, DOUBLE_QUOTE, BACKSLASH, HASH, SEMICOLON] = [
	char("'"),
	char('"'),
	char('\\'),
	char('#'),
	char(';')
];
const [SPACE, TAB, NEWLINE, RETURN] = [char(' '), char('\t'), char('\n'), char('\r')];

/** C's isspace: space, tab, line feed, vertical tab, form feed, carriage return. */
function isSpace(byte: number): boolean {
	return byte === SPACE || (byte >= TAB && byte <= RETURN);
}

/** Cuts a file into lines and words exactly as libuci does (file.c, from parse_backslash to next_arg). */
export class Words {
	/** Where the comment of this line begins; null when it has none. */
	comment: number | null = null;
	/** Whether libuci drops the rest of this line. */
	dropsRest = false;
	readonly #text: string;
	readonly #line: LineBuffer;
	#pos = 0;

	constructor(text: string) {
		this.#text = text;
		this.#line = new LineBuffer(text);
	}

	/** How much of the file has been read: the end of the line, and of those joined to it. */
	get position(): number {
		return this.#line.position;
	}

	/** Goes to the next line. False at the end of the file. */
	nextLine(): boolean {
		if (this.#line.ended) return false;
		this.comment = null;
		this.dropsRest = false;
		this.#pos = 0;
		this.#line.read(0);
		this.skipSpace();
		return true;
	}

	/** The command word: up to a space or a tab, without quotes. Empty at the end of a line. */
	command(): Argument {
		let begin = this.#pos;
		while (this.#line.at(begin) === SPACE || this.#line.at(begin) === TAB) begin++;
		let end = begin;
		while (![0, SPACE, TAB].includes(this.#line.at(end))) end++;
		const source = { start: this.#line.source(begin), end: this.#line.source(end) };
		if (end > begin) this.#line.put(end, 0);
		const text = this.#line.text(begin);
		if (text.startsWith('#')) this.comment = source.start;
		return { text, ...source };
	}

	/** Goes past the command word, which began at an offset of the file. */
	skipCommand(start: number, reason: UciReason): void {
		let end = this.#pos;
		while (this.#line.at(end) !== 0) end++;
		if (end + 1 > this.#line.filled) this.fail(reason, start);
		this.#pos = end + 1;
	}

	/** The next argument; its text is empty where there is none. */
	argument(): Argument {
		this.skipSpace();
		const begin = this.#pos;
		const start = this.#line.source(begin);
		if (this.#current() === SEMICOLON) {
			this.#line.put(begin, 0);
			this.#pos++;
			return { text: '', start, end: start };
		}
		const end = this.#parseWord();
		return { text: this.#line.text(begin), start, end };
	}

	/** Makes sure that the command ends here. */
	end(): void {
		const extra = this.argument();
		if (extra.text !== '') this.fail('too many arguments', extra.start);
	}

	/** Refuses the file for what begins at an offset of it. */
	fail(reason: UciReason, start: number): never {
		const before = this.#text.slice(0, start).split('\n');
		const column = (before.at(-1)?.length ?? 0) + 1;
		throw new UciError(reason, { line: this.#line.line, byte: this.#pos, row: before.length, column });
	}

	skipSpace(): void {
		while (isSpace(this.#current())) this.#pos++;
	}

	#current(): number {
		return this.#line.at(this.#pos);
	}

	/** Joins the quoted and unquoted pieces of a word in place. Returns where in the file it ends. */
	#parseWord(): number {
		let target = this.#pos;
		const add = () => {
			this.#line.put(target++, this.#current());
			this.#pos++;
		};
		let more = true;
		do {
			switch (this.#current()) {
				case QUOTE:
				case DOUBLE_QUOTE:
					this.#parseQuoted(this.#current(), add);
					break;
				case HASH:
				case SEMICOLON:
				case 0:
					more = false;
					break;
				case BACKSLASH:
					if (this.#parseBackslash()) add();
					break;
				default:
					add();
			}
		} while (more && this.#current() !== 0 && !isSpace(this.#current()));
		return this.#endWord(target);
	}

	/** Ends the word with a NUL byte, which may fall on what follows it. */
	#endWord(target: number): number {
		const end = this.#line.source(this.#pos);
		if (this.#current() === HASH) {
			this.comment = end;
			this.#line.put(this.#pos, 0);
		}
		// A word without quotes directly before a semicolon: the NUL falls on it, and the rest of the line is lost.
		if (this.#current() === SEMICOLON && target === this.#pos) this.dropsRest = true;
		if (this.#current() !== 0 && this.#current() !== SEMICOLON) this.#pos++;
		this.#line.put(target, 0);
		return end;
	}

	#parseQuoted(quote: number, add: () => void): void {
		const start = this.#line.source(this.#pos);
		this.#pos++;
		while (this.#current() !== quote) {
			if (this.#current() === 0) {
				this.#line.read(this.#pos);
				if (this.#current() === 0)
					this.fail(quote === QUOTE ? "EOF with unterminated '" : 'EOF with unterminated "', start);
			} else if (this.#current() !== BACKSLASH || quote === QUOTE || this.#parseBackslash()) add();
		}
		this.#pos++;
	}

	/** Goes past a backslash. False where it joined the next line on, instead of escaping a byte. */
	#parseBackslash(): boolean {
		this.#pos++;
		const [first, second, third] = [0, 1, 2].map((ahead) => this.#line.at(this.#pos + ahead));
		const atEnd = first === 0 || first === NEWLINE || (first === RETURN && second === NEWLINE && third === 0);
		if (atEnd) this.#line.read(this.#pos);
		return !atEnd;
	}
}
