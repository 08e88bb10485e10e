// SPDX-License-Identifier: Apache-2.0
// @vitest-environment happy-dom
/** The picture: what stands in it, that nothing covers anything else, and that the table says the same. */
import { h, render } from 'preact';
import { describe, expect, it } from 'vitest';
import type { Chain, Path } from '../../../rpcd/api/index.ts';
import type { Passed } from '../../../web/src/lib/load.ts';
import { ChainTable } from '../../../web/src/why/ChainTable.tsx';
import { endsOf, nameOf, placeText, whyText } from '../../../web/src/why/ends.ts';
import { layOutLying, layOutUpright, type Box, type Layout } from '../../../web/src/why/layout.ts';
import { Picture } from '../../../web/src/why/Picture.tsx';
import { LAN, link, WAN } from './chains.ts';

const PASSED: Passed = {
	devices: new Map([
		['lan1', { side: 'lan', received: 125_000, sent: 1_125_000, offloaded: 'yes' }],
		['wan', { side: 'wan', received: 0, sent: 0, offloaded: 'yes' }]
	]),
	busy: 0.18,
	softirq: 0.1
};

const BOTH = endsOf([LAN, WAN], PASSED);

describe('the ends', () => {
	it('are where packets enter, those without a carrier as one', () => {
		expect(BOTH.map((end) => [nameOf(end), end.up, end.path, end.rate])).toEqual([
			['lan1', true, 'software', 1_250_000],
			['lan3', true, 'software', null],
			['lan2, lan4', false, 'software', null],
			['wan', true, 'cpu', 0]
		]);
	});

	it('are what nothing lies below, where nobody knows by which device packets enter', () => {
		const [end] = endsOf([{ ...WAN, links: [link('wwan0', null, { kind: 'modem' })] }], null);
		expect(end && [nameOf(end), end.path, whyText(end, 'software')]).toEqual(['wwan0', null, 'unknown']);
	});

	it('know what lies between them and the layer 3 device', () => {
		expect(BOTH.map(placeText)).toEqual([...Array<string>(3).fill('lan · bridge'), 'wan · PPP over wan.7']);
	});
});

const boxes = ({ ends, heads, router }: Layout): Box[] => [...ends, ...heads, router];

/** A router with so many networks of so many ports each. */
const many = (networks: number, ports: number): Chain[] =>
	Array.from({ length: networks }, (_, n) => ({
		...LAN,
		zone: `zone${n}`,
		links: [
			link(`br-${n}`, null),
			...Array.from({ length: ports }, (_port, p) =>
				link(`p${n}-${p}`, `br-${n}`, { enters: { path: p === 0 ? 'cpu' : 'software' } })
			)
		]
	}));

describe.each([
	['lying', layOutLying],
	['upright', layOutUpright]
])('the layout, %s', (_name, layOut) => {
	it.each([
		['of one network', [LAN, WAN]],
		['of nothing', []],
		['of twelve networks with forty devices', [...many(12, 3), WAN]]
	])('%s: no box covers another, all are inside', (_case, chains) => {
		const layout = layOut(endsOf(chains, null), true);
		const all = boxes(layout);
		for (const [index, a] of all.entries()) {
			expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= layout.width && a.y + a.height <= layout.height).toBe(
				true
			);
			for (const b of all.slice(index + 1))
				expect(
					a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
				).toBe(true);
		}
	});

	it('leaves out what there is no room for, but never an end on the CPU for one that is not', () => {
		const layout = layOut(endsOf([...many(6, 5), WAN], null), false);
		expect(layout.left).toBe(24);
		expect(layout.ends.filter(({ end }) => end.side === 'lan').map(({ end }) => end.path)).toEqual(
			Array<Path>(6).fill('cpu')
		);
	});
});

it('draws a wire as wide as what passes, and never wider than its place', () => {
	render(
		h(Picture, {
			ends: BOTH,
			mode: 'software',
			fastPath: 'software',
			policy: false,
			rates: { cpu: 1000, kept: 0, software: 1_250_000, hardware: 0 },
			busy: 0.18
		}),
		document.body
	);
	const widths = [...document.querySelectorAll('.nfo-lying .nfo-wire')].map((each) =>
		Number(each.getAttribute('stroke-width'))
	);
	expect(Math.max(...widths)).toBe(12);
	expect(Math.min(...widths)).toBeGreaterThan(0);
	expect(document.body.textContent).toContain('10.0 Mbit/s');
	expect(document.body.textContent).toContain('CPU, 18 % busy');
	const label = document.querySelector('[role=img]')?.getAttribute('aria-label');
	expect(label).toBe(
		'LAN: lan1 (flowtable), lan3 (flowtable), lan2, lan4 (no link). WAN: wan (CPU: not covered).'
	);
});

it('has a lane of its own for what the policy keeps on the CPU', () => {
	render(null, document.body);
	const draw = (policy: boolean) => {
		const rates = { cpu: 1000, kept: 2_500_000, software: 1_250_000, hardware: 0 };
		render(
			h(Picture, { ends: BOTH, mode: 'software', fastPath: 'software', policy, rates, busy: 0.18 }),
			document.body
		);
		return [...document.querySelectorAll('.nfo-lying .nfo-lane')].map(({ textContent }) => textContent);
	};
	expect(draw(false)).toEqual(['Fast path', 'CPU, 18 % busy']);
	expect(draw(true)).toEqual(['Fast path', 'CPU, 18 % busy', 'CPU, by choice']);
	expect(document.querySelectorAll('.nfo-upright .nfo-wire-kept')).toHaveLength(1);
	expect(document.body.textContent).toContain('20.0 Mbit/s');
	const label = document.querySelector('[role=img]')?.getAttribute('aria-label');
	expect(label).toMatch(/On the CPU by choice: 20.0 Mbit\/s\.$/);
});

it('says in a table the same, device by device (coverage)', () => {
	render(null, document.body);
	render(h(ChainTable, { ends: BOTH, mode: 'software' }), document.body);
	const rows = [...document.querySelectorAll('tbody tr')].map(({ children }) =>
		[...children].map(({ textContent }) => textContent)
	);
	expect(rows).toEqual([
		['lan1', 'switch port', 'br-lan', 'lan (LAN)', 'flowtable', 'br-lan', '10.0 Mbit/s'],
		['lan3', 'switch port', 'br-lan', 'lan (LAN)', 'flowtable', 'br-lan', '–'],
		['lan2', 'switch port', 'br-lan', 'lan (LAN)', 'no link', 'br-lan', '–'],
		['lan4', 'switch port', 'br-lan', 'lan (LAN)', 'no link', 'br-lan', '–'],
		['wan', 'switch port', 'pppoe-wan › wan.7', 'wan (WAN)', 'CPU: not covered', 'wan.7', '0 bit/s']
	]);
});
