// SPDX-License-Identifier: Apache-2.0
/** The counters of one connection, and sums of them. */
import type { FlowSort, Path, Total } from '../../../api/index.ts';

/** Packets and bytes each way; zero where the kernel counts nothing. */
interface Counters {
	path: Path;
	original_packets: number;
	original_bytes: number;
	reply_packets: number;
	reply_bytes: number;
}

type Offloaded = 'software' | 'hardware';

const OFFLOADED: Offloaded[] = ['software', 'hardware'];

/** What lines add up to. */
interface Sums {
	totals: Record<Path, Total>;
	/** Of the offloaded connections those through which packets go: at least `MOVING`. None where nothing is counted. */
	moving: Record<Offloaded, Total>;
}

/** Packets, both ways together. A connection that is short has most of them before it is offloaded. */
const MOVING = 100;

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

function no_totals(): Record<Path, Total> {
	return { cpu: no_total(), software: no_total(), hardware: no_total() };
}

function no_sums(): Sums {
	return { totals: no_totals(), moving: { software: no_total(), hardware: no_total() } };
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

function add_total(sum: Total, more: Total): void {
	add(sum, more.flows, more.bytes, more.packets);
}

function add_totals(sums: Record<Path, Total>, more: Record<Path, Total>): void {
	map(['cpu', 'software', 'hardware'], (path: Path) => {
		add_total(sums[path], more[path]);
	});
}

export { MOVING, OFFLOADED, add, add_counters, add_total, add_totals, no_sums, no_total, no_totals, size_of };
export type { Counters, Offloaded, Sums };
