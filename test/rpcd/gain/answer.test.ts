// SPDX-License-Identifier: Apache-2.0
/** What a phase is made of and what two phases say of each other, by a table, in Node and on each real ucode at hand. */
import { describe, expect, test } from 'vitest';
import type { Phase } from '../../../rpcd/api/index.ts';
import type { Exchange, Files } from '../case.ts';
import { allTiers, type Tier } from '../tiers.ts';

const MBIT = 1_000_000;

const core = (busy: number) => ({ busy, softirq: busy });
const passing = (mbit: number, busy: number, inside = mbit) => ({
	received: mbit * MBIT,
	sent: 0,
	packets: mbit * 100,
	inside: inside * MBIT,
	busy,
	programs: 0,
	cores: [core(busy), core(busy)]
});

/** A phase beyond doubt: 200 Mbit/s at 40 % of the CPU, 20 % for 100 Mbit/s. */
const phase = (more: Partial<Phase> = {}): Phase => ({
	...passing(200, 4000),
	mode: 'off',
	lasted: 20_000,
	clock: 1_400_000,
	counted_by: 'devices',
	software: 0,
	hardware: 0,
	local: 0,
	unseen: 0,
	cut_off: 0,
	cost: 2000,
	latency: null,
	...more
});
const software = (more: Partial<Phase> = {}): Phase =>
	phase({ mode: 'software', software: 9900, busy: 1000, cores: [core(1000)], cost: 500, ...more });

/** Runs calls of a module in the plugin's place. */
async function outcomes(
	tier: Tier,
	module: string,
	call: string,
	inputs: readonly unknown[][],
	{ bus = [], clocks = {} }: { bus?: readonly Exchange[]; clocks?: Files } = {}
): Promise<unknown[]> {
	const plugin = `#!/usr/bin/ucode
'use strict';
import { ${call} } from 'nft_offload.gain.${module}';
import { open } from 'fs';
const inputs = json(open('/inputs.json', 'r').read(16777216));
print(sprintf('%J', map(inputs, (each) => ${call}(each[0], each[1], each[2], each[3]))));
`;
	const files = {
		'/usr/libexec/rpcd/luci.nft-offload': plugin,
		'/inputs.json': JSON.stringify(inputs),
		'/var/run/.keep': '',
		...clocks
	};
	return (await tier.run({ name: '', files, method: '', bus, expected: {} })).answer as unknown[];
}

const ALONE: readonly [string, Phase, unknown][] = [
	['by the CPU', phase(), null],
	['in software', software(), null],
	['in hardware', phase({ mode: 'hardware', hardware: 9900 }), null],
	[
		'in hardware, counted by connections of which each ended soon',
		phase({ mode: 'hardware', hardware: 9900, counted_by: 'connections', cut_off: 6000 }),
		{ cause: 'cut_off' }
	],
	['the same, and the devices count', phase({ mode: 'hardware', hardware: 9900, cut_off: 6000 }), null],
	[
		'in hardware, of connections that were over before the engine was asked for their counters',
		phase({ ...passing(0, 9000), mode: 'hardware', hardware: 5600, cut_off: 5600 }),
		{ cause: 'cut_off' }
	],
	['2 Mbit/s', phase(passing(2, 100)), { cause: 'too_little', least: 10 * MBIT }],
	['a download from the router', phase({ ...passing(0, 3000, 80), local: 78 * MBIT }), { cause: 'local' }],
	['a download by the router', phase({ local: 190 * MBIT }), { cause: 'local' }],
	['a download between two ports', phase({ ...passing(1, 3000, 160), local: MBIT }), { cause: 'bridged' }],
	[
		'a download beside another one between two ports',
		phase({ ...passing(50, 3000, 450), local: MBIT }),
		{ cause: 'bridged' }
	],
	['a download beside a camera on another port', phase({ ...passing(50, 3000, 60) }), null],
	[
		'a download from one network to the next',
		phase({ ...passing(50, 3000, 100), counted_by: 'connections' }),
		null
	],
	['a download beside one that the router does', phase({ local: 20 * MBIT }), null],
	[
		'a page of LuCI alone',
		phase({ ...passing(0, 300, 1), local: MBIT }),
		{ cause: 'too_little', least: 10 * MBIT }
	],
	[
		'software that takes next to nothing',
		software({ software: 300 }),
		{ cause: 'not_offloaded', mode: 'software', flow: null, reasons: [] }
	],
	[
		'hardware that leaves all to software',
		phase({ mode: 'hardware', software: 9900 }),
		{ cause: 'not_offloaded', mode: 'hardware', flow: null, reasons: [] }
	],
	['pages and pages', software({ software: 0, unseen: 10_000 }), { cause: 'short_lived' }],
	['some pages beside a download', software({ unseen: 7000 }), null],
	['pages and pages by the CPU', phase({ unseen: 10_000 }), null],
	['software beside hardware', software({ software: 0, hardware: 9900 }), null]
];

const found = (limit: string, better: boolean) => ({ cause: null, limit, better });
const FULL = { cores: [core(200), core(9900)] };

const PAIRS: readonly [string, Phase, Phase, unknown][] = [
	['a quarter of the CPU, on a line that is slower', phase(), software(), found('other', true)],
	['the other way round', software(), phase(), found('other', false)],
	['five percent less are none', phase(), software({ cost: 1900 }), found('other', false)],
	[
		'a router at its limit goes five times as fast',
		phase(FULL),
		software({ received: 1000 * MBIT, packets: 100_000 }),
		found('router', true)
	],
	[
		'a router at its limit gets slower',
		phase(),
		software({ received: 150 * MBIT, packets: 15_000, ...FULL }),
		found('router', false)
	],
	[
		'five times as much of a line',
		phase(),
		software({ received: 1000 * MBIT, packets: 100_000 }),
		{ cause: 'phases_differ', by: 'amount' }
	],
	[
		'packets of a third',
		phase(),
		software({ packets: 60_000 }),
		{ cause: 'phases_differ', by: 'packet_size' }
	],
	[
		'packets that something else counts',
		phase(),
		software({ packets: 60_000, counted_by: 'connections' }),
		found('other', true)
	],
	[
		'a program in one of them alone',
		phase(),
		software({ busy: 5000, programs: 4000, cost: 2500 }),
		{ cause: 'phases_differ', by: 'programs' }
	],
	[
		'a processor that slows down where there is less to do',
		phase(),
		software({ clock: 800_000 }),
		{ cause: 'phases_differ', by: 'clock' }
	],
	['a clock that trembles', phase(), software({ clock: 1_350_000 }), found('other', true)],
	['a program in both', phase({ programs: 1000 }), software({ programs: 800 }), found('other', true)],
	[
		'a program in the first that makes all of what would be told',
		phase({ busy: 2400, programs: 480, cost: 2400 }),
		software({ busy: 2150, cost: 2150 }),
		{ cause: 'phases_differ', by: 'programs' }
	],
	[
		'and in the second',
		phase(),
		software({ busy: 2400, programs: 480, cost: 2400 }),
		{ cause: 'phases_differ', by: 'programs' }
	],
	[
		'a program that fills a core, which would make way for packets',
		phase({ ...FULL, busy: 8000, programs: 4000, cost: 4000 }),
		software({ ...FULL, busy: 7000, programs: 4000, cost: 3500 }),
		found('other', true)
	],
	['nothing to do', phase({ busy: 80 }), software({ busy: 20 }), { cause: 'idle' }]
];

const moved = (mbit: Partial<Record<'cpu' | 'software' | 'hardware' | 'local' | 'ended', number>>) => {
	const { cpu = 0, software: soft = 0, hardware = 0, local = 0, ended = 0 } = mbit;
	const forwarded = cpu + soft + hardware;
	return {
		received: forwarded * MBIT,
		sent: 0,
		packets: forwarded * 90,
		cpu: cpu * MBIT,
		software: soft * MBIT,
		hardware: hardware * MBIT,
		local: local * MBIT,
		ended: ended * MBIT
	};
};
const measured = (more: object) => ({
	mode: 'off',
	counter: true,
	lasted: 20_000,
	clock: 0,
	passing: passing(200, 4000),
	moved: moved({ cpu: 195 }),
	latency: 700,
	...more
});

const MEASURED: readonly [string, object, Partial<Phase>][] = [
	[
		'the devices count headers, too',
		measured({}),
		{ received: 200 * MBIT, cost: 2000, counted_by: 'devices', latency: 700 }
	],
	[
		'an engine forwards past the devices',
		measured({
			mode: 'hardware',
			passing: passing(2, 100),
			moved: moved({ hardware: 900, cpu: 1, ended: 90 })
		}),
		{ counted_by: 'connections', received: 901 * MBIT, cost: 11, hardware: 9988, cut_off: 998 }
	],
	[
		'a flowtable without a counter takes what no connection has',
		measured({ mode: 'software', counter: false, moved: moved({ cpu: 10 }) }),
		{ counted_by: 'devices', software: 9500, cost: 2000 }
	],
	[
		'connections that no look has seen',
		measured({ mode: 'software', moved: { ...moved({ software: 20 }), received: 80 * MBIT } }),
		{ software: 10_000, unseen: 7500 }
	],
	['nothing passed', measured({ passing: passing(0, 100), moved: moved({}) }), { cost: null, software: 0 }]
];

describe.each(allTiers())('in $name', (tier) => {
	test('a phase alone', async () => {
		const told = await outcomes(
			tier,
			'answer',
			'doubt_about',
			ALONE.map(([, one]) => [one])
		);
		for (const [at, [name, , expected]] of ALONE.entries()) expect(told[at], name).toEqual(expected);
	});

	test('two phases', async () => {
		const told = await outcomes(
			tier,
			'answer',
			'compare',
			PAIRS.map(([, before, after]) => [before, after])
		);
		for (const [at, [name, , , expected]] of PAIRS.entries()) expect(told[at], name).toEqual(expected);
	});

	test('what was measured', async () => {
		const told = await outcomes(
			tier,
			'phase',
			'phase_of',
			MEASURED.map(([, one]) => [one])
		);
		for (const [at, [name, , expected]] of MEASURED.entries()) expect(told[at], name).toMatchObject(expected);
	});

	test('the clocks that the kernel sets', async () => {
		const folder = '/sys/devices/system/cpu/cpufreq';
		// As cpufreq has them of a processor with two clusters; the drivers' own folder has none.
		const clocks = {
			[`${folder}/policy0/scaling_cur_freq`]: '384000\n',
			[`${folder}/policy2/scaling_cur_freq`]: '1400000\n',
			[`${folder}/ondemand/up_threshold`]: '95\n'
		};
		expect(await outcomes(tier, 'reading', 'read_clock', [[]], { clocks })).toEqual([1_784_000]);
		expect(await outcomes(tier, 'reading', 'read_clock', [[]])).toEqual([0]);
	});

	test('the kernel’s threads, of which some forward packets', async () => {
		const process = (pid: number, name: string, parent: number, ticks: number): Files => ({
			[`/proc/${pid}/comm`]: `${name}\n`,
			[`/proc/${pid}/stat`]: `${pid} (${name}) S ${parent} 0 0 0 -1 69238880 0 0 0 0 5 ${ticks} 3 2 20 0 1 0 30 0 0\n`
		});
		const clocks = {
			...process(14, 'ksoftirqd/0', 2, 900),
			...process(431, 'napi/eth0-257', 2, 77),
			...process(602, 'rpcd', 1, 50)
		};
		expect(await outcomes(tier, 'reading', 'kernel_threads', [[]], { clocks })).toEqual([{ '431': 77 }]);
	});

	test('rpcd, whose time is taken off', async () => {
		const list = (data: object): Exchange => ({
			object: 'service',
			method: 'list',
			arguments: { name: 'rpcd' },
			reply: { status: 0, data }
		});
		// As procd answers on 25.12.2.
		const answers = [
			list({ rpcd: { instances: { instance1: { running: true, pid: 602, term_timeout: 5 } } } }),
			list({ rpcd: { instances: { instance1: { running: false } } } }),
			list({})
		];
		const told = await outcomes(tier, 'reading', 'page_server', [[], [], []], { bus: answers });
		expect(told).toEqual(['602', null, null]);
	});

	test('what passed between two readings', async () => {
		const reading = (second: number, idle: number, bytes: number, ours: number) => ({
			at_us: second * 1_000_000,
			cores: {
				cpu0: { idle, stolen: 0, softirq: 0, others: 3 * ours },
				cpu1: { idle: second * 60, stolen: second * 40, softirq: 0, others: 0 }
			},
			devices: { wan: { rx_bytes: bytes, rx_packets: second, tx_bytes: 0, tx_packets: 0 } },
			ours: { '1': ours, '2': second === 20 ? 100 : 0 }
		});
		const ways = { uplinks: ['wan', 'gone'], inside: [] };
		const [told, restarted] = await outcomes(tier, 'reading', 'passing_between', [
			[reading(10, 500, 0, 0), reading(20, 900, 125_000_000, 100), ways, 40],
			[reading(10, 500, 900, 0), reading(11, 600, 100, 0), ways]
		]);
		// Core 0 rested 400 of 1000 ticks, core 1 all that was its own; of the 600 ours are 200; of 300 of programs 100, the threads' 40.
		expect(told).toEqual({
			received: 100 * MBIT,
			sent: 0,
			packets: 1,
			inside: 0,
			busy: 2000,
			programs: 300,
			cores: [
				{ busy: 6000, softirq: 0 },
				{ busy: 0, softirq: 0 }
			]
		});
		expect(restarted).toMatchObject({ received: 0 });
	});
});
