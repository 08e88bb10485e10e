// SPDX-License-Identifier: Apache-2.0
/** What is asked, and what is made of the answers, one after the other. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Flows } from '../../../rpcd/api/index.ts';
import { foundIn, foundText } from '../../../web/src/flows/found.ts';
import { formatCount } from '../../../web/src/ui/format.ts';
import { FlowsState } from '../../../web/src/flows/state.ts';
import { LIMITS, type Query } from '../../../web/src/flows/query.ts';
import { Rest } from '../../../web/src/lib/rest.ts';
import { UbusClient } from '../../../web/src/lib/ubus/index.ts';
import { FakeRouter, ok } from '../lib/ubus/router.ts';
import { totals } from './flows.ts';

const address = '192.168.1.100';

beforeEach(() => {
	vi.stubGlobal('location', { hash: '', pathname: '/', search: '' });
	vi.stubGlobal('history', { state: null, replaceState: () => undefined });
});
afterEach(() => {
	vi.unstubAllGlobals();
});

/** What the rates of a client are after two answers to a question, in the second of which it has sent more. */
async function rateOf(query: Partial<Query>): Promise<number | null> {
	let now = 0;
	const router = new FakeRouter(() => {
		const flows: Flows = {
			totals: totals(1, 0, 0),
			matched: totals(1, 0, 0).cpu,
			flows: [],
			clients: [{ address, paths: totals(now / 1000, 0, 0) }],
			client_count: 1,
			at_ms: now,
			skipped: 0,
			source: 'procfs',
			took_us: 1
		};
		return ok(flows);
	});
	const client = new UbusClient({ url: '/', session: 'session', fetch: router.fetch });
	const clock = { now: () => now, sleep: () => Promise.resolve() };
	const options = { interval: 5000, rest: new Rest(clock), clock, changed: () => undefined };
	const flows = new FlowsState(client, () => null, options);
	flows.ask({ view: 'clients', ...query });
	await vi.waitUntil(() => flows.answered);
	now = 10_000;
	await flows.look();
	return flows.clientRates.of(address, 'bytes');
}

it.each([{}, { family: 'ipv4' }, { protocol: 'tcp' }, { client: address }] as const)(
	'the sums of clients make a rate where a connection stays in them: %j',
	async (query) => {
		expect(await rateOf(query)).toBe(1000);
	}
);

it.each([{ path: 'software' }, { search: 'time_w' }] as const)(
	'the sums of clients make no rate where a connection comes in with its past: %j',
	async (query) => {
		expect(await rateOf(query)).toBeNull();
	}
);

it.each([
	[1024, formatCount(1024)],
	[1025, `> ${formatCount(1024)}`]
])('of %i clients %s are said to be there, and no page is empty', (client_count, text) => {
	const answer = { matched: totals(5000, 0, 0).cpu, client_count };
	expect(foundText(answer)).toBe(text);
	for (const limit of LIMITS)
		for (let offset = 0; offset === 0 || offset < foundIn(answer); offset += limit)
			expect(offset).toBeLessThan(1024);
});
