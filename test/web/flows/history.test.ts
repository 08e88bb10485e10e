// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { DeviceLoad, Flows, Load, Status } from '../../../rpcd/api/index.ts';
import { roundAbove } from '../../../web/src/flows/Chart.tsx';
import { History, SPAN } from '../../../web/src/flows/history.ts';
import type { Pulse } from '../../../web/src/flows/pulse.ts';
import { status } from '../status.ts';
import { totals } from './flows.ts';

const NO_PULSE: Pulse = { rates: null, eligible: null, uncounted: false };

function answer(cpu: number, software: number, at_ms?: number): Flows {
	return {
		...(at_ms !== undefined && { at_ms }),
		totals: totals(cpu, software, 0),
		matched: { flows: 0, bytes: 0, packets: 0 },
		flows: [],
		skipped: 0,
		source: 'procfs',
		took_us: 1
	};
}

function load(at_ms: number, wan: number, cpu: Load['cpu']): Load {
	return {
		at_ms,
		devices: [
			{ name: 'wan', side: 'wan', rx_bytes: wan, tx_bytes: 2 * wan, offloaded: 'yes' },
			{ name: 'lan1', side: 'lan', rx_bytes: 3 * wan, tx_bytes: 4 * wan, offloaded: 'yes' }
		],
		cpu
	};
}

const withLoad = (at_ms: number, wan: number, cpu: Load['cpu']) => status({ load: load(at_ms, wan, cpu) });

describe('what was seen', () => {
	it('is kept for the last minutes', () => {
		const history = new History();
		const of = (cpu: number): Pulse => ({ ...NO_PULSE, rates: { cpu, kept: 0, software: 0, hardware: 0 } });
		history.noteFlows(answer(1, 0), of(1), 0);
		history.noteFlows(answer(2, 0), of(2), SPAN);
		expect(history.flows).toHaveLength(2);
		history.noteFlows(answer(3, 0), of(3), SPAN + 1);
		expect(history.flows.map(({ rates }) => rates?.cpu)).toEqual([2, 3]);
	});

	it('has rates between two looks, and shares of the processor', () => {
		const history = new History();
		history.noteStatus(withLoad(1000, 100, { total: 1000, idle: 900, softirq: 10 }), 50);
		const second = withLoad(3000, 2100, { total: 1400, idle: 1200, softirq: 50 });
		history.noteStatus(second, 2050);
		history.noteStatus(second, 3050);
		expect(history.load).toEqual([
			{
				at: 2050,
				wan: { received: 1000, sent: 2000, offloaded: 'yes' },
				busy: 0.25,
				softirq: 0.1
			}
		]);
	});

	it('has no rates over a restart of the router, nor of a device', () => {
		const history = new History();
		history.noteStatus(withLoad(90_000, 5000, { total: 1000, idle: 900, softirq: 10 }), 0);
		history.noteStatus(withLoad(1000, 10, { total: 100, idle: 90, softirq: 1 }), 5000);
		expect(history.load).toEqual([]);
		history.noteStatus(withLoad(2000, 0, { total: 200, idle: 190, softirq: 1 }), 6000);
		expect(history.load[0]?.wan).toBeNull();
	});
});

describe('what devices count', () => {
	const cpu = (at: number) => ({ total: at, idle: at / 2, softirq: 0 });
	const counted = (at: number, devices: Load['devices']) =>
		status({ load: { at_ms: at * 1000, devices, cpu: cpu(at) } });
	const device = (name: string, rx_bytes: number, part: Partial<DeviceLoad> = {}): DeviceLoad => ({
		name,
		side: 'wan',
		rx_bytes,
		tx_bytes: 0,
		offloaded: 'yes',
		...part
	});

	it('makes no spike and no gap when a device comes with all that it ever carried, or goes', () => {
		const history = new History();
		for (const [at, devices] of [
			[10, [device('lan1', 0)]],
			[20, [device('lan1', 1000), device('phy0-ap0', 9e12)]],
			[30, [device('lan1', 2000), device('phy0-ap0', 9e12)]],
			[40, [device('lan1', 3000)]],
			[50, [device('lan1', 4000, { side: 'lan' })]]
		] as const)
			history.noteStatus(counted(at, [...devices]), at * 1000);
		expect(history.load.map(({ wan }) => wan?.received ?? null)).toEqual([null, 100, null, null]);
	});

	it.each([
		[['yes', 'yes'], 'yes'],
		[['yes', 'unknown'], 'unknown'],
		[['unknown', 'no'], 'no']
	] as const)('of %j is as good as %s', (offloaded, told) => {
		const history = new History();
		for (const at of [10, 20])
			history.noteStatus(
				counted(
					at,
					offloaded.map((each, index) => device(`lan${index}`, at, { offloaded: each }))
				),
				at
			);
		expect(history.load[0]?.wan?.offloaded).toBe(told);
	});
});

describe('a reload of the firewall', () => {
	const changed = (effective: Partial<Status['effective']>) =>
		status({ effective: { ...status().effective, ...effective } });

	it('is seen by another flowtable', () => {
		const history = new History();
		history.noteStatus(status(), 0);
		history.noteStatus(status(), 5000);
		expect(history.reloads).toEqual([]);
		history.noteStatus(changed({ handle: 6 }), 10_000);
		history.noteStatus(changed({ handle: 6, mode: 'hardware' }), 60_000);
		expect(history.reloads).toEqual([10_000, 60_000]);
	});

	it('is seen by the loss of the offloaded connections, once, and what was seen stays', () => {
		const history = new History();
		history.noteFlows(answer(10, 40), NO_PULSE, 0);
		history.noteFlows(answer(50, 0), NO_PULSE, 5000);
		history.noteStatus(status(), 5500);
		history.noteStatus(changed({ handle: 6 }), 6000);
		history.noteFlows(answer(10, 40), NO_PULSE, 10_000);
		expect(history.reloads).toEqual([5000]);
		expect(history.flows).toHaveLength(3);
	});

	it.each([
		['nobody looked for a night', 9 * 3_600_000, 9 * 3_600_000],
		['the browser slept with its clock', 5000, 9 * 3_600_000],
		['the list comes rarely', 240_000, 240_000]
	])('is not seen in fewer connections when %s', (_name, at, at_ms) => {
		const history = new History();
		history.noteFlows(answer(10, 40, 1000), NO_PULSE, 0);
		history.noteFlows(answer(10, 5, 1000 + at_ms), NO_PULSE, at);
		expect(history.reloads).toEqual([]);
	});

	it('while nobody looked has no time, nor has what passed since', () => {
		const history = new History();
		history.noteStatus(withLoad(1000, 100, { total: 1000, idle: 900, softirq: 10 }), 0);
		const later = withLoad(600_000, 9000, { total: 9000, idle: 8000, softirq: 50 });
		history.noteStatus({ ...later, effective: changed({ handle: 6 }).effective, uptime: 700 }, 600_000);
		expect(history.reloads).toEqual([]);
		expect(history.load).toEqual([]);
	});

	it('is not seen in connections that end one by one', () => {
		const history = new History();
		for (const [index, flows] of [40, 30, 20, 12, 7, 4, 1, 0].entries())
			history.noteFlows(answer(0, flows), NO_PULSE, index * 5000);
		expect(history.reloads).toEqual([]);
	});
});

it.each([
	[0, 1],
	[1, 1],
	[1.1, 2],
	[2.5, 5],
	[51, 100],
	[100, 100],
	[76_200_000, 100_000_000]
])('a chart up to %s reaches to %s', (value, top) => {
	expect(roundAbove(value)).toBe(top);
});
