// SPDX-License-Identifier: Apache-2.0
/** What was seen in the last minutes, for the charts. Times are milliseconds on the browser's clock. */
import type { Flows, Load, Path, Status, Total } from '../../../rpcd/api/index.ts';

/** How far the charts look back. */
export const SPAN = 10 * 60_000;

/** Milliseconds after which two looks have nothing to do with each other: nobody looked in between. */
export const GAP = 60_000;

/** Seconds after which two states say too little of the time between them. While somebody looks, one comes each minute. */
const LATE = 120;

export interface FlowsSample {
	at: number;
	totals: Record<Path, Total>;
}

/** Bytes per second, and shares of the processor's time from 0 to 1. */
export interface LoadSample {
	at: number;
	lan: Throughput;
	wan: Throughput;
	/** All but idle; softirq is a part of it. */
	busy: number;
	softirq: number;
}

export interface Throughput {
	received: number;
	sent: number;
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

	noteFlows({ totals, at_ms }: Flows, at: number): void {
		const before = this.flows.at(-1);
		const since = this.#read;
		this.#read = at_ms ?? at;
		if (before && this.#read - since < GAP && lostOffload(before.totals, totals)) this.#noteReload(at);
		this.flows = recent([...this.flows, { at, totals }], at);
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

/** Devices that came or began again in between count from the next time on. */
function throughput(side: 'lan' | 'wan', before: Load, after: Load, seconds: number): Throughput {
	const rates = { received: 0, sent: 0 };
	for (const device of after.devices) {
		const earlier = before.devices.find(({ name }) => name === device.name);
		if (device.side !== side || !earlier) continue;
		rates.received += Math.max(0, device.rx_bytes - earlier.rx_bytes) / seconds;
		rates.sent += Math.max(0, device.tx_bytes - earlier.tx_bytes) / seconds;
	}
	return rates;
}
