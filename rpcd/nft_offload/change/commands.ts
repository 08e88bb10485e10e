// SPDX-License-Identifier: Apache-2.0
/**
 * Where the commands of a configuration file are written. The file is cut into lines and words as libuci cuts it (file.c, from
 * parse_backslash to next_arg), its odd ways included: they decide what a change of one word does to the rest of the line.
 */

/** A word of a command: what it says, and the bytes of the file that say it, from `start` to before `end`. */
interface Word {
	said: string;
	start: number;
	end: number;
}

/** One command. A word that is absent is an empty one. */
interface Command {
	keyword: 'package' | 'config' | 'option' | 'list';
	/** A section's type, or an option's name. */
	name: Word;
	/** A section's name, or an option's value. */
	value: Word;
	start: number;
	end: number;
	/** Whether libuci drops what follows on the line: of `option a b;option c d` the second one. */
	drops_rest: boolean;
}

/** What libuci takes for a line: with the lines that quotes and backslashes join to it, and with its line end. */
interface Line {
	start: number;
	end: number;
	commands: Command[];
	/** Where its comment begins, with the `#`; null where it has none. */
	comment: number | null;
}

const KEYWORDS: Record<string, Command['keyword']> = {
	p: 'package',
	package: 'package',
	c: 'config',
	config: 'config',
	o: 'option',
	option: 'option',
	l: 'list',
	list: 'list'
};

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const DOUBLE_QUOTE = 0x22;
const HASH = 0x23;
const SINGLE_QUOTE = 0x27;
const SEMICOLON = 0x3b;
const BACKSLASH = 0x5c;

/** C's isspace: space, tab, line feed, vertical tab, form feed, carriage return. */
function is_blank(byte: number): boolean {
	return byte === SPACE || (byte >= TAB && byte <= RETURN);
}

/** The lines of a file; null where a command is none of libuci's, a quote has no end, or there is a NUL byte, which hides text. */
function read_lines(text: string): Line[] | null {
	const size = length(text);
	let sound = index(text, chr(0)) === -1;
	/** The next byte to read, and how far libuci has read: to the end of a line, or less where it has cut the line off. */
	let at = 0;
	let filled = 0;
	/** Where the next line of text begins. */
	let next = 0;
	let comment: number | null = null;
	let drops_rest = false;

	const current = (): number => (at < filled ? (ord(text, at) ?? 0) : 0);

	const read_on = (): void => {
		const piece = substr(text, next, 256);
		const line_end = index(piece, '\n');
		next = line_end !== -1 ? next + line_end + 1 : next + length(piece);
		while (line_end === -1 && next < size && ord(text, next - 1) !== NEWLINE) {
			next++;
		}
		filled = next;
	};

	const skip_blanks = (): void => {
		while (is_blank(current())) {
			at++;
		}
	};

	/** Goes past a backslash. False where it has joined the next line on, instead of escaping a byte. */
	const skip_backslash = (): boolean => {
		at++;
		const byte = current();
		if (byte !== 0 && byte !== NEWLINE && !(byte === RETURN && ord(text, at + 1) === NEWLINE)) {
			return true;
		}
		at = next;
		read_on();
		return false;
	};

	/** Goes past quoted text and returns what it says. */
	const read_quoted = (quote: number): string => {
		let said = '';
		at++;
		while (sound && current() !== quote) {
			if (current() === 0) {
				read_on();
				sound = current() !== 0;
			} else if (current() !== BACKSLASH || quote === SINGLE_QUOTE || skip_backslash()) {
				said += substr(text, at, 1);
				at++;
			}
		}
		at++;
		return said;
	};

	/** Goes past a word, of quoted and unquoted pieces, and the blank behind it. */
	const read_word = (): Word => {
		skip_blanks();
		const start = at;
		if (current() === SEMICOLON) {
			at++;
			return { said: '', start: start, end: start };
		}
		let said = '';
		let plain = true;
		let more = true;
		while (more) {
			const byte = current();
			more = byte !== 0 && byte !== SEMICOLON && byte !== HASH;
			if (byte === SINGLE_QUOTE || byte === DOUBLE_QUOTE) {
				plain = false;
				said += read_quoted(byte);
			} else if (byte === BACKSLASH && !skip_backslash()) {
				plain = false;
			} else if (more) {
				plain = plain && byte !== BACKSLASH;
				said += substr(text, at, 1);
				at++;
			}
			more = more && sound && current() !== 0 && !is_blank(current());
		}
		const end = at;
		if (current() === HASH) {
			comment = at;
			filled = at;
		} else if (current() === SEMICOLON && plain) {
			// libuci ends the word with a NUL byte, here on the semicolon.
			drops_rest = true;
			filled = at;
		} else if (current() !== 0 && current() !== SEMICOLON) {
			at++;
		}
		return { said: said, start: start, end: end };
	};

	/** The word that says what a command is: up to a space or tab, without quotes. Empty at the end of a line. */
	const read_keyword = (): Word => {
		while (current() === SPACE || current() === TAB) {
			at++;
		}
		const start = at;
		while (current() !== 0 && current() !== SPACE && current() !== TAB) {
			at++;
		}
		return { said: substr(text, start, at - start), start: start, end: at };
	};

	/** The next command of the line; null where there is none. */
	const read_command = (): Command | null => {
		const word = read_keyword();
		if (word.said === '' || ord(word.said, 0) === HASH) {
			comment = word.said === '' ? comment : word.start;
			return null;
		}
		const keyword = KEYWORDS[word.said];
		sound = sound && keyword != null && at < filled;
		at++;
		const name = read_word();
		const value = keyword === 'package' ? { said: '', start: name.end, end: name.end } : read_word();
		const end = value.end > value.start ? value.end : name.end;
		sound = sound && name.said !== '' && read_word().said === '';
		return sound && keyword != null
			? { keyword: keyword, name: name, value: value, start: word.start, end: end, drops_rest: drops_rest }
			: null;
	};

	const lines: Line[] = [];
	while (sound && next < size) {
		const start = next;
		const commands: Command[] = [];
		at = next;
		comment = null;
		drops_rest = false;
		read_on();
		skip_blanks();
		let command = read_command();
		while (command != null) {
			push(commands, command);
			command = read_command();
		}
		push(lines, { start: start, end: next, commands: commands, comment: comment });
	}
	return sound ? lines : null;
}

export { is_blank, read_lines };
export type { Command, Line, Word };
