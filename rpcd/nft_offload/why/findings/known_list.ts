// SPDX-License-Identifier: Apache-2.0
/** Combinations that are known not to work, as data. Each was reported on OpenWrt, and each condition is one that a router tells. */
import type { Mode } from '../../../api/index.ts';

interface Combination {
	/** Its name, which stays. */
	entry: string;
	/** Targets, or what they begin with: `mediatek/`. */
	targets: string[];
	/** The kernels that have it: from the first version on, and below the second, of the first on which it was reported mended. */
	kernels: [number[], number[]][];
	modes: Mode[];
	/** What else has to be so. */
	when: 'always' | 'l2tp' | 'ipv6' | 'wed' | 'wed_open' | 'wed_mt7916' | 'capture' | 'one_way';
	threads: string[];
}

const OPENWRT = 'https://github.com/openwrt/openwrt';
const MT76 = 'https://github.com/openwrt/mt76';

const COMBINATIONS: Combination[] = [
	{
		// A panic in nf_flow_offload_tuple of 5.10.103.
		entry: 'mt7622_panics',
		targets: ['mediatek/mt7622'],
		kernels: [
			[
				[5, 10, 0],
				[5, 11, 0]
			]
		],
		modes: ['hardware'],
		when: 'always',
		threads: [`${OPENWRT}/issues/9440`]
	},
	{
		// Wired ports stop sending or receiving, on 5.10.110.
		entry: 'mt7622_ports_stall',
		targets: ['mediatek/mt7622'],
		kernels: [
			[
				[5, 10, 0],
				[5, 11, 0]
			]
		],
		modes: ['software', 'hardware'],
		when: 'always',
		threads: [`${OPENWRT}/issues/9717`]
	},
	{
		// An oops in nf_flow_offload_ipv6_hook, on 5.15.60, half a year before 23.05's 5.15.96.
		entry: 'mt7621_ipv6_panics',
		targets: ['ramips/mt7621'],
		kernels: [
			[
				[5, 10, 0],
				[5, 11, 0]
			],
			[
				[5, 15, 0],
				[5, 15, 96]
			]
		],
		modes: ['hardware'],
		when: 'ipv6',
		threads: [`${OPENWRT}/issues/10572`]
	},
	{
		// A reset by the watchdog when a program listens on the PPPoE device; open on 6.6.119 and 6.12.94.
		entry: 'mt7621_capture_resets',
		targets: ['ramips/mt7621'],
		kernels: [
			[
				[6, 6, 0],
				[6, 19, 0]
			]
		],
		modes: ['hardware'],
		when: 'capture',
		threads: [`${OPENWRT}/issues/24459`]
	},
	{
		// A panic on upload; mended by Linux 976ff48c2ac6, told of 6.12.94 and 6.18.22.
		entry: 'mediatek_l2tp_panics',
		targets: ['mediatek/', 'ramips/mt7621'],
		kernels: [
			[
				[5, 10, 0],
				[6, 12, 94]
			],
			[
				[6, 18, 0],
				[6, 18, 22]
			]
		],
		modes: ['hardware'],
		when: 'l2tp',
		threads: [`${OPENWRT}/issues/20869`]
	},
	{
		// nf_flow_table_extend_ct_timeout, new in 6.18, never extended a timeout; mended in OpenWrt in June 2026, before 6.18.37.
		entry: 'wed_drops_after_300_s',
		targets: ['mediatek/'],
		kernels: [
			[
				[6, 18, 0],
				[6, 18, 37]
			]
		],
		modes: ['hardware'],
		when: 'wed',
		threads: [`${OPENWRT}/pull/22970`, `${OPENWRT}/pull/23611`]
	},
	{
		// No throughput to clients of an access point without encryption; open.
		entry: 'wed_open_network',
		targets: ['mediatek/filogic', 'mediatek/mt7622'],
		kernels: [
			[
				[5, 15, 0],
				[6, 19, 0]
			]
		],
		modes: ['hardware'],
		when: 'wed_open',
		threads: [`${MT76}/issues/911`]
	},
	{
		// 6 Mbit/s to clients; open, reported of 24.10.5.
		entry: 'wed_mt7916_slow',
		targets: ['mediatek/filogic'],
		kernels: [
			[
				[6, 6, 0],
				[6, 7, 0]
			]
		],
		modes: ['hardware'],
		when: 'wed_mt7916',
		threads: [`${MT76}/issues/1051`]
	},
	{
		// One direction stays bound while the connection times out; reported of 24.10, and told only where it is seen.
		entry: 'mediatek_one_way_dies',
		targets: ['mediatek/filogic'],
		kernels: [
			[
				[6, 6, 0],
				[6, 7, 0]
			]
		],
		modes: ['hardware'],
		when: 'one_way',
		threads: [`${OPENWRT}/issues/17915`]
	},
	{
		// IPv6 goes nowhere in hardware, on 6.18 of August 2026; open.
		entry: 'airoha_ipv6_lost',
		targets: ['airoha/'],
		kernels: [
			[
				[6, 12, 0],
				[6, 19, 0]
			]
		],
		modes: ['hardware'],
		when: 'ipv6',
		threads: ['https://github.com/immortalwrt/immortalwrt/issues/2444']
	}
];

export { COMBINATIONS };
export type { Combination };
