// SPDX-License-Identifier: Apache-2.0
/** What was seen in the last minutes, for the charts. Times are milliseconds on the browser's clock. */
import type { DeviceLoad, Flows, Load, Path, Status, Total } from '../../../rpcd/api/index.ts';
import { passedBetween, type Passed } from '../lib/load.ts';
import type { Passing } from '../lib/passing.ts';
import type { Pulse } from './pulse.ts';

/** How far the charts look back. */
export const SPAN = 10 * 60_000;

/** Milliseconds after which two looks have nothing to do with each other: nobody looked in between. */
export const GAP = 60_000;

/** Seconds after which two states say too little of the time between them. While somebody looks, one comes each minute. */
const LATE = 120;

export interface FlowsSample {
	at: number;
	/** Bytes per second on each path, by the connections' counters; null where nobody knows. */
	rates: Passing | null;
	/** Some that are offloaded are not counted. */
	uncounted: boolean;
}

/** Bytes per second, and shares of the processor's time from 0 to 1. */
export interface LoadSample {
	at: number;
	/** Null where the devices of the WAN are others than before, or began again. */
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
	#totals: Record<Path, Total> | null = null;
	/** When the last connections were read, on the router's clock: the browser's stands still while it sleeps. */
	#read = -Infinity;

	noteFlows(
		{ totals, at_ms }: Pick<Flows, 'totals' | 'at_ms'>,
		{ rates, uncounted }: Pulse,
		at: number
	): void {
		const since = this.#read;
		this.#read = at_ms ?? at;
		if (this.#totals && this.#read - since < GAP && lostOffload(this.#totals, totals)) this.#noteReload(at);
		this.#totals = totals;
		this.flows = recent([...this.flows, { at, rates, uncounted }], at);
	}

	/** Takes a status, once however often it comes. */
	noteStatus(status: Status, at: number): void {
		const before = this.#status;
		if (status === before) return;
		this.#status = status;
		if (!before || status.uptime - before.uptime > LATE) return;
		if (flowtableOf(before) !== flowtableOf(status)) this.#noteReload(at);
		const sample = before.load && status.load ? sampleOf(before.load, status.load, at) : null;
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

function sampleOf(before: Load, after: Load, at: number): LoadSample | null {
	const passed = passedBetween(before, after);
	if (!passed) return null;
	const { busy, softirq } = passed;
	return { at, wan: wanOf(passed, before, after), busy, softirq };
}

/** Null where the two do not compare: a device that comes would bring all that it ever carried, one that goes a gap. */
function wanOf({ devices }: Passed, before: Load, after: Load): Throughput | null {
	const wan = (load: Load) => load.devices.filter(({ side }) => side === 'wan').length;
	const rates = [...devices.values()].filter(({ side }) => side === 'wan');
	if (rates.length !== wan(after) || rates.length !== wan(before)) return null;
	const sum = { received: 0, sent: 0, offloaded: leastOf(rates) };
	for (const { received, sent } of rates) {
		sum.received += received;
		sum.sent += sent;
	}
	return sum;
}

function leastOf(devices: readonly Pick<DeviceLoad, 'offloaded'>[]): DeviceLoad['offloaded'] {
	return (
		(['no', 'unknown'] as const).find((each) => devices.some(({ offloaded }) => offloaded === each)) ?? 'yes'
	);
}
