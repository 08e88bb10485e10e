// SPDX-License-Identifier: Apache-2.0
/** The counters of one connection, and sums of them. */
import type { FlowSort, Path, Total } from '../api.ts';
import { parse_line } from 'nft_offload.conntrack';

/** Packets and bytes each way; zero where the kernel counts nothing. */
interface Counters {
	path: Path;
	original_packets: number;
	original_bytes: number;
	reply_packets: number;
	reply_bytes: number;
}

/** Reads the counters of a line; null where no parser understands it. */
function counters_of(line: string): Counters | null {
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

/** The figure that rows are ordered by. */
function size_of(counters: Counters, sort: FlowSort): number {
	return sort === 'bytes'
		? counters.original_bytes + counters.reply_bytes
		: sort === 'packets'
			? counters.original_packets + counters.reply_packets
			: counters[sort];
}

function no_total(): Total {
	return { flows: 0, bytes: 0, packets: 0 };
}

function add(total: Total, flows: number, bytes: number, packets: number): void {
	total.flows += flows;
	total.bytes += bytes;
	total.packets += packets;
}

function add_counters(total: Total, counters: Counters): void {
	add(
		total,
		1,
		counters.original_bytes + counters.reply_bytes,
		counters.original_packets + counters.reply_packets
	);
}

export { add, add_counters, counters_of, no_total, size_of };
export type { Counters };
