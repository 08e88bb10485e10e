// SPDX-License-Identifier: Apache-2.0
/** Text for a terminal of 80 columns. */

const WIDTH = 79;

/** The text in lines that are indented, the first one less where something stands before it. Words that are longer stay whole. */
function wrapped(text: string, before: string, indent: string): string {
	const lines: string[] = [];
	let line = before;
	let empty = true;
	map(split(text, ' '), (word) => {
		if (!empty && length(line) + 1 + length(word) > WIDTH) {
			push(lines, line);
			line = indent;
			empty = true;
		}
		line = line + (empty ? '' : ' ') + word;
		empty = false;
	});
	push(lines, line);
	return join('\n', lines) + '\n';
}

/** A paragraph. */
function paragraph(text: string): string {
	return wrapped(text, '', '');
}

/** A point of a list, marked by a word of at most eight letters. */
function point(mark: string, text: string): string {
	return wrapped(text, sprintf('%-9s', mark), '         ');
}

/** A named fact. */
function fact(name: string, value: string): string {
	return wrapped(value, sprintf('%-14s', name), '              ');
}

/** `1 connection`, `2 connections`. */
function counted(count: number, one: string): string {
	return `${count} ${one}${count === 1 ? '' : 's'}`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `1.5 MiB`: with one digit behind the point below ten. */
function bytes(size: number): string {
	let tenths = size * 10;
	let unit = 0;
	while (tenths >= 10240 && unit < length(UNITS) - 1) {
		tenths = int((tenths + 512) / 1024);
		unit += 1;
	}
	const whole = int(tenths / 10);
	return whole >= 10 || unit === 0
		? `${whole} ${UNITS[unit]}`
		: `${whole}.${tenths - whole * 10} ${UNITS[unit]}`;
}

/** `3 min 5 s`. */
function duration(seconds: number): string {
	const minutes = int(seconds / 60);
	const hours = int(minutes / 60);
	return hours > 0
		? `${hours} h ${minutes - hours * 60} min`
		: minutes > 0
			? `${minutes} min ${seconds - minutes * 60} s`
			: `${seconds} s`;
}

export { bytes, counted, duration, fact, paragraph, point };
