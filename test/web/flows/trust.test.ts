// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import type { Status } from '../../../rpcd/api/index.ts';
import { countingOf, distrust, doubt } from '../../../web/src/flows/trust.ts';
import { status } from '../status.ts';
import { counted } from './flows.ts';

const set = (effective: Partial<Status['effective']>): Status =>
	status({ effective: { ...status().effective, ...effective } });
const foreign_uncounted = ['inet other/ft'];
const inSoftware = counted('software', 1000, 1000);

it.each<[string, Status, string | null]>([
	['firewall4’s flowtable counts', status(), null],
	['it was made without counter', set({ counter: false }), 'flowtable'],
	['offloading is off, and what is still marked runs out', set({ mode: 'off', counter: false }), null],
	['a foreign flowtable does not count', set({ foreign_uncounted }), 'flowtable'],
	[
		'offloading is off, and a foreign flowtable does not count (foreign-flowtable-offloads)',
		set({ mode: 'off', counter: false, foreign_uncounted }),
		'flowtable'
	]
])('what is offloaded is trusted as far as it is counted: %s', (_name, router, reason) => {
	expect(distrust(inSoftware, inSoftware.original, countingOf(router))).toBe(reason);
	expect(doubt(countingOf(router))).toBe(reason);
	const byCpu = counted('cpu', 1000, 1000);
	expect(distrust(byCpu, byCpu.original, countingOf(router))).toBeNull();
});

it('sums are doubted where counters of hardware stand still', () => {
	expect(doubt(countingOf(status({ seen: { ...status().seen, uncounted: 3 } })))).toBe('hardware');
});
