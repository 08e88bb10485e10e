// SPDX-License-Identifier: Apache-2.0

const NEWLINE = 10;
/** libuci's first buffer (file.c, LINEBUF); its size shows where a line holds a NUL byte. */
const FIRST_SIZE = 32;

/**
 * libuci's line buffer (file.c, uci_getln), with the place in the file that each byte came from.
 *
 * The parser cuts words with NUL bytes in the buffer itself and reads further lines over its own tail; both show
 * in what is accepted, so both are done here. Bytes behind the NUL that ends the line are left-overs.
 */
export class LineBuffer {
	/** Lines read so far that had a line end. */
	line = 0;
	/** Bytes in the buffer, the ending NUL excluded. */
	filled = 0;
	/** How much of the file has been read. */
	position = 0;
	readonly #text: string;
	readonly #bytes: number[] = [];
	readonly #sources: number[] = [];
	#size = FIRST_SIZE;

	constructor(text: string) {
		this.#text = text;
	}

	get ended(): boolean {
		return this.position >= this.#text.length;
	}

	/** The byte at an index; 0 behind the end. */
	at(index: number): number {
		return this.#bytes[index] ?? 0;
	}

	put(index: number, byte: number): void {
		this.#bytes[index] = byte;
	}

	/** Where in the file the byte at an index comes from. */
	source(index: number): number {
		return index < this.filled ? (this.#sources[index] ?? this.position) : this.position;
	}

	/** The text from an index to the next NUL. */
	text(index: number): string {
		let text = '';
		for (let i = index; this.at(i) !== 0; i++) text += String.fromCharCode(this.at(i));
		return text;
	}

	/** Reads the next line to an index. A NUL byte loses the rest of its line, and glues the next one on. */
	read(index: number): void {
		if (index >= this.#size - 1) this.#size *= 2;
		let end = index;
		for (;;) {
			this.put(end, 0);
			this.#fill(end, this.#size - end - 1);
			if (this.at(end) === 0) return;
			while (this.at(end) !== 0) end++;
			this.filled = end;
			if (this.at(end - 1) === NEWLINE) {
				this.line++;
				return;
			}
			this.#size *= 2;
		}
	}

	/** C's fgets: bytes up to and with a line end, at most `most`, and a NUL behind them. */
	#fill(index: number, most: number): void {
		let i = index;
		while (i - index < most && !this.ended) {
			const byte = this.#text.charCodeAt(this.position) & 0xff;
			this.#sources[i] = this.position++;
			this.put(i++, byte);
			if (byte === NEWLINE) break;
		}
		this.put(i, 0);
	}
}
