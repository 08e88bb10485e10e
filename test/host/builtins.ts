// SPDX-License-Identifier: Apache-2.0
/**
 * ucode's builtins, as far as rpcd/ucode.d.ts declares them, with ucode's meaning: strings are bytes (latin1 here),
 * whole numbers are whole, and a wrong type gives null instead of an exception.
 * Source: ucode's lib.c.
 */
import { isIP } from 'node:net';
import { types } from 'node:util';
import { parseJson, toJson } from './json.ts';

type List = unknown[];

const isText = (value: unknown): value is string => typeof value === 'string';
const isList = (value: unknown): value is List => Array.isArray(value);
const isMap = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

function typeOf(value: unknown): string | null {
	if (value == null) {
		return null;
	}
	if (typeof value === 'number') {
		return Number.isInteger(value) ? 'int' : 'double';
	}
	if (typeof value === 'object') {
		return isList(value) ? 'array' : 'object';
	}
	return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** The number that a text begins with; a number's whole part. */
function int(value: unknown): number {
	const number = isText(value) ? Number(/^\s*[+-]?[0-9]+/.exec(value)?.[0] ?? NaN) : Number(value ?? NaN);
	return Math.trunc(number);
}

function length(value: unknown): number | null {
	return isText(value) || isList(value) ? value.length : isMap(value) ? Object.keys(value).length : null;
}

function index(stack: unknown, needle: unknown): number | null {
	return isText(stack)
		? isText(needle)
			? stack.indexOf(needle)
			: -1
		: isList(stack)
			? stack.indexOf(needle)
			: null;
}

function rindex(stack: unknown, needle: unknown): number | null {
	return isText(stack) && isText(needle) ? stack.lastIndexOf(needle) : null;
}

function substr(text: unknown, start: number, count?: number): string | null {
	if (!isText(text)) {
		return null;
	}
	const from = start < 0 ? Math.max(text.length + start, 0) : Math.min(start, text.length);
	const to = count === undefined ? text.length : count < 0 ? text.length + count : from + count;
	return text.slice(from, Math.max(to, from));
}

function split(text: unknown, separator: unknown): List | null {
	return isText(text) && (isText(separator) || types.isRegExp(separator)) ? text.split(separator) : null;
}

/** JavaScript's `^` and `$` and `.` mean what they mean in ucode up to 2026-03. */
function search(text: unknown, pattern: unknown): List | null {
	if (!isText(text) || !types.isRegExp(pattern)) {
		return null;
	}
	const end = text.indexOf('\0');
	const found = new RegExp(pattern.source, `${pattern.flags}s`).exec(end < 0 ? text : text.slice(0, end));
	return found === null ? null : Array.from(found, (group: string | undefined) => group ?? null);
}

function replace(text: unknown, pattern: unknown, replacement: string): string | null {
	if (!isText(text)) {
		return null;
	}
	if (isText(pattern)) {
		return text.split(pattern).join(replacement);
	}
	return types.isRegExp(pattern) ? text.replace(pattern, replacement) : null;
}

/** Of other characters than blanks nobody here asks; what is no text among the arguments makes it null, as in ucode. */
function trim(text: unknown, ...characters: List): string | null {
	return isText(text) && characters.length === 0
		? text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '')
		: null;
}

function sprintf(format: string, ...values: List): string {
	let next = 0;
	return format.replace(
		/%(%|([0-]?)([0-9]*)([JsdxX]))/g,
		(_all, kind: string, flag: string, width: string, type: string) => {
			if (kind === '%') {
				return '%';
			}
			const value = values[next++];
			const text =
				type === 'J'
					? toJson(value)
					: type === 's'
						? printed(value)
						: int(value).toString(type === 'd' ? 10 : 16);
			return flag === '-' ? text.padEnd(Number(width)) : text.padStart(Number(width), flag || ' ');
		}
	);
}

function printed(value: unknown): string {
	return value == null ? '' : isText(value) ? value : toJson(value);
}

function addressBytes(address: unknown): number[] | null {
	// inet_pton(3) takes no `fe80::1%lan`, as Node does.
	if (!isText(address) || isIP(address) === 0 || address.includes('%')) {
		return null;
	}
	if (isIP(address) === 4) {
		return address.split('.').map(Number);
	}
	const plain = address.replace(/[0-9.]+$/, (tail) => {
		const [a = 0, b = 0, c = 0, d = 0] = tail.split('.').map(Number);
		return tail.includes('.') ? `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}` : tail;
	});
	const [head = '', tail] = plain.split('::');
	const words = (part: string): string[] => (part === '' ? [] : part.split(':'));
	const before = words(head);
	const after = tail === undefined ? [] : words(tail);
	const zeros = new Array<string>(8 - before.length - after.length).fill('0');
	return [...before, ...zeros, ...after].flatMap((word) => [
		parseInt(word, 16) >> 8,
		parseInt(word, 16) & 255
	]);
}

/** As inet_ntop prints: the longest run of zeros, of at least two words, becomes `::`. */
function addressText(bytes: unknown): string | null {
	if (!isList(bytes) || (bytes.length !== 4 && bytes.length !== 16)) {
		return null;
	}
	const numbers = bytes.map(Number);
	if (numbers.length === 4) {
		return numbers.join('.');
	}
	const words = Array.from({ length: 8 }, (_, i) =>
		((numbers[2 * i] ?? 0) * 256 + (numbers[2 * i + 1] ?? 0)).toString(16)
	);
	const runs = `:${words.join(':')}:`.match(/:(?:0:){2,}/g) ?? [];
	const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
	const text = words.join(':');
	return longest === '' ? text : `:${text}:`.replace(longest, '::').replace(/^:(?!:)|(?<!:):$/g, '');
}

function ascending(a: unknown, b: unknown): number {
	if (typeof a === 'number' && typeof b === 'number') {
		return a - b;
	}
	if (isText(a) && isText(b)) {
		return a < b ? -1 : a > b ? 1 : 0;
	}
	throw new TypeError('nothing but numbers or texts is sorted without a comparison');
}

function sort(list: unknown, compare: (a: unknown, b: unknown) => number = ascending): List | null {
	return isList(list) ? list.sort(compare) : null;
}

function clock(monotonic: boolean): [number, number] {
	const now = monotonic ? process.hrtime.bigint() : BigInt(Date.now()) * 1_000_000n;
	return [Number(now / 1_000_000_000n), Number(now % 1_000_000_000n)];
}

function localtime(seconds: number): Record<string, number> {
	const then = new Date(seconds * 1000);
	return {
		sec: then.getSeconds(),
		min: then.getMinutes(),
		hour: then.getHours(),
		mday: then.getDate(),
		mon: then.getMonth() + 1,
		year: then.getFullYear()
	};
}

function sleep(milliseconds: number): boolean {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
	return true;
}

/** The builtins by name. `print` and `ARGV` belong to a program's run, `require` to its modules. */
export const builtins = {
	type: typeOf,
	int,
	length,
	index,
	rindex,
	substr,
	split,
	replace,
	trim,
	sprintf,
	sort,
	reverse: (list: unknown) => (isList(list) ? list.toReversed() : null),
	clock,
	getenv: (name: string) => process.env[name] ?? null,
	localtime,
	sleep,
	match: search,
	json: parseJson,
	min: Math.min,
	max: Math.max,
	iptoarr: addressBytes,
	arrtoip: addressText,
	lc: (text: unknown) => (isText(text) ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : null),
	ord: (text: unknown, position = 0) =>
		isText(text) && position < text.length ? text.charCodeAt(position) : null,
	chr: (...bytes: number[]) => String.fromCharCode(...bytes),
	join: (separator: unknown, list: unknown) =>
		isList(list) ? list.map(printed).join(printed(separator)) : null,
	keys: (object: unknown) => (isMap(object) ? Object.keys(object) : null),
	values: (object: unknown) => (isMap(object) ? Object.values(object) : null),
	exists: (object: unknown, key: string) => isMap(object) && Object.hasOwn(object, key),
	push: (list: unknown, ...values: List) => (isList(list) ? (list.push(...values), values.at(-1)) : null),
	pop: (list: unknown) => (isList(list) ? (list.pop() ?? null) : null),
	slice: (list: unknown, start?: number, end?: number) => (isList(list) ? list.slice(start, end) : null),
	// Both hand over the index and the list as well: a builtin given as the function takes them for its own arguments.
	map: (list: unknown, convert: (value: unknown, index: number, list: List) => unknown) =>
		isList(list) ? list.map((value, index) => convert(value, index, list)) : null,
	filter: (list: unknown, keep: (value: unknown, index: number, list: List) => boolean) =>
		isList(list) ? list.filter((value, index) => keep(value, index, list)) : null,
	b64enc: (text: unknown) => (isText(text) ? Buffer.from(text, 'latin1').toString('base64') : null),
	die: (message: unknown) => {
		throw new Error(printed(message));
	}
};

export { printed };
