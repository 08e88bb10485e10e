// SPDX-License-Identifier: Apache-2.0
/** get_flows on tables made by chance: it must add up what a plain reader adds up, and keep the largest. */
import { describe, expect, test } from 'vitest';
import type { Flow, FlowSort, Path, Total } from '../../../rpcd/api/index.ts';
import { toRows } from '../../../web/src/flows/rows.ts';
import { chance, count, countFound, garbage, line } from './table.ts';
import { allTiers, type Tier } from '../tiers.ts';

type Totals = Record<Path, Total>;

interface Flows {
	totals: Totals;
	breakdown?: { family: Record<string, Totals>; protocol: Record<string, Totals> };
	matched: { flows: number };
	flows: Flow[];
	clients?: object[];
	client_count?: number;
	skipped: number;
}

const tiers = allTiers();

async function flows(tier: Tier, table: string, input: object): Promise<Flows> {
	const files = { '/proc/net/nf_conntrack': Buffer.from(table, 'latin1') };
	const { answer } = await tier.run({ name: '', files, method: 'get_flows', input, expected: {} });
	return answer as Flows;
}

function added(parts: readonly Totals[]): Totals {
	const over = (path: Path): Total => ({
		flows: parts.reduce((sum, part) => sum + part[path].flows, 0),
		bytes: parts.reduce((sum, part) => sum + part[path].bytes, 0),
		packets: parts.reduce((sum, part) => sum + part[path].packets, 0)
	});
	return { cpu: over('cpu'), software: over('software'), hardware: over('hardware') };
}

/** `broken` and `counted` are shares of the lines. */
function table(seed: number, lines: number, broken: number, counted: number): string {
	const next = chance(seed);
	return Array.from(
		{ length: lines },
		() => `${next() < broken ? garbage(next) : line(next, next() < counted)}\n`
	).join('');
}

const TABLES = [
	['regular', table(1, 1500, 0, 1)],
	['with some garbage', table(2, 1500, 0.01, 1)],
	['with much garbage', table(3, 1000, 0.5, 1)],
	['without counters', table(4, 1500, 0, 0)],
	['without counters, with some garbage', table(8, 1500, 0.01, 0)],
	['with counters in some lines, as after accounting was switched', table(9, 1500, 0, 0.6)],
	['with counters in some lines, and some garbage', table(10, 1500, 0.01, 0.4)],
	['garbage alone', table(5, 300, 1, 1)],
	['with few sizes', table(6, 1500, 0, 1).replaceAll(/(?<=(packets|bytes)=[0-9])[0-9]+/g, '')],
	['with one size', table(7, 600, 0, 1).replaceAll(/(?<=(packets|bytes)=)[0-9]+/g, '1')]
] as const;

/** A row's figure, by what rows can be sorted by. */
const FIGURES: Record<FlowSort, (row: Flows['flows'][number]) => number> = {
	bytes: ({ original, reply }) => (original.bytes ?? 0) + (reply.bytes ?? 0),
	packets: ({ original, reply }) => (original.packets ?? 0) + (reply.packets ?? 0),
	original_bytes: ({ original }) => original.bytes ?? 0,
	reply_bytes: ({ reply }) => reply.bytes ?? 0,
	original_packets: ({ original }) => original.packets ?? 0,
	reply_packets: ({ reply }) => reply.packets ?? 0
};
const SORTS = Object.keys(FIGURES) as FlowSort[];

const keys = (rows: readonly Flow[]): string[] => toRows(rows).map(({ key }) => key);

describe.each(tiers)('in $name', (tier) => {
	describe.each(TABLES)('%s', (_name, text) => {
		const counted = count(text);

		test('the totals are those of a plain reader', async () => {
			const { totals, skipped, matched } = await flows(tier, text, { limit: 0 });
			expect(totals).toEqual(counted.totals);
			expect(skipped).toBe(counted.skipped);
			expect(matched.flows).toBe(counted.sizes.bytes.length);
		});

		test('every page has the largest that are left', async () => {
			for (const offset of [0, 7, 200]) {
				const page = await flows(tier, text, { limit: 50, offset });
				expect(page.flows.map(FIGURES.bytes)).toEqual(counted.sizes.bytes.slice(offset, offset + 50));
			}
		});

		test('pages begin where others end', async () => {
			const pages: Flow[] = [];
			for (let offset = 0; offset < 200; offset += 25)
				pages.push(...(await flows(tier, text, { limit: 25, offset })).flows);
			const { flows: whole } = await flows(tier, text, { limit: 200 });
			expect(keys(pages)).toEqual(keys(whole));
		});

		test.each(SORTS)('the rows by %s are the largest', async (sort) => {
			const page = await flows(tier, text, { limit: 100, sort });
			expect(page.flows.map(FIGURES[sort])).toEqual(counted.sizes[sort].slice(0, 100));
		});

		test('paths divide the table', async () => {
			for (const path of ['cpu', 'software', 'hardware'] as const) {
				const { matched } = await flows(tier, text, { limit: 0, path });
				expect(matched).toEqual(counted.totals[path]);
			}
		});

		test('families divide the table', async () => {
			const four = await flows(tier, text, { limit: 0, family: 'ipv4' });
			const six = await flows(tier, text, { limit: 0, family: 'ipv6' });
			expect(four.matched.flows + six.matched.flows).toBe(counted.sizes.bytes.length);
			expect(four.totals).toEqual(counted.totals);
		});

		test.each(['443', '10.1.0.', '1', '2001:db8::', 'db8', '0db8', '8::', ':0', 'time_w', 'nowhere'])(
			'a search for %s finds what a plain reader finds',
			async (search) => {
				const { matched, totals } = await flows(tier, text, { limit: 0, search });
				expect(matched.flows).toBe(countFound(text, search));
				expect(totals).toEqual(counted.totals);
			}
		);

		test('the breakdown divides the table', async () => {
			const { breakdown, totals } = await flows(tier, text, { limit: 0, breakdown: true });
			expect(breakdown).toBeDefined();
			for (const parts of [breakdown?.family, breakdown?.protocol])
				expect(added(Object.values(parts ?? {}))).toEqual(totals);
		});
	});

	test.each([
		['all', {}, 'packets=1 bytes=72 '],
		['found by a search', { search: '9' }, 'packets=1 bytes=72 '],
		['all, without counters', {}, ''],
		['found by a search, without counters', { search: '9' }, '']
	])(
		'equal connections (%s) keep their places from page to page, and while timeouts run down',
		async (_name, narrowed, counters) => {
			const at = (seconds: number): string =>
				Array.from({ length: 900 }, (_, i) => equal(i, 100 + ((i * 7) % 90) - seconds, counters)).join('');
			const shown: string[] = [];
			for (let offset = 0; offset < 500; offset += 50)
				shown.push(...keys((await flows(tier, at(offset / 50), { limit: 50, offset, ...narrowed })).flows));
			expect(new Set(shown).size).toBe(shown.length);
			expect(shown.length).toBeGreaterThan(200);
		}
	);

	test.each([1023, 1024, 1025, 1500])(
		'%i clients are counted as far as they are told apart',
		async (clients) => {
			const text = Array.from({ length: clients }, (_, i) =>
				equal(i, 60, 'packets=1 bytes=72 ').repeat(2)
			).join('');
			const page = (offset: number): Promise<Flows> =>
				flows(tier, text, { group: 'client', limit: 100, offset });
			expect((await page(1000)).client_count).toBe(Math.min(clients, 1025));
			expect((await page(1000)).clients).toHaveLength(Math.min(clients, 1024) - 1000);
			expect((await page(1024)).clients).toEqual([]);
		}
	);
});

/** One of many questions to a name server, from a client of its own. */
function equal(i: number, seconds: number, counters: string): string {
	const client = `10.0.${Math.floor(i / 250).toString()}.${(i % 250).toString()}`;
	return (
		`ipv4     2 udp      17 ${seconds.toString()} src=${client} dst=192.0.2.1 sport=9 dport=53 ${counters}` +
		`src=192.0.2.1 dst=${client} sport=53 dport=9 ${counters}mark=0 zone=0 use=2\n`
	);
}
