// SPDX-License-Identifier: Apache-2.0
/** Values of unknown origin: what they are, told to the type checker. */

function is_text(value: unknown): value is string {
	return type(value) === 'string';
}

function is_integer(value: unknown): value is number {
	return type(value) === 'int';
}

function is_boolean(value: unknown): value is boolean {
	return type(value) === 'bool';
}

function is_array(value: unknown): value is unknown[] {
	return type(value) === 'array';
}

function is_object(value: unknown): value is Record<string, unknown> {
	return type(value) === 'object';
}

/**
 * Whether all of the text is printable ASCII. Regular expressions stop at a NUL byte, and whether `^` and `$`
 * match at a line's end depends on ucode's version: this comes before any of them.
 */
function is_printable(text: string): boolean {
	for (let i = 0; i < length(text); i++) {
		const byte = ord(text, i);
		if (byte == null || byte < 0x20 || byte > 0x7e) {
			return false;
		}
	}
	return true;
}

/** Whether the pattern matches all of the text. Of the pattern only its first match counts: give it no `|` at top level. */
function matches(text: string, pattern: RegExp): boolean {
	if (!is_printable(text)) {
		return false;
	}
	const found = match(text, pattern);
	return found != null && found[0] === text;
}

/** What JSON text holds; null where it is not JSON. */
function parse_json(text: string): unknown {
	try {
		return json(text);
	} catch {
		return null;
	}
}

/** What a caught error says. */
function message_of(error: unknown): string {
	return is_object(error) && is_text(error['message']) ? error['message'] : 'unknown error';
}

/** The words of a text, whatever blanks are around them. */
function words_of(text: string): string[] {
	return split(trim(text), /[ \t\n]+/);
}

/** The word that follows a key such as `dev`; null where there is none. */
function word_behind(words: string[], key: string): string | null {
	const at = index(words, key);
	return at === -1 ? null : (words[at + 1] ?? null);
}

/** The number in a file or field that holds one; `absent` where it holds none. */
function number_or(text: string | null, absent: number): number {
	const number = int(text ?? '');
	return is_integer(number) ? number : absent;
}

/** The distinct items of a list, ordered by their bytes. */
function sorted_set(names: string[]): string[] {
	const seen: Record<string, true> = {};
	for (let i = 0; i < length(names); i++) {
		const name = names[i];
		if (name != null) {
			seen[name] = true;
		}
	}
	return sort(keys(seen));
}

export {
	is_text,
	is_boolean,
	is_integer,
	is_array,
	is_object,
	is_printable,
	matches,
	message_of,
	number_or,
	parse_json,
	sorted_set,
	word_behind,
	words_of
};
