// SPDX-License-Identifier: Apache-2.0
/** Why connections of the list are on the CPU, asked for one at a time. */
import { beforeEach, expect, it } from 'vitest';
import type { FlowExplanation, FlowReason } from '../../../rpcd/api/index.ts';
import { Rest } from '../../../web/src/lib/rest.ts';
import { UbusError, type UbusClient } from '../../../web/src/lib/ubus/index.ts';
import { Explanations } from '../../../web/src/why/explanations.ts';
import { toRows } from '../../../web/src/flows/rows.ts';
import { flow, tuple } from '../flows/flows.ts';

const SECOND = 1000;

let now: number;
let asked: string[];
let answer: () => Promise<FlowExplanation>;
let explanations: Explanations;

const explained = (reasons: FlowReason[], took_us: number): FlowExplanation => ({
	flow: flow(),
	comes_by: null,
	goes_by: null,
	reasons,
	checked: ['table'],
	took_us
});

beforeEach(() => {
	now = 0;
	asked = [];
	answer = () => Promise.resolve(explained([{ code: 'bridged', device: 'br-lan' }], 100_000));
	const router = {
		call: (_object: string, _method: string, args: { source: string }) => {
			asked.push(args.source);
			return answer();
		}
	} as Pick<UbusClient, 'call'>;
	const clock = { now: () => now, sleep: () => Promise.resolve() };
	explanations = new Explanations(router, new Rest(clock), clock, () => undefined);
});

const rowsOf = (...sources: string[]) =>
	toRows(sources.map((source) => flow({ original: tuple({ source }) })));

/** Ticks each second, for so many. */
async function watch(seconds: number, rows: ReturnType<typeof rowsOf>): Promise<void> {
	for (const end = now + seconds * SECOND; now < end; now += SECOND) await explanations.askForOne(rows);
}

it('are asked for from the first on, and the router rests between them', async () => {
	const rows = rowsOf('192.168.1.2', '192.168.1.3');
	await watch(1, rows);
	expect(asked).toEqual(['192.168.1.2']);
	expect(explanations.told.get(rows[0]?.key ?? '')).toBe('bridged by br-lan');
	// An answer of 0.1 s is paid with two of rest.
	await watch(1, rows);
	expect(asked).toHaveLength(1);
	await watch(1, rows);
	expect(asked).toEqual(['192.168.1.2', '192.168.1.3']);
});

it('are asked for again after five minutes, behind those that nobody has asked for', async () => {
	const rows = rowsOf('192.168.1.2');
	await watch(300, rows);
	expect(asked).toHaveLength(1);
	now += SECOND;
	await watch(3, [...rows, ...rowsOf('192.168.1.3')]);
	expect(asked).toEqual(['192.168.1.2', '192.168.1.3', '192.168.1.2']);
});

it('are forgotten once the list has them no more: what comes back is asked for anew', async () => {
	const rows = rowsOf('192.168.1.2');
	await watch(2, rows);
	await watch(2, []);
	expect(explanations.told.size).toBe(0);
	await watch(1, rows);
	expect(asked).toEqual(['192.168.1.2', '192.168.1.2']);
});

it('leave a row as it was where the router fails, and cost it no more than its share', async () => {
	answer = () => {
		now += 3 * SECOND;
		return Promise.reject(new UbusError({ kind: 'unanswered' }, 'luci.nft-offload.explain_flow'));
	};
	const rows = rowsOf('192.168.1.2', '192.168.1.3');
	await watch(30, rows);
	expect(explanations.told.size).toBe(0);
	expect(asked).toEqual(['192.168.1.2']);
});

it('say so where the router does not know', async () => {
	answer = () => Promise.resolve(explained([], 1000));
	const rows = rowsOf('192.168.1.2');
	await watch(1, rows);
	expect(explanations.told.get(rows[0]?.key ?? '')).toBe('unknown why');
});

it.each<FlowReason>([
	{ code: 'few_packets', packets: 2 },
	{ code: 'idle', seconds: 40 },
	{ code: 'timed_out', seconds: 30 }
])('are forgotten with the next packet where they are only for now: $code', async (reason) => {
	const at = (packets: number) => toRows([flow({ original: tuple({ source: '192.168.1.2', packets }) })]);
	answer = () => Promise.resolve(explained([reason], 1000));
	await watch(60, at(2));
	expect(asked).toHaveLength(1);
	expect(explanations.told.size).toBe(1);
	answer = () => Promise.resolve(explained([{ code: 'ipsec' }], 1000));
	await watch(1, at(3000));
	expect([...explanations.told.values()]).toEqual(['IPsec']);
	await watch(60, at(6000));
	expect(asked).toHaveLength(2);
});
