// SPDX-License-Identifier: Apache-2.0
/** What was seen in the last minutes, for the charts. Times are milliseconds on the browser's clock. */
import type { DeviceLoad, Flows, Load, Path, Status, Total } from '../../../rpcd/api/index.ts';
import { longest } from './rates.ts';
import { totalOf } from './total.ts';

/** How far the charts look back. */
export const SPAN = 10 * 60_000;

/** Milliseconds after which two looks have nothing to do with each other: nobody looked in between. */
export const GAP = 60_000;

/** Seconds after which two states say too little of the time between them. While somebody looks, one comes each minute. */
const LATE = 120;

export interface FlowsSample {
	at: number;
	totals: Record<Path, Total>;
	/**
	 * Bytes per second by the counters of the connections in hardware, at least: what a connection carried leaves the sum
	 * when it ends. Null where no connection was in hardware twice in a row, or more ended than came.
	 */
	hardware: number | null;
}

/** Bytes per second, and shares of the processor's time from 0 to 1. */
export interface LoadSample {
	at: number;
	/** Null where the devices of a side are others than before, or began again. */
	lan: Throughput | null;
	wan: Throughput | null;
	/** All but idle; softirq is a part of it. */
	busy: number;
	softirq: number;
}

export interface Throughput {
	received: number;
	sent: number;
	/** Whether offloaded packets are in it: as little as of any of the devices. */
	offloaded: DeviceLoad['offloaded'];
}

export class History {
	/** Replaced whenever something is added: who holds it sees at once that nothing is new. */
	flows: readonly FlowsSample[] = [];
	load: readonly LoadSample[] = [];
	/** When the firewall was reloaded: all offloaded connections begin again. */
	reloads: readonly number[] = [];
	#status: Status | null = null;
	/** When the last connections were read, on the router's clock: the browser's stands still while it sleeps. */
	#read = -Infinity;

	noteFlows({ totals, at_ms, took_us }: Flows, at: number): void {
		const before = this.flows.at(-1);
		const since = this.#read;
		this.#read = at_ms ?? at;
		const between = this.#read - since;
		if (before && between < GAP && lostOffload(before.totals, totals)) this.#noteReload(at);
		const comparable = before && between > 0 && between <= longest(took_us);
		const hardware = comparable ? hardwareRate(before.totals, totals, between / 1000) : null;
		this.flows = recent([...this.flows, { at, totals, hardware }], at);
	}

	/** Takes a status, once however often it comes. */
	noteStatus(status: Status, at: number): void {
		const before = this.#status;
		if (status === before) return;
		this.#status = status;
		if (!before || status.uptime - before.uptime > LATE) return;
		if (flowtableOf(before) !== flowtableOf(status)) this.#noteReload(at);
		const sample = before.load && status.load ? loadBetween(before.load, status.load, at) : null;
		if (sample) this.load = recent([...this.load, sample], at);
	}

	/** The two signs of one reload come close to each other. */
	#noteReload(at: number): void {
		const last = this.reloads.at(-1) ?? -Infinity;
		if (at - last < 15_000) return;
		this.reloads = [...this.reloads.filter((each) => at - each < SPAN), at];
	}
}

function recent<T extends { at: number }>(samples: T[], now: number): T[] {
	return samples.filter(({ at }) => now - at <= SPAN);
}

/** Tells one flowtable from another, as far as the router tells. */
function flowtableOf({ effective }: Status): string {
	return [effective.mode, effective.handle ?? '', ...effective.devices].join(' ');
}

/** Connections end one by one; a reload takes all of them off their fast path at once. */
function lostOffload(before: Record<Path, Total>, after: Record<Path, Total>): boolean {
	const had = before.software.flows + before.hardware.flows;
	const has = after.software.flows + after.hardware.flows;
	return had >= 8 && has < had / 4;
}

/** Null where the router started again in between, or did not move. */
function loadBetween(before: Load, after: Load, at: number): LoadSample | null {
	const seconds = (after.at_ms - before.at_ms) / 1000;
	const ticks = after.cpu.total - before.cpu.total;
	if (seconds <= 0 || ticks <= 0) return null;
	const share = (part: number) => Math.min(1, Math.max(0, part / ticks));
	return {
		at,
		lan: throughput('lan', before, after, seconds),
		wan: throughput('wan', before, after, seconds),
		busy: 1 - share(after.cpu.idle - before.cpu.idle),
		softirq: share(after.cpu.softirq - before.cpu.softirq)
	};
}

/** Null where the two do not compare: a device that comes would bring all that it ever carried, one that goes a gap. */
function throughput(side: 'lan' | 'wan', before: Load, after: Load, seconds: number): Throughput | null {
	const earlier = new Map(before.devices.map((device) => [device.name, device]));
	const devices = after.devices.filter((device) => device.side === side);
	if (devices.length !== before.devices.filter((device) => device.side === side).length) return null;
	const sum = { received: 0, sent: 0, offloaded: leastOf(devices) };
	for (const { name, rx_bytes, tx_bytes } of devices) {
		const then = earlier.get(name);
		if (then?.side !== side || rx_bytes < then.rx_bytes || tx_bytes < then.tx_bytes) return null;
		sum.received += (rx_bytes - then.rx_bytes) / seconds;
		sum.sent += (tx_bytes - then.tx_bytes) / seconds;
	}
	return sum;
}

function leastOf(devices: readonly DeviceLoad[]): DeviceLoad['offloaded'] {
	return (
		(['no', 'unknown'] as const).find((each) => devices.some(({ offloaded }) => offloaded === each)) ?? 'yes'
	);
}

/**
 * A connection brings all that it ever carried when it gets into hardware, and that leaves the sum of another path: so
 * the growth is held against that of all connections, which is never more than what passed.
 */
function hardwareRate(
	before: Record<Path, Total>,
	after: Record<Path, Total>,
	seconds: number
): number | null {
	if (before.hardware.flows === 0 || after.hardware.flows === 0) return null;
	const growth = Math.min(
		after.hardware.bytes - before.hardware.bytes,
		totalOf(after).bytes - totalOf(before).bytes
	);
	return growth < 0 ? null : growth / seconds;
}
