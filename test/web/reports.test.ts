// SPDX-License-Identifier: Apache-2.0
/**
 * What people have reported in public, and what they would have read on this page: each with the router that he had, as far as he told
 * of it, and the words that name his cause. An earlier version of the page told most of them "As configured".
 */
import { readFileSync } from 'node:fs';
import { afterAll, expect, test, vi } from 'vitest';
import { builtinEnvironments } from 'vitest/runtime';
import { type Exchange, type Files, monotonic } from '../rpcd/case.ts';
import { flowtable } from '../rpcd/router.ts';
import { asks, ENGINES, HARDWARE, IN_HARDWARE, lines, RUNNING, SOFTWARE } from '../rpcd/state/status.ts';
import { inNode } from '../rpcd/tiers.ts';
import { devices, memory, routeBy } from '../rpcd/why/diagnosis.ts';
import {
	AP,
	AP_TABLE,
	CAKE,
	fdb,
	FW4,
	INGRESS,
	running,
	SEEN_BEHIND,
	tc,
	TEMPLATE,
	TO_IFB,
	WITH_AP_NETIFD
} from '../rpcd/why/findings.cases.ts';
import { CLIENT, line, OFFLOADING, OUTSIDE, SERVER } from '../rpcd/why/flow.ts';
import { Reader, type Router } from './reader.ts';

const browser = await builtinEnvironments['happy-dom'].setup(globalThis, {});
afterAll(async () => {
	await browser.teardown(globalThis);
	vi.unstubAllGlobals();
});

const tier = inNode();

interface Look extends Router {
	/** What he does on the page, before he reads. */
	does?: (reader: Reader) => Promise<void>;
	/** What the router names by a code, in whatever order. */
	codes: readonly string[];
	reads: readonly (string | RegExp)[];
	/** What would be wrong. */
	never?: readonly string[];
}

/** What was reported, where, and what he reads: on one router, or on each of those that had it. */
interface Report {
	row: number;
	source: string;
	had: string;
	looks: readonly Look[];
}

const table = (...lists: string[]): Files => ({ '/proc/net/nf_conntrack': lists.join('') });

/** firewall4's flowtable over these devices. */
const over = (hooked: readonly string[], ...more: string[]): string =>
	flowtable(`devices = { ${hooked.map((each) => `"${each}"`).join(', ')} }`, ...more);
const hooks = (...hooked: string[]): Files => ({ '/run/virtual-kernel/flowtables': over(hooked, 'counter') });

const IN_SOFTWARE: Files = asks(SOFTWARE, RUNNING);
const CONDUIT: Files = { '/sys/class/net/lan1/lower_eth0': '', '/sys/class/net/lan2/lower_eth0': '' };
/** Both options are set, the flag is in the listing, and this is in the table of connections. */
const flagged = (...lists: string[]): Files => ({
	...CONDUIT,
	...asks(HARDWARE, IN_HARDWARE),
	...table(...lists)
});
const WITHOUT_ENGINE: readonly Exchange[] = [ENGINES(false)];
const WITH_ENGINE: readonly Exchange[] = [ENGINES(true)];

/** PPPoE over these devices, the uppermost first: what lies below its device in sysfs is known to firewall4 alone. */
const pppoe = (...below: readonly [string, ...string[]]): Files => ({
	...devices({
		'pppoe-wan': { devtype: 'ppp', type: 512 },
		...Object.fromEntries(
			below.map((name, i) => [
				name,
				i < below.length - 1 ? { devtype: 'vlan', below: below.slice(i + 1, i + 2) } : {}
			])
		)
	}),
	'/var/run/fw4.state': memory(
		{ lan: ['br-lan'], wan: ['pppoe-wan'] },
		{ lan: { device: 'br-lan', physdev: 'br-lan' }, wan: { device: 'pppoe-wan', physdev: below[0] } }
	),
	'/proc/net/route': routeBy('pppoe-wan')
});

/** An uplink that netifd names no device below. */
const tunnel = (name: string, devtype: string): Files => ({
	...devices({ [name]: { devtype, type: 65534 } }),
	'/var/run/fw4.state': memory(
		{ lan: ['br-lan'], wan: [name] },
		{ lan: { device: 'br-lan', physdev: 'br-lan' } }
	),
	'/proc/net/route': routeBy(name)
});

/** Nothing is loaded. */
const UNLOADED: Files = { '/run/virtual-kernel/flowtables': '', '/run/virtual-kernel/ruleset': '' };
const check = (text: string): Files => ({ '/sbin/fw4': `#!/bin/sh\ncat <<'END'\n${text}\nEND\nexit 1\n` });
const PASSES: Files = { '/sbin/fw4': '#!/bin/sh\n' };

const module = (...names: string[]): Files =>
	Object.fromEntries(names.map((name) => [`/sys/module/${name}/refcnt`, '1\n']));

/** A download of this many packets, on the CPU, from this port. */
const going = (port: number, packets: number): string =>
	line({ ports: [port, 443], packets: [packets, 10 * packets] });

/** How an installation ended on a real router: see test/install. */
function ended(manager: 'apk' | 'opkg', how: string): Files {
	const recorded = new URL(`../fixtures/install/${manager}/${how}.json`, import.meta.url);
	const { log, ...job } = JSON.parse(readFileSync(recorded, 'utf8')) as { log: string; step: string };
	return {
		'/lib/apk/db/installed': manager === 'apk' ? 'P:busybox\nV:1\n\n' : null,
		'/usr/lib/opkg/status': manager === 'opkg' ? 'Package: busybox\nVersion: 1\n\n' : null,
		'/var/run/nft-offload/log': log,
		'/var/run/nft-offload/job.json': JSON.stringify({
			...{ id: 1234, pid: '42', born: '4711', state: 'failed' },
			...{ step_started: 1, step_limit: 60, progress: null },
			...job
		})
	};
}

const installed = (manager: 'apk' | 'opkg', how: string, code: string, ...reads: string[]): Look => ({
	files: ended(manager, how),
	codes: ['same', code],
	reads,
	never: ['No feed of this router has kmod-nft-offload.']
});

const NO_ENGINE = 'No device of the flowtable has a flow engine, so that hardware can take nothing.';
const NOTHING_IN_HARDWARE = 'Set up for hardware, nothing in hardware';
const FAST: readonly string[] = ['Packets take the hardware fast path', 'As configured'];

const IN_HARDWARE_FOR_ONE = lines('HW_OFFLOAD', 1, 5);
/** Connections in hardware whose counters have stood still for half a minute. */
const STILL: Files = {
	...flagged(IN_HARDWARE_FOR_ONE),
	'/var/run/nft-offload/seen.json': () => {
		const first = monotonic() - 31_000;
		const known = { 'tcp 192.0.2.10 dst=198.51.100.1 sport=40000 dport=443': [first, 25, first] };
		return JSON.stringify({ at_ms: monotonic() - 2500, handle: 651, known });
	}
};

/** The counters of devices, in bytes received and sent, and a processor that has worked meanwhile. */
const counts = (bytes: Readonly<Record<string, readonly [number, number]>>, ticks: number): Files => ({
	'/proc/net/dev': Object.entries(bytes)
		.map(([name, [received, sent]]) => `${name}: ${received} 1 0 0 0 0 0 0 ${sent} 1 0 0 0 0 0 0\n`)
		.join(''),
	'/proc/stat': `cpu  ${ticks} 0 50 800 20 0 30 0 0 0\n`
});

const REPORTS: readonly Report[] = [
	{
		row: 1,
		source: 'openwrt PR 25174',
		had: 'the flag is set, and connections stay [OFFLOAD]: the image has no driver for it',
		looks: [
			{
				files: flagged(lines('OFFLOAD', 5)),
				bus: WITHOUT_ENGINE,
				codes: ['not_in_hardware'],
				reads: [NOTHING_IN_HARDWARE, '5 connections offloaded in software.', NO_ENGINE],
				never: FAST
			}
		]
	},
	{
		row: 2,
		source: 'openwrt PR 22381',
		had: 'how do I know that hardware offloading is used, on hardware without any?',
		looks: [
			{
				files: flagged(),
				bus: WITHOUT_ENGINE,
				codes: ['not_in_hardware'],
				reads: [NOTHING_IN_HARDWARE, NO_ENGINE, 'No device of this router has a flow engine.'],
				never: FAST
			}
		]
	},
	{
		row: 3,
		source: 'qosmate #91',
		had: 'both options on a plain NIC, and a shaper beside them',
		looks: [
			{
				files: {
					...flagged(lines('OFFLOAD', 5)),
					...tc([CAKE('wan'), INGRESS('wan'), CAKE('ifb4wan')], TO_IFB),
					'/etc/init.d/qosmate': '',
					'/etc/qosmate.sh': ''
				},
				bus: WITHOUT_ENGINE,
				codes: ['not_in_hardware', 'shaped_on_cpu'],
				reads: [
					NOTHING_IN_HARDWARE,
					NO_ENGINE,
					'qosmate shapes what enters by wan (cake): it stays on the CPU'
				],
				never: FAST
			},
			{
				files: {
					...flagged(lines('OFFLOAD', 5)),
					...pppoe('wan'),
					...tc(
						[CAKE('pppoe-wan'), INGRESS('pppoe-wan'), CAKE('ifb')],
						'Redirect to device ifb)',
						'pppoe-wan'
					),
					'/etc/init.d/qosmate': '',
					'/etc/qosmate.sh': ''
				},
				bus: WITHOUT_ENGINE,
				codes: ['not_in_hardware', 'shaped'],
				reads: [
					NO_ENGINE,
					'qosmate shapes what enters by pppoe-wan (cake): offloaded packets bypass it',
					'its limits and fairness do not hold'
				],
				never: FAST
			}
		]
	},
	{
		row: 4,
		source: 'openwrt PR 24178',
		had: 'hardware over PPPoE, a busy processor, and no connection has a mark',
		looks: [
			{
				files: { ...flagged(going(40000, 1e6)), ...pppoe('wan') },
				bus: WITH_ENGINE,
				does: (reader) =>
					reader.look(
						{
							files: { ...flagged(going(40000, 2e6)), ...pppoe('wan'), ...counts({}, 900) },
							bus: WITH_ENGINE
						},
						60
					),
				codes: ['same'],
				reads: [
					'Set up, but what passes now takes the CPU path',
					/Now: 0 % of [0-9.]+ Mbit\/s offloaded, CPU [0-9]+ %/,
					'Proof: 0 of 1 eligible connections are offloaded.'
				],
				never: ['fast path']
			}
		]
	},
	{
		row: 5,
		source: 'luci #2848, turboacc #10',
		had: 'hardware should be offered only where it works',
		looks: [
			{
				files: CONDUIT,
				bus: WITHOUT_ENGINE,
				does: (reader) => reader.review('hardware'),
				codes: ['same', 'no_engine', 'not_in_hardware'],
				reads: [
					'None of these devices has a flow engine: lan1, lan2, wan.',
					'nothing would be in hardware. Nothing was changed; choose Software.'
				]
			}
		]
	},
	{
		row: 6,
		source: 'openwrt #9920, #9935, packages #17693',
		had: 'the flag on 22.03-rc, whose kernel refuses it: no firewall at all',
		looks: [
			{
				files: {
					...CONDUIT,
					...asks(HARDWARE, ''),
					...UNLOADED,
					...check(
						'/proc/self/fd/0:9:12-13: Error: Could not process rule: Not supported\n\n/proc/self/fd/0:58:29-44: Error: Could not process rule: No such file or directory'
					)
				},
				bus: WITHOUT_ENGINE,
				does: (reader) => reader.review('software'),
				codes: ['ruleset_refused'],
				reads: [
					'No firewall is loaded: nothing is filtered',
					'Could not process rule: Not supported',
					'That is why no firewall is loaded.',
					'It can be the flag for hardware that is refused: choose Software.'
				]
			}
		]
	},
	{
		row: 7,
		source: 'firewall4 #100',
		had: 'PPPoE on eth1, and only br-lan and eth1 are in the flowtable',
		looks: [
			{
				files: {
					...asks(SOFTWARE, null),
					...hooks('br-lan', 'eth1'),
					...pppoe('eth1'),
					...table(lines('OFFLOAD', 5))
				},
				codes: ['same'],
				reads: ['Packets take the software fast path', 'As configured.', 'pppoe-wanwan (WAN)flowtableeth1'],
				never: ['not covered', 'Downloads stay on the CPU']
			}
		]
	},
	{
		row: 8,
		source: 'firewall4 PR 102',
		had: 'PPPoE over a VLAN, a modem’s multiplexed device, WireGuard: 107,092 slow packets one way',
		looks: [
			{
				files: {
					...asks(SOFTWARE, null),
					...hooks('br-lan', 'wan.1234'),
					...pppoe('wan.1234', 'wan'),
					...table(lines('OFFLOAD', 5))
				},
				codes: ['uplink_not_covered', 'not_covered'],
				reads: [
					'5 connections offloaded in software. Downloads stay on the CPU: packets that enter by pppoe-wan are not accelerated; neither it nor wan below it is in the flowtable.',
					'Hardware mode adds the lowest one below it'
				],
				never: FAST
			},
			...[
				['wwan0_1', 'wwan'],
				['wg0', 'wireguard']
			].map(([name = '', devtype = '']): Look => ({
				files: { ...asks(SOFTWARE, null), ...hooks('br-lan'), ...tunnel(name, devtype) },
				codes: ['uplink_not_covered', 'not_covered'],
				reads: [`packets that enter by ${name} are not accelerated; it is not in the flowtable.`],
				never: FAST
			}))
		]
	},
	{
		row: 9,
		source: 'openwrt #10224',
		had: 'two lists of devices for a PPPoE uplink: which of them works?',
		looks: [
			{
				files: {
					...asks(SOFTWARE, null),
					...hooks('br-lan', 'phy0-ap1', 'pppoe-wan', 'wan.20'),
					...pppoe('wan.20', 'wan'),
					...devices({ 'phy0-ap1': { devtype: 'wlan' } }),
					'/var/run/fw4.state': memory(
						{ lan: ['br-lan'], guest: ['phy0-ap1'], wan: ['pppoe-wan'] },
						{
							lan: { device: 'br-lan', physdev: 'br-lan' },
							guest: { device: 'phy0-ap1', physdev: 'phy0-ap1' },
							wan: { device: 'pppoe-wan', physdev: 'wan.20' },
							wan6: { device: 'pppoe-wan', physdev: 'pppoe-wan' }
						}
					),
					...table(lines('OFFLOAD', 5))
				},
				codes: ['same'],
				reads: [
					'Packets take the software fast path',
					'As configured.',
					'wan (WAN)flowtablewan.20, pppoe-wan'
				],
				never: ['not covered', 'Downloads stay on the CPU']
			},
			{
				files: {
					...asks(SOFTWARE, null),
					...FW4['23.05'],
					...hooks('lan1', 'lan2'),
					...tunnel('pppoe-wan', 'ppp')
				},
				bus: WITHOUT_ENGINE,
				codes: ['uplink_not_covered', 'not_covered'],
				reads: ['Downloads stay on the CPU: packets that enter by pppoe-wan are not accelerated']
			}
		]
	},
	{
		row: 11,
		source: 'openwrt PR 24593',
		had: 'the ports of the LAN alone, and iperf3 on the router',
		looks: [
			{
				files: {
					...flagged(line({ from: OUTSIDE, back: [SERVER, OUTSIDE], ports: [45678, 5201] })),
					'/run/virtual-kernel/flowtables': over(['lan1', 'lan2'], 'flags offload', 'counter'),
					'/var/run/fw4.state': memory(
						{ lan: ['br-lan'], wan: ['wan'] },
						{ lan: { device: 'br-lan', physdev: 'br-lan' } }
					),
					'/proc/net/fib_trie': OFFLOADING['/proc/net/fib_trie'] ?? null
				},
				bus: WITH_ENGINE,
				does: (reader) => reader.open(45678),
				codes: ['uplink_not_covered', 'not_covered', 'local'],
				reads: [
					'Downloads stay on the CPU: packets that enter by wan are not accelerated; it is not in the flowtable.',
					'It ends at the router itself (203.0.113.2), which forwards none of it. Only what passes through the router can be offloaded.'
				],
				never: FAST
			}
		]
	},
	{
		row: 12,
		source: 'openwrt PR 22533',
		had: 'access points that appear 20 s after the firewall',
		looks: [
			{
				files: { ...flagged(lines('HW_OFFLOAD', 3)), ...AP },
				bus: [WITH_AP_NETIFD],
				codes: ['devices_differ', 'not_covered'],
				reads: [
					'Not in the flowtable, though in a firewall zone: phy0-ap0.',
					'Reload it to bring the flowtable up to date.'
				],
				never: ['As configured', 'is not covered']
			}
		]
	},
	{
		row: 15,
		source: 'zapret #355, zapret-openwrt #506, zapretsh #4',
		had: 'firewall4’s option is off, and zapret has a flowtable of its own that does not count',
		looks: [
			{
				files: {
					...table(line({ mark: '[OFFLOAD]', head: '', ports: [50000, 443] }), lines('OFFLOAD', 5)),
					'/run/virtual-kernel/flowtables':
						'table inet fw4 {\n}\ntable inet zapret {\n\tflowtable ft { # handle 3\n\t\thook ingress priority filter - 1\n\t\tdevices = { "br-lan", "wan" }\n\t}\n}\n'
				},
				does: (reader) => reader.open(50000),
				codes: ['offloaded_by_others', 'others_offload', 'no_counter', 'offloaded'],
				reads: [
					'Packets are offloaded by inet zapret/ft, not by firewall4',
					'The flowtable does not count: inet zapret/ft',
					'A flowtable does not count, so what it forwarded is missing here: this is too low.'
				],
				never: ['Packets take the CPU path']
			}
		]
	},
	{
		row: 17,
		source: 'openwrt PR 24038',
		had: 'firewall4’s flowtable for bridged packets, which offloads between clients of one bridge',
		looks: [
			{
				files: {
					...IN_SOFTWARE,
					...table(
						line({
							mark: '[OFFLOAD]',
							head: '',
							ports: [50000, 443],
							to: '192.168.1.60',
							back: ['192.168.1.60', CLIENT]
						}),
						lines('OFFLOAD', 5)
					),
					'/run/virtual-kernel/flowtables': `${RUNNING}table bridge fw4 {\n\tflowtable fb { # handle 2\n\t\thook ingress priority filter\n\t\tdevices = { "lan1", "lan2" }\n\t\tcounter\n\t}\n}\n`
				},
				does: (reader) => reader.open(50000),
				codes: ['same', 'offloaded'],
				reads: [
					'Packets take the software fast path',
					'Other flowtablesbridge fw4/fb',
					'It is offloaded in software.'
				],
				never: ['not been reloaded', 'Something else offloads', 'a bridge forwards it']
			}
		]
	},
	{
		row: 18,
		source: 'openwrt PR 24038, #9927',
		had: '“The rendered ruleset contains errors”',
		looks: [
			{
				files: {
					...asks(SOFTWARE, null),
					...check(
						'/proc/self/fd/0:128:25-40: Error: Could not process rule: No such file or directory\n\t\tmeta ibrname "br-lan"\n\nThe rendered ruleset contains errors, not doing firewall restart.'
					)
				},
				codes: ['ruleset_refused'],
				reads: [
					'The ruleset is refused: “/proc/self/fd/0:128:25-40: Error: Could not process rule: No such file or directory”.',
					'The rules loaded before are still in force; after a restart there will be no firewall.'
				],
				never: ['not been reloaded']
			}
		]
	},
	{
		row: 19,
		source: 'asu #735',
		had: 'an image without kmod-nft-offload, after its first boot',
		looks: [
			{
				files: {
					...asks(SOFTWARE, ''),
					...UNLOADED,
					'/sys/module/nft_flow_offload/refcnt': null,
					'/lib/apk/db/installed': 'P:busybox\nV:1\n\n'
				},
				codes: ['module_missing'],
				reads: [
					'No firewall is loaded: nothing is filtered',
					'the kernel module nft_flow_offload is not loaded. Without it nft refuses the whole ruleset. That is why no firewall is loaded.',
					'Install the package kmod-nft-offload.'
				]
			}
		]
	},
	{
		row: 20,
		source: 'read in fw4.uc, and run',
		had: 'a value that firewall4 dies of',
		looks: ['enabled', 'True', '2'].map((value) => ({
			files: { ...asks([`option flow_offloading '${value}'`], ''), ...UNLOADED, '/var/run/fw4.state': null },
			codes: ['option_refused'],
			reads: [
				`firewall4 refuses the value “${value}” of the option flow_offloading in /etc/config/firewall, and loads nothing.`,
				'Choosing a mode below writes a valid value.'
			],
			never: ['As configured']
		}))
	},
	{
		row: 22,
		source: 'luci #1214, #2782, #6436',
		had: 'a file that libuci refuses, and nobody knows where',
		looks: [
			{
				files: {
					'/etc/config/firewall':
						"config defaults\n\toption input 'REJECT'\n\nconfig rule\n\toption name 'Anna's TV'\n"
				},
				uci: "uci: Parse error (EOF with unterminated ') at line 5, byte 27",
				codes: ['config_unreadable'],
				reads: [
					"/etc/config/firewall cannot be read: EOF with unterminated ', line 5.",
					'drops everything: nobody gets in, you included. Fix the file before, over SSH.'
				]
			}
		]
	},
	{
		row: 24,
		source: 'luci #5909',
		had: 'connections that are offloaded have no state, and were left out of the list',
		looks: [
			{
				files: {
					...IN_SOFTWARE,
					...table(
						'ipv4     2 tcp      6 7208 ESTABLISHED src=192.168.1.10 dst=10.0.1.1 sport=42978 dport=5201 packets=2 bytes=112 src=10.0.1.1 dst=10.0.1.2 sport=5201 dport=42978 packets=1 bytes=60 [ASSURED] mark=0 zone=0 use=2\n',
						'ipv4     2 tcp      6 src=192.168.1.10 dst=10.0.1.1 sport=42984 dport=5201 packets=2 bytes=112 src=10.0.1.1 dst=10.0.1.2 sport=5201 dport=42984 packets=1 bytes=60 [OFFLOAD] mark=0 zone=0 use=3\n'
					)
				},
				codes: ['same'],
				reads: [
					/192\.168\.1\.10:4298410\.0\.1\.1:5201[^▸]*SoftwareTCP/,
					/192\.168\.1\.10:42978[^▸]*CPUTCP ESTABLISHED/
				]
			}
		]
	},
	{
		row: 25,
		source: 'openwrt #17915',
		had: 'WireGuard through the router: in hardware, and some time later not any more',
		looks: [
			...[
				{ mark: '[HW_OFFLOAD]', head: '', code: 'offloaded', reads: 'It is offloaded in hardware.' },
				{
					...{ mark: '[ASSURED]', head: '149', code: 'timed_out' },
					reads:
						'It was offloaded, and paused for longer than the flowtable waits (30 s). Its next packets have it offloaded again.'
				}
			].map(({ mark, head, code, reads }): Look => {
				const key = `udp ${CLIENT} dst=${SERVER} sport=38720 dport=3578`;
				return {
					files: {
						...OFFLOADING,
						...flagged(lines('HW_OFFLOAD', 2), line({ protocol: 'udp', mark, head, ports: [38720, 3578] })),
						'/var/run/nft-offload/once.json': () =>
							JSON.stringify({ handle: 651, marked: { [key]: monotonic() - 45_000 } })
					},
					older: ['/var/run/fw4.state'],
					bus: WITH_ENGINE,
					does: (reader) => reader.open(38720),
					codes: ['same', code],
					reads: [reads]
				};
			})
		]
	},
	{
		row: 29,
		source: 'openwrt #10399, nlbwmon #35',
		had: 'figures that are too low: a flowtable without a counter, or no accounting',
		looks: [
			{
				files: {
					...TEMPLATE(false),
					...running('nlbwmon'),
					...asks(SOFTWARE, over(['br-lan', 'wan'])),
					...table(line({ mark: '[OFFLOAD]', head: '' }))
				},
				does: (reader) => reader.open(40000),
				codes: ['same', 'misses_traffic', 'offloaded'],
				reads: [
					'nlbwmon does not see all trafficThe flowtable does not count: what it forwards is missing in its figures.',
					'A flowtable does not count, so what it forwarded is missing here: this is too low.',
					'Countingwithout offloaded packets'
				]
			},
			{
				files: {
					...IN_SOFTWARE,
					...running('nlbwmon'),
					...table(line({ mark: '[OFFLOAD]', head: '', packets: null })),
					'/proc/sys/net/netfilter/nf_conntrack_acct': '0\n'
				},
				codes: ['same', 'misses_traffic', 'accounting_off'],
				reads: ['Connections are not counted', 'nlbwmon does not see all traffic', 'nf_conntrack_acct=1']
			}
		]
	},
	{
		row: 30,
		source: 'openwrt #11957, #17942, lede #768',
		had: 'graphs that leave out what is offloaded',
		looks: [
			{
				files: { ...STILL, ...counts({ wan: [0, 0] }, 100) },
				bus: WITH_ENGINE,
				does: (reader) =>
					reader.look({ files: { ...STILL, ...counts({ wan: [0, 0] }, 900) }, bus: WITH_ENGINE }, 60),
				codes: ['partly_in_hardware', 'uncounted'],
				reads: [
					'Nothing counts what the hardware forwards: neither the devices nor its connections’ counters move.'
				],
				never: ['0 B/s']
			},
			{
				files: { ...STILL, ...counts({ wan: [0, 0] }, 100) },
				bus: WITH_ENGINE,
				does: (reader) =>
					reader.look({ files: { ...STILL, ...counts({ wan: [3e9, 0] }, 900) }, bus: WITH_ENGINE }, 60),
				codes: ['partly_in_hardware', 'uncounted'],
				reads: [
					/WAN devices, both ways [0-9]{3} Mbit\/s/,
					'The counters of the connections in hardware stand still'
				],
				never: ['0 B/s']
			},
			{
				files: {
					...asks(SOFTWARE, null),
					...hooks('br-lan', 'wan'),
					...pppoe('wan'),
					...running('vnstatd'),
					'/etc/config/vnstat': "config vnstat\n\tlist interface 'pppoe-wan'\n"
				},
				codes: ['same', 'misses_traffic'],
				reads: ['vnstat does not see all trafficIt counts on pppoe-wan, which offloaded packets pass by.']
			}
		]
	},
	{
		row: 31,
		source: 'trafficctl #26, PR 60',
		had: 'in hardware the bytes of connections stand still',
		looks: [
			{
				files: STILL,
				bus: WITH_ENGINE,
				does: (reader) => reader.open(40000),
				codes: ['partly_in_hardware', 'uncounted', 'offloaded'],
				reads: [
					'Not counted: 1 connection whose counters stand still.',
					'Either nothing passed, or its driver does not report: this may be too low.'
				]
			}
		]
	},
	{
		row: 33,
		source: 'openwrt #13410, #11299, #25305, PR 23123',
		had: 'clients stall that move between access points or ports',
		looks: [
			{
				files: { ...flagged(lines('HW_OFFLOAD', 3)), ...AP, '/run/virtual-kernel/flowtables': AP_TABLE },
				bus: [WITH_AP_NETIFD],
				codes: ['same', 'access_points_hooked'],
				reads: [
					'Access points are in the flowtable: phy0-ap0',
					'When a client moves to another one, its offloaded connections go on to the old one and stall until they time out.'
				]
			},
			{
				files: { ...flagged(lines('HW_OFFLOAD', 3)), ...fdb([10, 2]), ...SEEN_BEHIND('lan1') },
				bus: WITH_ENGINE,
				codes: ['same', 'client_moved'],
				reads: [
					'02:00:00:00:00:0a has moved from lan1 to lan2, both in the flowtable',
					'stall until they time out.'
				]
			}
		]
	},
	{
		row: 34,
		source: 'sqm-scripts PR 193, openwrt #19449',
		had: 'a shaper that hardware passes by',
		looks: [
			{
				files: {
					...flagged(lines('HW_OFFLOAD', 3)),
					...tc([CAKE('wan'), INGRESS('wan'), CAKE('ifb4wan')], TO_IFB),
					'/var/run/sqm/wan.state': ''
				},
				bus: WITH_ENGINE,
				codes: ['same', 'shaped'],
				reads: [
					'sqm shapes what leaves by wan (cake): offloaded packets bypass it',
					'sqm shapes what enters by wan (cake): offloaded packets bypass it',
					'latency rises under load.'
				]
			},
			{
				files: {
					...flagged(lines('HW_OFFLOAD', 3)),
					...tc(['qdisc tbf 1: dev wan root refcnt 2 offloaded rate 20Mbit burst 1514b lat 300ms'])
				},
				bus: WITH_ENGINE,
				codes: ['same'],
				reads: ['Packets take the hardware fast path'],
				never: ['bypass it']
			}
		]
	},
	{
		row: 35,
		source: 'LibWrt #124, coolsnowwolf/luci #239, luci #7798, x-wrt #238',
		had: 'another accelerator, of which no connection has a mark',
		looks: [
			['ecm', 'qca_nss_drv'],
			['shortcut_fe', 'shortcut_fe_cm'],
			['natflow'],
			['mtkhnat'],
			['hw_nat']
		].map((names) => ({
			files: module(...names),
			codes: ['offloaded_by_others', 'others_offload'],
			reads: [`Packets may be offloaded by ${names.join(', ')}, not by firewall4`],
			never: ['Packets take the CPU path']
		}))
	},
	{
		row: 38,
		source: 'packages #17083, nikki #263, awg-openwrt #149',
		had: 'the feed is for another kernel',
		looks: (['apk', 'opkg'] as const).map((manager) =>
			installed(
				...([manager, 'wrong-kernel', 'wrong_kernel'] as const),
				'The package is for another kernel: this router has',
				'use the feed of its own release.'
			)
		)
	},
	{
		row: 39,
		source: 'sbwml/builder #65, others',
		had: 'wget ends with 8, or with 4',
		looks: [
			installed(
				...(['apk', 'feed-gone', 'feed_gone'] as const),
				'The feed’s server answers, and does not have what its address promises.'
			),
			installed(
				...(['opkg', 'no-network', 'no_network'] as const),
				'The package feeds cannot be reached, or not all of them.'
			)
		]
	},
	{
		row: 40,
		source: 'openwrt #17237, others',
		had: 'wget ends with another status, there is no TLS library, a file system is read-only, a lock is taken',
		looks: [
			installed(
				...(['apk', 'update-failed', 'manager_failed'] as const),
				'The package manager failed with status 1. Its last word: WARNING: updating and opening ftp:'
			),
			installed(
				...(['opkg', 'update-failed', 'manager_failed'] as const),
				'Its last word: * opkg_download: Failed to download ftp://feed.example/Packages.gz, wget returned 1.'
			),
			installed('opkg', 'no-tls', 'no_tls', 'this router has no TLS library.'),
			installed('apk', 'read-only', 'read_only', 'a file system of this router is read-only.'),
			installed(
				'opkg',
				'database-locked',
				'database_locked',
				'Another package manager is at work on this router.'
			)
		]
	},
	{
		row: 44,
		source: 'run',
		had: 'no firewall is loaded, and offloading is off',
		looks: [
			{
				files: { ...UNLOADED, ...PASSES, '/var/run/fw4.state': null },
				codes: ['firewall_stopped'],
				reads: [
					'No firewall is loaded: nothing is filtered',
					'The firewall is not running, so nothing is offloaded and nothing is protected.'
				],
				never: ['As configured']
			}
		]
	}
];

test.each(REPORTS)('$row ($source): $had', async ({ looks }) => {
	for (const { does, codes, reads, never = [], ...router } of looks) {
		const reader = new Reader(tier, router);
		await reader.look();
		await does?.(reader);
		const text = reader.read();
		expect(new Set(reader.codes)).toEqual(new Set(codes));
		for (const words of reads) expect(text).toMatch(words);
		for (const words of never) expect(text).not.toMatch(words);
	}
});

test('no report is missing', () => {
	expect(REPORTS).toHaveLength(29);
});
