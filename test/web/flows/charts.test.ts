// SPDX-License-Identifier: Apache-2.0
// @vitest-environment happy-dom
/** What the charts say of what they cannot see (charts-zero-while-offloaded). */
import { h, render } from 'preact';
import { expect, it } from 'vitest';
import { Charts } from '../../../web/src/flows/Charts.tsx';
import type { FlowsSample, LoadSample, Throughput } from '../../../web/src/flows/history.ts';

const NOTES = {
	devices: 'what passes is what the devices count',
	no: 'Without what is offloaded',
	still: 'stand still',
	nothing: 'Nothing counts what the hardware forwards',
	unknown: 'Not all connections are counted.'
};

/** The text of the chart of the paths. */
function chart(counted: Partial<Throughput> | null, connections: Partial<FlowsSample>): string {
	const wan: Throughput | null = counted && { received: 0, sent: 0, offloaded: 'yes', ...counted };
	const load: LoadSample[] = [{ at: 5000, wan, busy: 0, softirq: 0 }];
	const rates = { cpu: 1000, kept: 0, software: 0, hardware: 0 };
	const flows: FlowsSample[] = [{ at: 5000, rates, uncounted: true, ...connections }];
	render(h(Charts, { key: Math.random(), flows, load, reloads: [] }), document.body);
	return document.querySelector('figure')?.textContent ?? '';
}

it.each<[string, Partial<Throughput> | null, Partial<FlowsSample>, keyof typeof NOTES | null]>([
	['all is counted', {}, { uncounted: false }, null],
	['connections are not counted, and devices are', {}, {}, 'devices'],
	['devices leave out what is offloaded', { offloaded: 'no' }, {}, 'no'],
	['nothing is offloaded that could be left out', { offloaded: 'no' }, { uncounted: false }, null],
	['connections stand still, and the devices move', { offloaded: 'unknown', received: 1e6 }, {}, 'still'],
	['neither moves', { offloaded: 'unknown' }, {}, 'nothing'],
	['nobody knows of the devices', null, {}, 'unknown']
])('%s', (_name, counted, connections, note) => {
	const text = chart(counted, connections);
	expect(text).toContain('Throughput by path');
	for (const [each, words] of Object.entries(NOTES))
		if (each === note) expect(text).toContain(words);
		else expect(text).not.toContain(words);
});

it('draws what the devices count where not all connections are counted', () => {
	expect(chart({ received: 125_000, sent: 125_000 }, {})).toContain('WAN devices, both ways 2.00 Mbit/s');
	expect(chart({ received: 125_000 }, { uncounted: false })).not.toContain('WAN devices');
});

it('stacks the paths, so that the top is all that passes', () => {
	const at = (time: number, cpu: number, software: number): FlowsSample => ({
		at: time,
		rates: { cpu: cpu / 2, kept: cpu / 2, software, hardware: 0 },
		uncounted: false
	});
	const flows = [at(0, 0, 125_000), at(60_000, 62_500, 62_500)];
	render(h(Charts, { key: Math.random(), flows, load: [], reloads: [] }), document.body);
	const [, software, cpu] = document.querySelectorAll('.nfo-plot .nfo-line');
	// 1 Mbit/s is the top; time goes from the left, two minutes wide.
	expect(software?.getAttribute('d')).toBe('M150.0 0.0L300.0 40.0');
	expect(cpu?.getAttribute('d')).toBe('M150.0 0.0L300.0 0.0');
});
