// SPDX-License-Identifier: Apache-2.0
/** JSON as ucode reads and writes it. Strings are bytes, one to a character (latin1). */

const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Escapes above ASCII become the bytes of UTF-8; a lone half of a pair becomes U+FFFD's. */
function escapesToBytes(text: string): string {
	return text.replace(
		/\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)/g,
		(escape) =>
			escape.startsWith('\\u') && parseInt(escape.slice(2, 6), 16) > 0x7f
				? utf8(JSON.parse(`"${escape}"`) as string)
				: escape
	);
}

/** Without a prototype, as ucode's objects are. */
function withoutPrototype(this: unknown, _key: string, value: unknown): unknown {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
		? Object.assign(Object.create(null) as object, value)
		: value;
}

/** @throws SyntaxError - as ucode's json() throws. */
export function parseJson(text: string): unknown {
	return JSON.parse(escapesToBytes(text), withoutPrototype);
}

function quoted(text: string): string {
	return JSON.stringify(text);
}

/** The form of `%J`: with spaces inside braces and brackets. */
export function toJson(value: unknown): string {
	if (typeof value === 'string') {
		return quoted(value);
	}
	if (Array.isArray(value)) {
		return value.length === 0 ? '[ ]' : `[ ${value.map(toJson).join(', ')} ]`;
	}
	if (typeof value === 'object' && value !== null) {
		const members = Object.entries(value).map(([key, member]) => `${quoted(key)}: ${toJson(member)}`);
		return members.length === 0 ? '{ }' : `{ ${members.join(', ')} }`;
	}
	if (typeof value === 'number' && !Number.isFinite(value)) {
		return Number.isNaN(value) ? '"NaN"' : `${value < 0 ? '-' : ''}1e309`;
	}
	return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'null';
}
