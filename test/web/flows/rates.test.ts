// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { ClientRates } from '../../../web/src/flows/clients.ts';
import { rateText } from '../../../web/src/flows/counter.ts';
import { Rates, sum } from '../../../web/src/flows/rates.ts';
import { toRows } from '../../../web/src/flows/rows.ts';
import type { Counting } from '../../../web/src/flows/trust.ts';
import { counted, flow, row, totals, tuple } from './flows.ts';

const ALL: Counting = { accounting: true, flowtable: true, hardware: true };

/** What the rates say of one connection after answers at these milliseconds. */
function after(
	answers: readonly (readonly [at: number, flow: ReturnType<typeof flow>])[],
	counting = ALL,
	took_us = 0
) {
	const rates = new Rates();
	for (const [at, each] of answers) rates.note([row(each)], at, counting, took_us);
	return rates.of(row(flow()).key);
}

describe('rates between two answers', () => {
	it('are the growth over the time on the router’s clock', () => {
		const rates = after([
			[10_000, counted('cpu', 1000, 0)],
			[14_000, counted('cpu', 5000, 80_000)]
		]);
		expect(rates).toEqual({
			original: { bytes: 1000, packets: 10 },
			reply: { bytes: 20_000, packets: 200 }
		});
		expect(sum(rates)).toEqual({ bytes: 21_000, packets: 210 });
	});

	it('are unknown at first sight, and zero only where everything is counted and nothing came', () => {
		expect(after([[0, counted('cpu', 1000, 0)]]).original).toBe('unknown');
		const idle = after([
			[0, counted('software', 1000, 0)],
			[5000, counted('software', 1000, 0)]
		]);
		expect(idle.original).toEqual({ bytes: 0, packets: 0 });
	});

	it('go on when the path changes', () => {
		const rates = after([
			[0, counted('cpu', 1000, 0)],
			[1000, counted('software', 3000, 0)]
		]);
		expect(rates.original).toEqual({ bytes: 2000, packets: 20 });
	});

	it('begin anew when another connection took over the tuple', () => {
		const reset = [
			[0, counted('cpu', 9000, 9000)],
			[5000, counted('cpu', 100, 9000)]
		] as const;
		expect(after(reset)).toEqual({ original: 'unknown', reply: { bytes: 0, packets: 0 } });
		expect(after([...reset, [6000, counted('cpu', 1100, 9000)]]).original).toEqual({
			bytes: 1000,
			packets: 10
		});
	});

	it('begin anew when the router did', () => {
		const rates = after([
			[90_000, counted('cpu', 100, 0)],
			[2000, counted('cpu', 500, 0)]
		]);
		expect(rates.original).toBe('unknown');
	});

	it('begin anew when nobody looked for long, but not where the list comes rarely', () => {
		const night = [
			[0, counted('cpu', 0, 0)],
			[240_000, counted('cpu', 24_000, 0)]
		] as const;
		expect(after(night).original).toBe('unknown');
		expect(after(night, ALL, 6_000_000).original).toEqual({ bytes: 100, packets: 1 });
	});

	it('of two answers close to each other are those of before', () => {
		const rates = after([
			[0, counted('cpu', 0, 0)],
			[4000, counted('cpu', 4000, 0)],
			[4100, counted('cpu', 9000, 0)]
		]);
		expect(rates.original).toEqual({ bytes: 1000, packets: 10 });
	});

	it('tell frozen bytes of the hardware from bytes that move, each direction by itself', () => {
		const rates = after([
			[0, counted('hardware', 5000, 5000)],
			[5000, counted('hardware', 5000, 10_000)]
		]);
		expect(rates).toEqual({ original: 'hardware', reply: { bytes: 1000, packets: 10 } });
		expect(rateText(rates.original, 'bytes')).toBe('not counted');
		expect(sum(rates)).toBe('hardware');
	});

	it('of hardware whose counters are known to stand still are not counted at first sight, and trusted once they move', () => {
		const still = { ...ALL, hardware: false };
		expect(after([[0, counted('hardware', 5000, 5000)]], still).reply).toBe('hardware');
		expect(after([[0, counted('software', 5000, 5000)]], still).reply).toBe('unknown');
		const moving = after(
			[
				[0, counted('hardware', 5000, 5000)],
				[5000, counted('hardware', 5000, 10_000)]
			],
			still
		);
		expect(moving.reply).toEqual({ bytes: 1000, packets: 10 });
	});

	it('are not there without accounting, nor for what a flowtable without counter forwards', () => {
		const still = [
			[0, counted('software', 5000, 5000)],
			[5000, counted('software', 5000, 5000)]
		] as const;
		expect(after(still, { ...ALL, flowtable: false }).reply).toBe('flowtable');
		expect(after([[0, counted('software', null, null)]]).original).toBe('accounting');
		const slow = [
			[0, counted('cpu', 5000, 0)],
			[5000, counted('cpu', 5000, 0)]
		] as const;
		expect(after(slow, { ...ALL, flowtable: false }).original).toEqual({ bytes: 0, packets: 0 });
	});

	it('are not guessed where several connections look the same', () => {
		const echo = flow({
			protocol: 'icmp',
			original: tuple({ source_port: null, destination_port: null })
		});
		const rows = toRows([echo, echo, flow()]);
		expect(new Set(rows.map(({ key }) => key)).size).toBe(3);
		expect(rows.map(({ ambiguous }) => ambiguous)).toEqual([true, true, false]);
		const rates = new Rates();
		rates.note(rows, 0, ALL, 0);
		rates.note(rows, 5000, ALL, 0);
		expect(rates.of(rows[1]?.key ?? '').original).toBe('unknown');
	});
});

describe('rates of clients', () => {
	const address = '192.168.1.100';
	const client = (flows: number) => ({ address, paths: totals(flows, flows, 0) });

	it('are the growth of their sums', () => {
		const rates = new ClientRates();
		rates.note([client(1)], 1000, 0);
		expect(rates.of(address, 'bytes')).toBeNull();
		rates.note([client(2)], 3000, 0);
		expect(rates.of(address, 'bytes')).toBe(1000);
		expect(rates.of(address, 'packets')).toBe(10);
	});

	it('are unknown when more ended than came, and after everything else was asked', () => {
		const rates = new ClientRates();
		rates.note([client(2)], 1000, 0);
		rates.note([client(1)], 3000, 0);
		expect(rates.of(address, 'bytes')).toBeNull();
		rates.note([client(3)], 5000, 0);
		rates.clear();
		expect(rates.of(address, 'bytes')).toBeNull();
	});

	it('begin anew when nobody looked for long, and when the router did', () => {
		const rates = new ClientRates();
		for (const [flows, at] of [
			[1, 500_000],
			[2, 900_000],
			[3, 1000]
		] as const) {
			rates.note([client(flows)], at, 0);
			expect(rates.of(address, 'bytes')).toBeNull();
		}
		rates.note([client(4)], 3000, 0);
		expect(rates.of(address, 'bytes')).toBe(1000);
		rates.note([], 200_000, 0);
		expect(rates.of(address, 'bytes')).toBeNull();
	});
});
