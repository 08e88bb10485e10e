// SPDX-License-Identifier: Apache-2.0
/** The connection tracking table as a stream of lines, wherever the router has it. */
import { open } from 'fs';
import type { File } from 'fs';
import type { ConntrackState, Flows } from '../../../api/index.ts';
import { start } from 'nft_offload.base.command';
import { time_for } from 'nft_offload.base.deadline';
import { is_program, is_there } from 'nft_offload.base.files';

const PROC = '/proc/net/nf_conntrack';
const PROGRAM = '/usr/sbin/conntrack';
/** Seconds for its list, which is read while it prints. */
const LIMIT = 15;

/** Bytes of one text, some hundred lines. The kernel hands out a page at a time, whatever is asked for (seq_file.c). */
const CHUNK = 131072;

/** A whole line is never longer: the kernel's longest is a quarter of this. */
const LINE_LIMIT = 4096;

function conntrack_source(): ConntrackState['source'] {
	return is_there(PROC) ? 'procfs' : is_program(PROGRAM) ? 'conntrack' : 'none';
}

/** Opens a source for reading; null where it is gone. `extended` makes the program print the kernel's own form. */
function open_table(source: Flows['source']): File | null {
	return source === 'procfs' ? open(PROC, 'r') : start(PROGRAM, ['-L', '-o', 'extended'], time_for(LIMIT));
}

/**
 * Reads to the end and hands over text of whole lines, each with its end, some hundred at a time.
 * Returns how many lines were left out since they are too long, or cut off by the end of the table.
 */
function each_text(table: File, take: (text: string) => void): number {
	let rest = '';
	let left_out = 0;
	let overlong = false;
	let piece = table.read(CHUNK) ?? '';
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
		piece = table.read(CHUNK) ?? '';
	}
	return left_out + (length(rest) > 0 ? 1 : 0);
}

export { LINE_LIMIT, conntrack_source, each_text, open_table };
