// SPDX-License-Identifier: Apache-2.0
/** Files of many lines, in constant memory. */
import type { File } from 'fs';

/** Bytes of one text, some hundred lines. The kernel hands out a page at a time, whatever is asked for (seq_file.c). */
const CHUNK = 131072;

/** Bytes. The longest line that the kernel prints in the files read here is a quarter of this. */
const LINE_LIMIT = 4096;

/** Bytes: more than any file has. */
const TO_THE_END = 9007199254740991;

interface Reading {
	/** Lines that were left out since they are too long, or cut off by the end of the file. */
	left_out: number;
	/** False where the limit came first, or together with the end. */
	ended: boolean;
}

/** Reads at most `limit` bytes and hands over text of whole lines, each with its end, some hundred at a time. */
function each_text(file: File, limit: number, take: (text: string) => void): Reading {
	let rest = '';
	let left = limit;
	let left_out = 0;
	let overlong = false;
	let piece = file.read(min(CHUNK, left)) ?? '';
	while (length(piece) > 0) {
		const end = rindex(piece, '\n') + 1;
		if (end > 0) {
			const text = rest + substr(piece, 0, end);
			take(overlong ? substr(text, index(text, '\n') + 1) : text);
			overlong = false;
			rest = substr(piece, end);
		} else if (length(rest) <= LINE_LIMIT && !overlong) {
			rest = rest + piece;
		}
		if (length(rest) > LINE_LIMIT) {
			left_out += 1;
			overlong = true;
			rest = '';
		}
		left -= length(piece);
		piece = left > 0 ? (file.read(min(CHUNK, left)) ?? '') : '';
	}
	return { left_out: left_out + (left > 0 && length(rest) > 0 ? 1 : 0), ended: left > 0 };
}

export { LINE_LIMIT, TO_THE_END, each_text };
export type { Reading };
