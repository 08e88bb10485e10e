// SPDX-License-Identifier: Apache-2.0

/** Why libuci refuses a file, in its own words (libuci, file.c). */
export type UciReason =
	| 'invalid command'
	| 'insufficient arguments'
	| 'too many arguments'
	| 'invalid character in name field'
	| 'invalid character in type field'
	| 'option/list command found before the first section'
	| 'section of different type overwrites prior section with same name'
	| "EOF with unterminated '"
	| 'EOF with unterminated "'
	| 'package without name'
	| 'config without name'
	| 'option without name';

/** A file that libuci refuses. It reads nothing of such a file, not even what comes before the error. */
export class UciError extends Error {
	override readonly name = 'UciError';
	readonly reason: UciReason;
	/** As libuci tells it: the line ends read so far, so that a last line without one counts as the line before. */
	readonly line: number;
	/** As libuci tells it: how far it had come in what it takes for one line, joined lines included; from 0 on. */
	readonly byte: number;
	/** The line of the file where the word begins that it is about, for human eyes; from 1 on. */
	readonly row: number;
	/** The byte of that line where the word begins; from 1 on. */
	readonly column: number;

	constructor(reason: UciReason, place: Pick<UciError, 'line' | 'byte' | 'row' | 'column'>) {
		super(`Parse error (${reason}) at line ${place.line}, byte ${place.byte}`);
		this.reason = reason;
		this.line = place.line;
		this.byte = place.byte;
		this.row = place.row;
		this.column = place.column;
	}
}
