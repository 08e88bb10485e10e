// SPDX-License-Identifier: Apache-2.0
/** What passes now, by path: of the difference of two looks, and of nothing that was before. */
import { describe, expect, it } from 'vitest';
import type { Breakdown, Flow } from '../../../rpcd/api/index.ts';
import { eligibleOf, pulseOf } from '../../../web/src/flows/pulse.ts';
import { Rates } from '../../../web/src/flows/rates.ts';
import { toRows } from '../../../web/src/flows/rows.ts';
import type { Counting } from '../../../web/src/flows/trust.ts';
import { counted, flow, totals, tuple } from './flows.ts';

const ALL: Counting = { accounting: true, flowtable: true, hardware: true };

/** Sets connections of one test apart. */
const numbered = (each: Flow, port: number): Flow => ({
	...each,
	original: { ...each.original, source_port: port },
	reply: { ...each.reply, destination_port: port }
});

/** The pulse after looks ten seconds apart. */
function after(looks: readonly (readonly Flow[])[], counting = ALL, wanIsBare = false) {
	const rates = new Rates();
	let rows = toRows([]);
	for (const [index, flows] of looks.entries()) {
		rows = toRows(flows);
		rates.note(rows, index * 10_000, counting, 0);
	}
	return pulseOf(rows, rates, counting, null, wanIsBare);
}

describe('what passes now', () => {
	it('is what the connections of each path have carried between two looks', () => {
		const look = (growth: number) => [
			numbered(counted('software', 1e12 + growth, 5000), 1),
			numbered(counted('cpu', 100 + growth / 10, 0), 2),
			numbered(counted('hardware', 100, growth * 2), 3)
		];
		expect(after([look(0), look(50_000)])).toEqual({
			rates: { cpu: 500, kept: 0, software: 5000, hardware: 10_000 },
			eligible: null,
			uncounted: false
		});
	});

	it('goes by the CPU where it comes in from a WAN without a hook, though its connection is marked', () => {
		const forward = (bytes: number): Flow => {
			const each = numbered(counted('software', bytes, 0), 9);
			return { ...each, reply: { ...each.reply, source: '192.168.1.2' } };
		};
		const look = (at: number) => [numbered(counted('software', 20 * at, 1000 * at), 8), forward(300 * at)];
		expect(after([look(0), look(10)]).rates).toEqual({ cpu: 0, kept: 0, software: 1320, hardware: 0 });
		expect(after([look(0), look(10)], ALL, true).rates).toEqual({
			cpu: 1300,
			kept: 0,
			software: 20,
			hardware: 0
		});
	});

	it('sets apart what the policy keeps on the CPU', () => {
		const look = (at: number) => [
			numbered(counted('cpu', 100 * at, 0), 1),
			{ ...numbered(counted('cpu', 2000 * at, 0), 2), kept: 'the console' }
		];
		expect(after([look(0), look(10)]).rates).toEqual({ cpu: 100, kept: 2000, software: 0, hardware: 0 });
		expect(after([look(0), look(10)], ALL, true).rates).toMatchObject({ cpu: 100, kept: 2000 });
	});

	it('is not known at the first look, nor where nothing is counted; where there is no connection it is nothing', () => {
		expect(after([[counted('software', 5, 5)]]).rates).toBeNull();
		const silent = [counted('software', null, null)];
		expect(after([silent, silent], { ...ALL, accounting: false })).toMatchObject({
			rates: null,
			uncounted: true
		});
		expect(after([[]]).rates).toEqual({ cpu: 0, kept: 0, software: 0, hardware: 0 });
	});

	it('leaves out what is closed: two downloads went past "CPU 98 %" (page-review, worst 1)', () => {
		const closed = (bytes: number) => numbered({ ...counted('cpu', bytes, 0), state: 'TIME_WAIT' }, 7);
		const look = (at: number) => [closed(12e9 * at), numbered(counted('software', 27e6 * at, 0), 8)];
		expect(after([look(0), look(10)]).rates).toEqual({ cpu: 0, kept: 0, software: 27e6, hardware: 0 });
	});

	it('leaves out what a connection carried before it was seen', () => {
		const old = numbered(counted('cpu', 9e12, 0), 1);
		expect(after([[old], [old, numbered(counted('software', 9e12, 0), 2)]]).rates).toEqual({
			cpu: 0,
			kept: 0,
			software: 0,
			hardware: 0
		});
	});

	it('is too low where a flowtable counts nothing, or the hardware, and says so', () => {
		const look = [numbered(counted('hardware', 100, 100), 1), numbered(counted('cpu', 5, 5), 2)];
		expect(after([look, look], { ...ALL, hardware: false }).uncounted).toBe(true);
		expect(after([look, look], { ...ALL, flowtable: false }).uncounted).toBe(true);
		// Hardware that is asked for its counters now and then is trusted.
		expect(after([look, look])).toEqual({
			rates: { cpu: 0, kept: 0, software: 0, hardware: 0 },
			eligible: null,
			uncounted: false
		});
	});

	it('knows one direction where the other is not told', () => {
		const look = (bytes: number) => [
			flow({ path: 'hardware', reply: tuple({ bytes, packets: bytes / 100 }) })
		];
		expect(after([look(1000), look(21_000)]).rates?.hardware).toBe(2000);
	});
});

it('counts those that could be offloaded, and those that are', () => {
	expect(eligibleOf({ eligible: totals(3, 40, 1) } as Breakdown)).toEqual({ all: 44, offloaded: 41 });
});
