// SPDX-License-Identifier: Apache-2.0
/** A connection's counters and the sums of them, taken from its line without parsing the rest. */
import type { FlowSort, Path, Total } from '../api.ts';
import { parse_line, path_of } from 'nft_offload.conntrack';
import { LINE_LIMIT } from 'nft_offload.table';

/** Packets and bytes each way; zero where the kernel counts nothing. */
interface Counters {
	path: Path;
	original_packets: number;
	original_bytes: number;
	reply_packets: number;
	reply_bytes: number;
}

/** The bytes in a piece of a line that follows `packets=`: `4 bytes=368 src=...`. */
function bytes_in(piece: string): number {
	return int(substr(piece, index(piece, '=') + 1, 20));
}

/** Reads the counters of a line that cannot be taken apart by them alone. Null where no parser understands it. */
function parsed_counters(line: string): Counters | null {
	const flow = parse_line(line);
	return flow == null
		? null
		: {
				path: flow.path,
				original_packets: flow.original.packets ?? 0,
				original_bytes: flow.original.bytes ?? 0,
				reply_packets: flow.reply.packets ?? 0,
				reply_bytes: flow.reply.bytes ?? 0
			};
}

/** Whether a text consists of whole lines with two pairs of counters each: true of nearly every table. */
function is_regular(text: string): boolean {
	return length(split(text, 'packets=')) === 2 * length(split(text, ' use=')) - 1;
}

/** Reads the counters of a line; null where no parser understands it. */
function counters_of(line: string): Counters | null {
	const pieces = split(line, 'packets=');
	const head = pieces[0];
	const original = pieces[1];
	const reply = pieces[2];
	if (
		head == null ||
		original == null ||
		reply == null ||
		length(pieces) !== 3 ||
		length(line) > LINE_LIMIT ||
		index(head, 'ip') !== 0 ||
		index(reply, ' use=') === -1
	) {
		return parsed_counters(line);
	}
	return {
		path: path_of(reply),
		original_packets: int(original),
		original_bytes: bytes_in(original),
		reply_packets: int(reply),
		reply_bytes: bytes_in(reply)
	};
}

/** The figure that a row is ordered by. */
function size_of(counters: Counters, sort: FlowSort): number {
	switch (sort) {
		case 'bytes':
			return counters.original_bytes + counters.reply_bytes;
		case 'packets':
			return counters.original_packets + counters.reply_packets;
		case 'original_bytes':
			return counters.original_bytes;
		case 'reply_bytes':
			return counters.reply_bytes;
		case 'original_packets':
			return counters.original_packets;
		case 'reply_packets':
			return counters.reply_packets;
	}
}

function no_total(): Total {
	return { flows: 0, bytes: 0, packets: 0 };
}

function add(total: Total, counters: Counters): void {
	total.flows += 1;
	total.bytes += counters.original_bytes + counters.reply_bytes;
	total.packets += counters.original_packets + counters.reply_packets;
}

export { add, counters_of, is_regular, no_total, size_of };
export type { Counters };
