// SPDX-License-Identifier: Apache-2.0
/** What two readings of the router's counters say of the time between them. */

/** A device's counters since the boot, as `DeviceLoad` of the contract has them. */
interface Device {
	name: string;
	side: 'lan' | 'wan';
	rx_bytes: number;
	tx_bytes: number;
	offloaded: 'yes' | 'no' | 'unknown';
}

interface Reading {
	at_ms: number;
	devices: readonly Device[];
	cpu: { total: number; idle: number; softirq: number };
}

export interface Passed {
	/** Bytes per second of each device that compares with itself. */
	devices: ReadonlyMap<string, DeviceRate>;
	/** Shares of the processor's time from 0 to 1: all but idle, and of that what packets took. */
	busy: number;
	softirq: number;
}

export interface DeviceRate {
	side: 'lan' | 'wan';
	received: number;
	sent: number;
	offloaded: 'yes' | 'no' | 'unknown';
}

/** Milliseconds after which two readings say too little of the time between them. While somebody looks, one comes each minute. */
const LATE = 120_000;

/** Null where the router started again in between, did not move, or nobody looked for long. */
export function passedBetween(before: Reading, after: Reading): Passed | null {
	const milliseconds = after.at_ms - before.at_ms;
	const ticks = after.cpu.total - before.cpu.total;
	if (milliseconds <= 0 || milliseconds > LATE || ticks <= 0) return null;
	const share = (part: number) => Math.min(1, Math.max(0, part / ticks));
	return {
		devices: ratesOf(before.devices, after.devices, milliseconds / 1000),
		busy: 1 - share(after.cpu.idle - before.cpu.idle),
		softirq: share(after.cpu.softirq - before.cpu.softirq)
	};
}

/** Without the devices that came or began again: they would bring all that they ever carried. */
function ratesOf(before: readonly Device[], after: readonly Device[], seconds: number): Passed['devices'] {
	const earlier = new Map(before.map((device) => [device.name, device]));
	const rates = new Map<string, DeviceRate>();
	for (const { name, side, rx_bytes, tx_bytes, offloaded } of after) {
		const then = earlier.get(name);
		if (then?.side !== side || rx_bytes < then.rx_bytes || tx_bytes < then.tx_bytes) continue;
		const received = (rx_bytes - then.rx_bytes) / seconds;
		const sent = (tx_bytes - then.tx_bytes) / seconds;
		rates.set(name, { side, received, sent, offloaded });
	}
	return rates;
}
