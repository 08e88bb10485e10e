// SPDX-License-Identifier: Apache-2.0
// @vitest-environment happy-dom
/** What the charts say of what they cannot see (charts-zero-while-offloaded). */
import { h, render } from 'preact';
import { expect, it } from 'vitest';
import { Charts } from '../../../web/src/flows/Charts.tsx';
import type { FlowsSample, LoadSample, Throughput } from '../../../web/src/flows/history.ts';
import { totals } from './flows.ts';

const NOTES = {
	no: 'Without what is offloaded',
	depends: 'depends on their driver',
	still: 'stand still',
	nothing: 'Nothing counts what the hardware forwards'
};

/** The text of the WAN's chart. */
function chart(counted: Partial<Throughput>, connections: Partial<FlowsSample>): string {
	const wan: Throughput = { received: 0, sent: 0, offloaded: 'yes', ...counted };
	const load: LoadSample[] = [{ at: 5000, wan, lan: null, busy: 0, softirq: 0 }];
	const flows: FlowsSample[] = [{ at: 5000, totals: totals(1, 0, 5), hardware: null, ...connections }];
	render(h(Charts, { key: Math.random(), flows, load, reloads: [] }), document.body);
	return (
		[...document.querySelectorAll('figure')].find((each) => each.textContent.startsWith('WAN'))
			?.textContent ?? ''
	);
}

it.each<[string, Partial<Throughput>, Partial<FlowsSample>, keyof typeof NOTES | null]>([
	['all is counted', {}, {}, null],
	['devices leave out what is offloaded', { offloaded: 'no' }, {}, 'no'],
	['nothing is offloaded that could be left out', { offloaded: 'no' }, { totals: totals(5, 0, 0) }, null],
	['connections in hardware move', { offloaded: 'unknown' }, { hardware: 1e6 }, 'depends'],
	[
		'they stand still, and the devices move',
		{ offloaded: 'unknown', received: 1e6 },
		{ hardware: 0 },
		'still'
	],
	['neither moves', { offloaded: 'unknown' }, { hardware: 0 }, 'nothing'],
	['none is in hardware', { offloaded: 'unknown' }, { totals: totals(1, 5, 0) }, null]
])('%s', (_name, counted, connections, note) => {
	const text = chart(counted, connections);
	expect(text).toContain('Received');
	for (const [each, words] of Object.entries(NOTES))
		if (each === note) expect(text).toContain(words);
		else expect(text).not.toContain(words);
});

it('draws what connections in hardware count where nobody knows whether the devices do', () => {
	expect(chart({ offloaded: 'unknown' }, { hardware: 1e6 })).toContain(
		'In hardware, by connections 1.00 MB/s'
	);
	expect(chart({ offloaded: 'yes' }, { hardware: 1e6 })).not.toContain('In hardware');
});
