// SPDX-License-Identifier: Apache-2.0
/** Each finding by its cause, alone; and beside it what looks alike and is none. */
import { expect } from 'vitest';
import type { Case, Exchange, Files } from '../case.ts';
import { flowtable, stateWith, TUN } from '../router.ts';
import { SHAPER } from '../samples.ts';
import { asks, ENGINES, HARDWARE, IN_HARDWARE, lines, NETIFD, RUNNING, SOFTWARE } from '../state/status.ts';
import { OWN } from './flow.ts';
import { chains, devices, diagnosis, link, memory, routeBy } from './diagnosis.ts';

const IN_SOFTWARE = asks(SOFTWARE, RUNNING);
const SET_UP_IN_HARDWARE = asks(HARDWARE, IN_HARDWARE);

type More = Partial<Pick<Case, 'bus' | 'older' | 'times' | 'input'>> & {
	unanswered?: string[];
	chains?: object;
};

const answer = (
	found: readonly object[],
	{ unanswered = [], chains: others }: More,
	usual: object
): object => ({
	chains: others ?? usual,
	findings: found,
	unanswered
});

/** Offloading in software is set up. */
const software = (name: string, files: Files, found: readonly object[], more: More = {}): Case =>
	diagnosis(name, { ...IN_SOFTWARE, ...files }, answer(found, more, chains('software')), more);

/** Offloading in hardware is set up, on ports with an engine. */
const hardware = (name: string, files: Files, found: readonly object[], more: More = {}): Case =>
	diagnosis(name, { ...SET_UP_IN_HARDWARE, ...files }, answer(found, more, chains('hardware', 'yes')), {
		bus: [ENGINES(true)],
		...more
	});

/** Nothing is offloaded. */
const off = (name: string, files: Files, found: readonly object[], more: More = {}): Case =>
	diagnosis(name, files, answer(found, more, chains()), more);

const script = (text: string): string => `#!/bin/sh\n${text}\n`;
/** A program that answers these words with these texts, and fails otherwise. */
const program = (answers: Readonly<Record<string, string>>): string =>
	script(
		`case "$*" in\n${Object.entries(answers)
			.map(([words, text]) => `'${words}') cat <<'END'\n${text}\nEND\n;;`)
			.join('\n')}\n*) exit 1 ;;\nesac`
	);
export const running = (...names: string[]): Files =>
	Object.fromEntries(names.map((name, i) => [`/proc/${String(4711 + i)}/comm`, `${name}\n`]));
const NEVER = script('touch "$ROUTER_ROOT/started"; exit 1');

/** firewall4's table as `nft -s -t list ruleset` prints it, with these rules before the one that accepts what is established. */
const fw4 = (before: readonly string[] = [], after: readonly string[] = [], chainsToo = ''): Files => ({
	'/run/virtual-kernel/ruleset': `table inet fw4 {
	flowtable ft {
		hook ingress priority filter
		devices = { "br-lan", "wan" }
		counter
	}

	chain input {
		type filter hook input priority filter; policy drop;
		iif "lo" accept comment "!fw4: Accept traffic from loopback"
		ct state vmap { invalid : drop, established : accept, related : accept } comment "!fw4: Handle inbound flows"
		log prefix "seen at the router" counter name "local"
		queue to 7
	}

	chain forward {
		type filter hook forward priority filter; policy drop;
		meta l4proto { tcp, udp } flow add @ft
${before.map((rule) => `\t\t${rule}\n`).join('')}		ct state vmap { invalid : drop, established : accept, related : accept } comment "!fw4: Handle forwarded flows"
${after.map((rule) => `\t\t${rule}\n`).join('')}		iifname "br-lan" jump forward_lan comment "!fw4: Handle lan IPv4/IPv6 forward traffic"
		iifname "wan" jump forward_wan comment "!fw4: Handle wan IPv4/IPv6 forward traffic"
		jump handle_reject
	}

	chain prerouting {
		type filter hook prerouting priority filter; policy accept;
		iifname "br-lan" jump helper_lan comment "!fw4: Handle lan IPv4/IPv6 helper assignment"
	}

	chain handle_reject {
		meta l4proto tcp reject with tcp reset comment "!fw4: Reject TCP traffic"
		reject comment "!fw4: Reject any other traffic"
	}

	chain forward_lan {
		jump accept_to_wan comment "!fw4: Accept lan to wan forwarding"
		jump accept_to_lan
		log prefix "drop lan forward: "
	}

	chain helper_lan {
		udp dport 69 ct helper set "tftp" comment "!fw4: TFTP"
	}

	chain accept_to_wan {
		meta nfproto ipv4 oifname "wan" ct state invalid counter drop comment "!fw4: Prevent NAT leakage"
		oifname "wan" counter accept comment "!fw4: accept wan IPv4/IPv6 traffic"
	}

	chain forward_wan {
		icmpv6 type { destination-unreachable, time-exceeded, echo-request, echo-reply } limit rate 1000/second burst 5 packets counter accept comment "!fw4: Allow-ICMPv6-Forward"
		meta l4proto esp counter jump accept_to_lan comment "!fw4: Allow-IPSec-ESP"
		jump reject_to_wan
	}

	chain dstnat {
		type nat hook prerouting priority dstnat; policy accept;
		log prefix "first packets alone" counter
	}

	chain srcnat {
		type nat hook postrouting priority srcnat; policy accept;
		oifname "wan" jump srcnat_wan comment "!fw4: Handle wan IPv4/IPv6 srcnat traffic"
	}

	chain srcnat_wan {
		meta nfproto ipv4 masquerade comment "!fw4: Masquerade IPv4 wan traffic"
	}

	chain raw_prerouting {
		type filter hook prerouting priority raw; policy accept;
	}

	chain mangle_postrouting {
		type filter hook postrouting priority mangle; policy accept;
		oifname "wan" tcp flags & (fin | syn | rst) == syn tcp option maxseg size set rt mtu comment "!fw4: Zone wan IPv4/IPv6 egress MTU fixing"
	}
${chainsToo}}
`
});

const hook = (name: string, where: string, ...rules: string[]): string =>
	`\n\tchain ${name} {\n\t\ttype filter hook ${where}; policy accept;\n${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}\n`;

/** What each release's router has otherwise than the healthy one, as far as a finding looks at it. */
export const TEMPLATE = (counter: boolean): Files => ({
	'/usr/share/firewall4/templates/ruleset.uc': `flush table inet fw4
	flowtable ft {
		hook ingress priority 0;
		devices = {{ fw4.set(flowtable_devices, true) }};
${counter ? '\t\tcounter;\n' : ''}{%  if (fw4.default_option("flow_offloading_hw")): %}
		flags offload;
{%  endif %}
	}
	chain input {
{%+ if (rule.counter): -%} counter;
`
});
export const FW4 = {
	'22.03': { '/usr/share/ucode/fw4.uc': 'resolve_offload_devices() { require_hwoffload }' },
	'23.05': { '/usr/share/ucode/fw4.uc': 'resolve_offload_devices()' },
	'25.12': { '/usr/share/ucode/fw4.uc': 'resolve_offload_devices() resolve_hw_offload_devices()' }
};
const PORTS = 'devices = { "lan1", "lan2", "wan" }';
const IP_RULES = program({
	rule: '0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default',
	'-6 rule': '0:\tfrom all lookup local\n32766:\tfrom all lookup main'
});

/** Seconds since 1970, so many ago. */
const ago = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds;
const log = (...told: (readonly [number, string])[]): Files => ({
	'/sbin/logread': () =>
		program({
			'-t -e Reloading firewall due to ': told
				.map(
					([seconds, cause]) =>
						`Wed Nov 25 16:26:25 2026 [${String(ago(seconds))}.123] user.notice firewall: Reloading firewall due to ${cause}`
				)
				.join('\n')
		})
});
const FROM_BOOT = log(
	[1070, 'ifup of wan (wan)'],
	[1060, 'ifup of wan6 (wan)'],
	[1050, 'ifup of lan (br-lan)'],
	[1040, 'ifupdate of wan6 (wan)']
);

/** Everything that a stock router has, busy. */
const STOCK: Files = {
	...fw4(),
	...FROM_BOOT,
	...running('procd', 'rpcd', 'netifd', 'dnsmasq', 'odhcpd', 'uhttpd', 'logd'),
	'/sbin/ip': IP_RULES,
	'/sbin/tc': NEVER,
	'/proc/kallsyms': 'c0100000 T stext\n',
	'/sys/class/net/br-lan/brforward': Buffer.from([2, 0, 0, 0, 0, 1, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]),
	'/sys/class/net/lan1/brport/port_no': '0x1\n',
	'/sys/class/net/lan2/brport/port_no': '0x2\n',
	'/proc/net/nf_conntrack': lines('OFFLOAD', 3)
};
const BUSY_IN_HARDWARE: Files = {
	...STOCK,
	'/proc/net/nf_conntrack': lines('HW_OFFLOAD', 3) + lines('HW_OFFLOAD', 2, 2000, 'ipv6')
};

const hookedPorts = (mode: 'software' | 'hardware'): object =>
	chains('hardware', mode === 'hardware' ? 'yes' : null).map((chain) => ({
		...chain,
		links: chain.links.map((each) => (each.enters === null ? each : { ...each, enters: { path: mode } }))
	}));

const DEFAULTS: readonly Case[] = [
	off(
		'off',
		{ ...STOCK, ...FW4['25.12'], ...TEMPLATE(true), '/proc/net/nf_conntrack': lines('ASSURED', 3) },
		[]
	),
	software('25.12, software', { ...STOCK, ...FW4['25.12'], ...TEMPLATE(true) }, []),
	software(
		'25.12, software, idle',
		{ ...STOCK, ...FW4['25.12'], ...TEMPLATE(true), '/proc/net/nf_conntrack': '' },
		[]
	),
	hardware('25.12, hardware', { ...BUSY_IN_HARDWARE, ...FW4['25.12'], ...TEMPLATE(true) }, []),
	hardware(
		'25.12, hardware, idle',
		{ ...BUSY_IN_HARDWARE, ...FW4['25.12'], '/proc/net/nf_conntrack': '' },
		[]
	),
	software(
		'23.05, software: the ports are hooked',
		{ ...STOCK, ...FW4['23.05'], ...TEMPLATE(true), ...asks(SOFTWARE, flowtable(PORTS, 'counter')) },
		[],
		{ bus: [ENGINES(false)], chains: hookedPorts('software') }
	),
	hardware('23.05, hardware', { ...BUSY_IN_HARDWARE, ...FW4['23.05'], ...TEMPLATE(true) }, []),
	software(
		'22.03, software: the ports are hooked, and firewall4 has its flowtable count nothing',
		{ ...STOCK, ...FW4['22.03'], ...TEMPLATE(false), ...asks(SOFTWARE, flowtable(PORTS)) },
		[],
		{ bus: [ENGINES(false)], chains: hookedPorts('software') }
	),
	hardware(
		'22.03, hardware',
		{
			...BUSY_IN_HARDWARE,
			...FW4['22.03'],
			...TEMPLATE(false),
			...asks(HARDWARE, flowtable(PORTS, 'flags offload'))
		},
		[]
	),
	...(['off', 'software', 'hardware'] as const).map((mode) =>
		software(`25.12, with the question what ${mode} would cause`, { ...STOCK, ...FW4['25.12'] }, [], {
			input: { mode },
			...(mode === 'hardware' ? { bus: [ENGINES(true)] } : {})
		})
	)
].map((each) => ({ ...each, name: `as OpenWrt comes, ${each.name}: nothing is found` }));

const NOT_COVERED = {
	code: 'not_covered',
	severity: 'warning',
	device: 'wan',
	zone: 'wan',
	side: 'wan',
	missing: ['wan']
};
const DRIFT = { code: 'devices_differ', severity: 'warning' };
const OTHER =
	'table inet other {\n\tflowtable ft { # handle 3\n\t\thook ingress priority filter + 5\n\t\tdevices = { "wan" }\n\t}\n}\n';
const COUNTING_OTHER = OTHER.replace('"wan" }', '"wan" }\n\t\tcounter');
const OTHERS = {
	code: 'others_offload',
	severity: 'warning',
	flowtables: ['inet other/ft'],
	accelerators: []
};

const NO_ENGINE = NETIFD({
	'br-lan': { devtype: 'bridge' },
	lan1: { devtype: 'dsa', 'hw-tc-offload': false },
	lan2: { devtype: 'dsa', 'hw-tc-offload': false },
	wan: { 'hw-tc-offload': false }
});

const HOOKS: readonly Case[] = [
	software(
		'an uplink without a hook',
		{
			'/run/virtual-kernel/flowtables': flowtable('devices = { "br-lan" }', 'counter'),
			'/var/run/fw4.state': memory(
				{ lan: ['br-lan'], wan: ['wan'] },
				{ lan: { device: 'br-lan', physdev: 'br-lan' } }
			)
		},
		[NOT_COVERED],
		{
			chains: [
				{ ...chains('software')[0], interfaces: ['lan'] },
				{
					interfaces: [],
					zone: 'wan',
					side: 'wan',
					links: [link('wan', null, 'ethernet', { enters: { path: 'cpu' } })]
				}
			]
		}
	),
	software(
		"OpenVPN's device, which its zone has as `tun+`",
		{ ...TUN, '/var/run/fw4.state': stateWith('vpn', { devices_pos: ['tun*'] }) },
		[
			{
				code: 'not_covered',
				severity: 'notice',
				device: 'tun0',
				zone: 'vpn',
				side: 'lan',
				missing: ['tun0']
			}
		],
		{
			chains: [
				...chains('software'),
				{
					interfaces: [],
					zone: 'vpn',
					side: 'lan',
					links: [link('tun0', null, 'tunnel', { up: true, enters: { path: 'cpu' } })]
				}
			]
		}
	),
	off(
		'an uplink that software offloading would not hook',
		{
			'/var/run/fw4.state': memory(
				{ lan: ['br-lan'], wan: ['wan'] },
				{ lan: { device: 'br-lan', physdev: 'br-lan' } }
			)
		},
		[NOT_COVERED],
		{ input: { mode: 'software' }, chains: [{ ...chains()[0], interfaces: ['lan'] }, chains()[1]] }
	),
	software(
		'an access point that came after the firewall',
		{
			...devices({ 'phy0-ap0': { devtype: 'wlan' } }),
			'/var/run/fw4.state': JSON.stringify({
				zones: [
					{
						name: 'lan',
						related_physdevs: ['br-lan', 'phy0-ap0'],
						match_rules: [{ devices_pos: ['br-lan'] }]
					},
					{ name: 'wan', masq: true, related_physdevs: ['wan'], match_rules: [{ devices_pos: ['wan'] }] }
				]
			})
		},
		[{ ...DRIFT, missing: ['phy0-ap0'], surplus: [] }]
	),
	software(
		'a device that is gone',
		{ '/run/virtual-kernel/flowtables': flowtable('devices = { "br-lan", "wan", "wwan0" }', 'counter') },
		[{ ...DRIFT, missing: [], surplus: ['wwan0'] }]
	),
	hardware(
		'no engine below any hooked port',
		{},
		[{ code: 'not_in_hardware', severity: 'warning', cause: 'no_engine', connections: 0 }],
		{ bus: [NO_ENGINE], chains: chains('hardware', 'no') }
	),
	hardware(
		'connections go through, and the engine takes none',
		{ '/proc/net/nf_conntrack': lines('OFFLOAD', 3) },
		[{ code: 'not_in_hardware', severity: 'warning', cause: 'none_taken', connections: 3 }]
	),
	off(
		'a change to hardware, where no device has an engine',
		{},
		[{ code: 'not_in_hardware', severity: 'warning', cause: 'no_engine', connections: 0 }],
		{
			input: { mode: 'hardware' },
			bus: [NO_ENGINE]
		}
	),
	hardware(
		'IPv6 is left out by the engine',
		{ '/proc/net/nf_conntrack': lines('HW_OFFLOAD', 3) + lines('OFFLOAD', 2, 2000, 'ipv6') },
		[{ code: 'ipv6_in_software', severity: 'notice', connections: 2 }]
	),
	hardware(
		'no connection of IPv6 is there',
		{ '/proc/net/nf_conntrack': lines('HW_OFFLOAD', 3) + lines('OFFLOAD', 1) },
		[]
	)
];

const BESIDE: readonly Case[] = [
	off('another flowtable, while firewall4’s is off', { '/run/virtual-kernel/flowtables': COUNTING_OTHER }, [
		OTHERS
	]),
	software(
		'another flowtable, while firewall4’s is on',
		{ '/run/virtual-kernel/flowtables': RUNNING + COUNTING_OTHER },
		[OTHERS]
	),
	software(
		'another flowtable that does not count',
		{ '/run/virtual-kernel/flowtables': RUNNING + OTHER, ...TEMPLATE(true) },
		[OTHERS, { code: 'no_counter', severity: 'notice', flowtables: ['inet other/ft'] }]
	),
	software(
		'firewall4’s flowtable for bridged packets is not another’s',
		{
			'/run/virtual-kernel/flowtables': `${RUNNING}table bridge fw4 {\n\tflowtable fb { # handle 2\n\t\thook ingress priority filter\n\t\tdevices = { "lan1" }\n\t\tcounter\n\t}\n}\n`
		},
		[]
	),
	off('a vendor’s accelerator', { '/sys/module/natflow/refcnt': '1\n' }, [
		{ ...OTHERS, flowtables: [], accelerators: ['natflow'] }
	]),
	off(
		'turboacc sets the options at each start',
		{
			'/etc/config/turboacc': 'config turboacc config\n',
			'/etc/init.d/turboacc': script(''),
			'/etc/rc.d/S90turboacc': ''
		},
		[{ code: 'options_owned', severity: 'warning', program: 'turboacc', file: '/etc/config/turboacc' }]
	),
	off(
		'turboacc is there, and not enabled',
		{
			'/etc/config/turboacc': 'config turboacc config\n',
			'/etc/init.d/turboacc': script(''),
			'/etc/rc.d/S90other': '',
			'/etc/rc.d/K90turboacc': ''
		},
		[]
	),
	off('the table is nearly full', { '/proc/sys/net/netfilter/nf_conntrack_count': '58983\n' }, [
		{ code: 'table_nearly_full', severity: 'warning', count: 58983, maximum: 65536 }
	]),
	software('the table is full', { '/proc/sys/net/netfilter/nf_conntrack_count': '65536\n' }, [
		{ code: 'table_nearly_full', severity: 'danger', count: 65536, maximum: 65536 }
	]),
	off('the table is well filled', { '/proc/sys/net/netfilter/nf_conntrack_count': '58982\n' }, []),
	off('the kernel counts nothing', { '/proc/sys/net/netfilter/nf_conntrack_acct': '0\n' }, [
		{ code: 'accounting_off', severity: 'notice' }
	]),
	software(
		'that the kernel counts nothing is none of what a change would cause',
		{ '/proc/sys/net/netfilter/nf_conntrack_acct': '0\n' },
		[],
		{ input: { mode: 'software' } }
	),
	software(
		'a flowtable that does not count, where firewall4 has it count',
		{ '/run/virtual-kernel/flowtables': flowtable('devices = { "br-lan", "wan" }'), ...TEMPLATE(true) },
		[{ code: 'no_counter', severity: 'notice', flowtables: ['inet fw4/ft'] }]
	)
];

/** `tc` with these queueing disciplines beside OpenWrt's own, and where the ingress of `wan` goes. */
export const tc = (qdiscs: readonly string[], redirect = '', device = 'wan'): Files => ({
	'/sys/module/sch_cake/refcnt': '1\n',
	'/sbin/tc': program({
		'qdisc show': [
			'qdisc noqueue 0: dev lo root refcnt 2',
			'qdisc fq_codel 0: dev lan1 root refcnt 2 limit 10240p flows 1024',
			...qdiscs
		].join('\n'),
		[`filter show dev ${device} ingress`]: redirect
	})
});
export const CAKE = (device: string): string =>
	`qdisc cake 8001: dev ${device} root refcnt 2 bandwidth 20Mbit diffserv3 triple-isolate nat`;
export const INGRESS = (device: string): string =>
	`qdisc ingress ffff: dev ${device} parent ffff:fff1 ---------------- `;
export const TO_IFB =
	'filter protocol all pref 10 u32 chain 0 fh 800::800 order 2048 key ht 800 bkt 0 terminal flowid not_in_hw \n  match 00000000/00000000 at 0\n\taction order 1: mirred (Egress Redirect to device ifb4wan) stolen\n \tindex 1 ref 1 bind 1';
const SHAPED = { ...SHAPER, program: null };
const ON_CPU = { code: 'shaped_on_cpu', severity: 'notice', device: 'wan', kind: 'cake', program: null };

const PPPOE = (...hooked: string[]): { files: Files; chains: object } => ({
	files: {
		...devices({ 'pppoe-wan': { devtype: 'ppp', type: 512 } }),
		'/run/virtual-kernel/flowtables': flowtable(
			`devices = { ${hooked.map((each) => `"${each}"`).join(', ')} }`,
			'counter'
		),
		'/var/run/fw4.state': memory(
			{ lan: ['br-lan'], wan: ['pppoe-wan'] },
			{ lan: { device: 'br-lan', physdev: 'br-lan' }, wan: { device: 'pppoe-wan', physdev: 'wan' } }
		),
		'/proc/net/route': routeBy('pppoe-wan')
	},
	chains: [
		{ ...chains('software')[0], interfaces: ['lan'] },
		{
			interfaces: ['wan'],
			zone: 'wan',
			side: 'wan',
			links: [
				link('pppoe-wan', null, 'ppp'),
				link('wan', 'pppoe-wan', 'ethernet', { hooked: true, enters: { path: 'software' } })
			]
		}
	]
});
const DIALLED = PPPOE('br-lan', 'wan');

const SHAPERS: readonly Case[] = [
	hardware('cake on the uplink, and hardware passes it by', tc([CAKE('wan')]), [SHAPED]),
	software('cake on the uplink: software sends through it', tc([CAKE('wan')]), []),
	off('cake on the uplink, and nothing is offloaded', { ...tc([CAKE('wan')]), '/sbin/tc': NEVER }, []),
	software('cake on the uplink, asked what hardware would pass by', tc([CAKE('wan')]), [SHAPED], {
		input: { mode: 'hardware' },
		bus: [ENGINES(true)]
	}),
	hardware(
		'cake on the uplink, and the engine is seen to take nothing: all goes through it',
		{ ...tc([CAKE('wan')]), '/proc/net/nf_conntrack': lines('OFFLOAD', 3) },
		[{ code: 'not_in_hardware', severity: 'warning', cause: 'none_taken', connections: 3 }]
	),
	hardware(
		'cake on the bridge, and the engine is seen to take nothing: software sends by the port',
		{ ...tc([CAKE('br-lan')]), '/proc/net/nf_conntrack': lines('OFFLOAD', 3) },
		[
			{ code: 'not_in_hardware', severity: 'warning', cause: 'none_taken', connections: 3 },
			{ ...SHAPED, device: 'br-lan', passed_by: 'software' }
		]
	),
	hardware(
		'OpenWrt’s own queueing discipline shapes nothing',
		tc(['qdisc fq_codel 0: dev wan root refcnt 2']),
		[]
	),
	hardware(
		'a shaper in the chip, which sees what the chip forwards (sqm-scripts PR 193)',
		tc(['qdisc tbf 1: dev wan root refcnt 2 offloaded rate 20Mbit burst 1514b lat 300ms']),
		[]
	),
	hardware('a shaper’s module is loaded, and no tc is there', { '/sys/module/sch_htb/refcnt': '1\n' }, []),
	hardware(
		'SQM in both directions: each is passed by',
		{
			...tc([CAKE('wan'), INGRESS('wan'), CAKE('ifb4wan')], TO_IFB),
			'/var/run/sqm/wan.state': 'STATE_DIR\n'
		},
		[
			{ ...SHAPED, program: 'sqm' },
			{ ...SHAPED, direction: 'ingress', program: 'sqm' }
		]
	),
	software(
		'SQM in both directions in software: what has come by the ifb device never meets the flowtable',
		tc([CAKE('wan'), INGRESS('wan'), CAKE('ifb4wan')], TO_IFB),
		[ON_CPU]
	),
	software(
		'a shaper on an ifb device that nothing is handed to',
		tc([CAKE('ifb4wan'), 'qdisc clsact ffff: dev wan parent ffff:fff1'], ''),
		[]
	),
	hardware('qosify', { ...tc([CAKE('wan')]), ...running('qosify') }, [{ ...SHAPED, program: 'qosify' }]),
	software(
		'PPPoE: the kernel sends by the PPP device, shaper and all',
		{ ...DIALLED.files, ...tc([CAKE('pppoe-wan')]) },
		[],
		{ chains: DIALLED.chains }
	),
	software(
		'PPPoE since Linux 6.19: the kernel sends by the device below',
		{ ...DIALLED.files, ...tc([CAKE('pppoe-wan')]), '/proc/sys/kernel/osrelease': '6.19.1\n' },
		[{ ...SHAPED, device: 'pppoe-wan', passed_by: 'software' }],
		{
			chains: DIALLED.chains
		}
	),
	software(
		'PPPoE: what enters is taken below the PPP device, whose ingress shaper it passes by',
		{
			...DIALLED.files,
			...tc(
				[INGRESS('pppoe-wan'), CAKE('ifb4pppoe-wan')],
				'mirred (Egress Redirect to device ifb4pppoe-wan) stolen',
				'pppoe-wan'
			)
		},
		[{ ...SHAPED, device: 'pppoe-wan', direction: 'ingress', passed_by: 'software' }],
		{ chains: DIALLED.chains }
	),
	software('cake on the bridge, which is hooked itself: software sends through it', tc([CAKE('br-lan')]), []),
	software(
		'cake on the bridge, whose ports are hooked: software sends by the port',
		{
			...FW4['23.05'],
			'/run/virtual-kernel/flowtables': flowtable(PORTS, 'counter'),
			...tc([CAKE('br-lan')])
		},
		[{ ...SHAPED, device: 'br-lan', passed_by: 'software' }],
		{
			bus: [ENGINES(false)],
			chains: hookedPorts('software')
		}
	)
];

/** The healthy bridge with an access point in it. */
export const AP: Files = {
	...devices({ 'phy0-ap0': { devtype: 'wlan' } }),
	'/sys/class/net/br-lan/lower_phy0-ap0': ''
};
const WITH_AP = (mode: 'software' | 'hardware', engine: 'yes' | null): object => {
	const [lan, wan] = hookedPorts(mode) as { links: object[] }[];
	return [
		{
			...lan,
			links: [
				...(lan?.links ?? []),
				link('phy0-ap0', 'br-lan', 'wlan', {
					hooked: true,
					enters: { path: mode },
					engine: engine === 'yes' ? 'unknown' : null
				})
			]
		},
		wan
	];
};
const AP_HOOKED = { code: 'access_points_hooked', severity: 'notice', devices: ['phy0-ap0'] };
export const AP_TABLE = flowtable(
	'devices = { "lan1", "lan2", "phy0-ap0", "wan" }',
	'flags offload',
	'counter'
);
export const WITH_AP_NETIFD: Exchange = NETIFD({
	'br-lan': { devtype: 'bridge' },
	eth0: { 'hw-tc-offload': true },
	lan1: { devtype: 'dsa', 'hw-tc-offload': true },
	lan2: { devtype: 'dsa', 'hw-tc-offload': true },
	wan: { 'hw-tc-offload': true },
	'phy0-ap0': {}
});

type Client = readonly [number, number, number?];
const fdbEntries = (...clients: Client[]): Buffer =>
	Buffer.from(
		clients.flatMap(([last, port, local = 0]) => [2, 0, 0, 0, 0, last, port, local, 9, 0, 0, 0, 0, 0, 0, 0])
	);
/** Where a client is in the bridge: its last byte and the port's number. */
export const fdb = (...clients: Client[]): Files => ({
	'/sys/class/net/lan1/brport/port_no': '0x1\n',
	'/sys/class/net/lan2/brport/port_no': '0x2\n',
	'/sys/class/net/br-lan/brforward': fdbEntries(...clients)
});
export const SEEN_BEHIND = (port: string, moves: object[] = []): Files => ({
	'/var/run/nft-offload/clients.json': JSON.stringify({ ports: { 'br-lan 02:00:00:00:00:0a': port }, moves })
});
const MOVED = {
	code: 'client_moved',
	severity: 'warning',
	address: '02:00:00:00:00:0a',
	old_port: 'lan1',
	new_port: 'lan2'
};

/** A guest network with a bridge and ports of its own, and a client of it that was in the other one before. */
const GUEST_PORTS = ['lan3', 'lan4'];
const GUESTS: { files: Files; chains: object; bus: Exchange } = {
	files: {
		...devices({
			'br-guest': { devtype: 'bridge', below: GUEST_PORTS },
			lan3: { devtype: 'dsa' },
			lan4: { devtype: 'dsa' }
		}),
		'/var/run/fw4.state': JSON.stringify({
			zones: ['br-lan', 'br-guest', 'wan'].map((device) => ({
				name: device.replace('br-', ''),
				masq: device === 'wan',
				related_physdevs: [device],
				match_rules: [{ devices_pos: [device] }]
			}))
		}),
		'/run/virtual-kernel/flowtables': flowtable(
			'devices = { "lan1", "lan2", "lan3", "lan4", "wan" }',
			'flags offload',
			'counter'
		),
		...fdb(),
		'/sys/class/net/lan3/brport/port_no': '0x1\n',
		'/sys/class/net/lan4/brport/port_no': '0x2\n',
		'/sys/class/net/br-guest/brforward': fdbEntries([10, 1])
	},
	chains: [
		chains('hardware', 'yes')[0],
		{
			interfaces: [],
			zone: 'guest',
			side: 'lan',
			links: [
				link('br-guest', null, 'bridge'),
				...GUEST_PORTS.map((port) =>
					link(port, 'br-guest', 'dsa', { hooked: true, enters: { path: 'hardware' }, engine: 'yes' })
				)
			]
		},
		chains('hardware', 'yes')[1]
	],
	bus: NETIFD({
		'br-lan': { devtype: 'bridge' },
		'br-guest': { devtype: 'bridge' },
		eth0: { devtype: 'ethernet', 'hw-tc-offload': true },
		...Object.fromEntries(
			['lan1', 'lan2', ...GUEST_PORTS].map((port) => [port, { devtype: 'dsa', 'hw-tc-offload': true }])
		),
		wan: { devtype: 'ethernet', 'hw-tc-offload': true }
	})
};

const ROAMING: readonly Case[] = [
	hardware(
		'access points among the hooked ports',
		{ ...AP, '/run/virtual-kernel/flowtables': AP_TABLE },
		[AP_HOOKED],
		{ bus: [WITH_AP_NETIFD], chains: WITH_AP('hardware', 'yes') }
	),
	hardware(
		'the same on a kernel that looks the port up again',
		{
			...AP,
			'/run/virtual-kernel/flowtables': AP_TABLE,
			'/proc/kallsyms': 'c01 t nf_flow_bridge_port_stale\t[nf_flow_table]\n'
		},
		[],
		{ bus: [WITH_AP_NETIFD], chains: WITH_AP('hardware', 'yes') }
	),
	software('access points in the bridge, which is hooked itself', AP, [], {
		chains: [
			{
				...chains('software')[0],
				links: [
					...(chains('software')[0]?.links ?? []),
					link('phy0-ap0', 'br-lan', 'wlan', { enters: { path: 'software' } })
				]
			},
			chains('software')[1]
		]
	}),
	software('access points in the bridge, asked what hardware would hook', AP, [AP_HOOKED], {
		input: { mode: 'hardware' },
		bus: [WITH_AP_NETIFD],
		chains: [
			{
				...chains('software')[0],
				links: [
					...(chains('software')[0]?.links ?? []),
					link('phy0-ap0', 'br-lan', 'wlan', { enters: { path: 'software' } })
				]
			},
			chains('software')[1]
		]
	}),
	hardware(
		'a client behind another hooked port than before',
		{ ...fdb([10, 2], [11, 1]), ...SEEN_BEHIND('lan1') },
		[MOVED]
	),
	hardware(
		'it is told of once more by the next look',
		{ ...fdb([10, 2], [11, 1]), ...SEEN_BEHIND('lan1') },
		[MOVED],
		{ times: 2, bus: [ENGINES(true), ENGINES(true)] }
	),
	hardware(
		'a client that has gone over to the guests, to another bridge',
		{ ...GUESTS.files, ...SEEN_BEHIND('lan1') },
		[],
		{ bus: [GUESTS.bus], chains: GUESTS.chains }
	),
	hardware(
		'a client of two bridges that moved in one of them',
		{ ...GUESTS.files, ...fdb([10, 2]), ...SEEN_BEHIND('lan1') },
		[MOVED],
		{ bus: [GUESTS.bus], chains: GUESTS.chains }
	),
	hardware(
		'a client in two VLANs of a bridge, which its table in sysfs does not tell of',
		{ ...fdb([10, 2]), ...SEEN_BEHIND('lan1'), '/sys/class/net/br-lan/bridge/vlan_filtering': '1\n' },
		[]
	),
	hardware(
		'a client that moved, on a bridge that could separate VLANs and does not',
		{ ...fdb([10, 2]), ...SEEN_BEHIND('lan1'), '/sys/class/net/br-lan/bridge/vlan_filtering': '0\n' },
		[MOVED]
	),
	hardware('a client that is where it was', { ...fdb([10, 2]), ...SEEN_BEHIND('lan2') }, []),
	hardware(
		'a client that came from a port that is not hooked',
		{ ...fdb([10, 2]), ...SEEN_BEHIND('phy0-ap0') },
		[]
	),
	hardware('the bridge’s own address', { ...fdb([10, 2, 1]), ...SEEN_BEHIND('lan1') }, []),
	software(
		'a client that moved, where the bridge is hooked itself',
		{ ...fdb([10, 2]), ...SEEN_BEHIND('lan1') },
		[]
	)
];

/** Tables of routes, as busybox and ip-full print them: of the main one its name is left out. */
const TABLES_BY_WWAN = ['100', '101', '1', 'pbr_wan'].map(
	(table) => `default via 10.9.9.2 dev wwan0 table ${table} `
);
const rules = (ipv4: string, ipv6 = '', routes: readonly string[] = TABLES_BY_WWAN): Files => ({
	'/proc/net/fib_trie': 'Main:\n  +-- 0.0.0.0/0 3 0 5\nId 100:\n  |-- 0.0.0.0\n',
	'/sbin/ip': program({
		rule: `0:\tfrom all lookup local\n${ipv4}\n32766:\tfrom all lookup main`,
		'-6 rule': ipv6,
		...Object.fromEntries(
			['-4', '-6'].map((family) => [
				`${family} route show table all`,
				['default via 10.0.0.1 dev wan ', ...routes, 'local 127.0.0.1 dev lo table local scope host '].join(
					'\n'
				)
			])
		)
	})
});
const ROUTING = { code: 'policy_routing', severity: 'warning', program: null };

const PROGRAMS: readonly Case[] = [
	software(
		'rules that route by a mark',
		rules(
			'100:\tfrom all fwmark 0x1 lookup 100\n101:\tfrom all fwmark 0x1 lookup 101',
			'100:\tfrom all fwmark 0x2/0xff lookup 100'
		),
		[{ ...ROUTING, rules: 3, marks: ['0x1', '0x2/0xff'] }]
	),
	off(
		'rules that route by a mark, asked what software would cause',
		rules('100:\tfrom all fwmark 0x1 lookup 100'),
		[{ ...ROUTING, rules: 1, marks: ['0x1'] }],
		{ input: { mode: 'software' } }
	),
	software('mwan3', { ...rules('2001:\tfrom all fwmark 0x100/0x3f00 lookup 1'), ...running('mwan3track') }, [
		{ ...ROUTING, rules: 1, marks: ['0x100/0x3f00'], program: 'mwan3' }
	]),
	software('pbr', rules('29998:\tfrom all fwmark 0x10000/0xff0000 lookup pbr_wan'), [
		{ ...ROUTING, rules: 1, marks: ['0x10000/0xff0000'], program: 'pbr' }
	]),
	software(
		'a rule by mark for a table without routes, which changes nothing: ip is not even asked',
		{
			...rules('100:\tfrom all fwmark 0x1 lookup 100'),
			'/proc/net/fib_trie': 'Main:\n  +-- 0.0.0.0/0 3 0 5\n'
		},
		[]
	),
	software(
		'rules for IPv6 alone: a second uplink tells of them',
		{
			...rules('', '100:\tfrom all fwmark 0x3 lookup 100'),
			'/proc/net/fib_trie': null,
			'/proc/net/ipv6_route': ['wan', 'wwan0']
				.map(
					(name) =>
						`${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00 fe80000000000000021122fffe334455 00000200 00000001 00000000 00000003 ${name}\n`
				)
				.join('')
		},
		[{ ...ROUTING, rules: 1, marks: ['0x3'] }]
	),
	software(
		'rules without a mark, for packets that have none, and Tailscale’s for its own',
		rules(
			'100:\tfrom 192.168.2.0/24 lookup 100\n101:\tnot from all fwmark 0xca6c lookup 51820\n5210:\tfrom all fwmark 0x80000/0xff0000 lookup main'
		),
		[]
	),
	software(
		'a rule by mark for a table without routes, while another table has some',
		rules('100:\tfrom all fwmark 0x5 lookup 200'),
		[]
	),
	software(
		'rules by mark that come to what every router has',
		rules('100:\tfrom all fwmark 0x5 lookup main\n101:\tfrom all fwmark 0x6/0xff lookup default', '', [
			...TABLES_BY_WWAN,
			'default dev wan table default scope link '
		]),
		[]
	),
	software(
		'a transparent proxy, whose marked packets come to the router itself',
		rules('100:\tfrom all fwmark 0x1 lookup 100', '100:\tfrom all fwmark 0x1 lookup 100', [
			'local default dev lo table 100 scope host '
		]),
		[]
	),
	software(
		'marked packets that go nowhere',
		rules('100:\tfrom all fwmark 0x1 lookup 100\n101:\tfrom all fwmark 0x2 unreachable', '', [
			'unreachable default dev lo table 100  metric 1024 ',
			'blackhole default table 100 '
		]),
		[]
	),
	software(
		'a table of routes by two gateways: ip-full names them below, busybox not at all',
		rules('100:\tfrom all fwmark 0x1 lookup 100\n101:\tfrom all fwmark 0x2 lookup 200', '', [
			'default table 100 ',
			'\tnexthop via 10.0.0.2 dev wan weight 1 ',
			'\tnexthop via 10.9.9.2 dev wwan0 weight 1 '
		]),
		[{ ...ROUTING, rules: 1, marks: ['0x1'] }]
	),
	software('a queue for new connections', fw4(['ct state new queue to 200']), []),
	software(
		'zapret, in a table of its own',
		{
			'/run/virtual-kernel/ruleset': `table inet zapret {${hook('postrouting', 'postrouting priority srcnat + 1', 'jump post')}\n\tchain post {\n\t\tmeta l4proto tcp ct original packets 1-12 queue flags bypass to 200\n\t}\n}\n`,
			...running('nfqws')
		},
		[{ code: 'inspected', severity: 'warning', program: 'nfqws', chains: ['inet zapret post'] }]
	),
	software(
		'another program behind a queue, by its socket',
		{
			...fw4(['queue to 5']),
			...running('snort'),
			'/proc/net/netfilter/nfnetlink_queue': '    5   4711     0 2 65531     0     0        0  1\n'
		},
		[{ code: 'inspected', severity: 'warning', program: 'snort', chains: ['inet fw4 forward'] }]
	),
	software('a quota', fw4(['ip saddr 192.168.1.9 quota over 10 mbytes drop']), [
		{ code: 'counted', severity: 'warning', kind: 'quota', chains: ['inet fw4 forward'] }
	]),
	...(
		[
			['limit', 'ip saddr 192.168.1.50 limit rate over 100 kbytes/second burst 5 packets drop'],
			['limit', 'add @meter { ip saddr limit rate over 1 mbytes/second } counter drop'],
			['header', 'oifname "wan" counter ip ttl set 65'],
			['header', 'oifname "wan" ip6 hoplimit set 65'],
			['header', 'udp dport 443 ip dscp set cs5 comment "!fw4: of its own"']
		] as const
	).map(([kind, rule]) =>
		software(`a rule that limits or changes each packet: ${rule}`, fw4([rule]), [
			{ code: 'counted', severity: 'warning', kind, chains: ['inet fw4 forward'] }
		])
	),
	software(
		'banIP, as nft lists its rules: they count what they drop, and let pass what is established',
		fw4(
			[],
			[],
			hook(
				'pre-routing',
				'prerouting priority -175',
				'iifname != "wan" counter accept',
				'ct state invalid counter name "cnt_ctinvalid" drop',
				'meta nfproto . meta l4proto { ipv4 . icmp, ipv6 . ipv6-icmp } limit rate over 25/second burst 5 packets counter name "cnt_icmpflood" drop',
				'meta l4proto udp ct state new limit rate over 100/second burst 5 packets counter name "cnt_udpflood" drop',
				'tcp flags & (fin | syn | rst | ack) == syn limit rate over 10/second burst 5 packets counter name "cnt_synflood" drop',
				'tcp flags & (fin | syn) == fin | syn counter name "cnt_tcpinvalid" drop',
				'tcp flags & (fin | syn | rst | psh | ack | urg) < fin counter name "cnt_tcpinvalid" drop',
				'tcp flags & (fin | syn | rst | psh | ack | urg) == fin | psh | urg counter name "cnt_tcpinvalid" drop'
			) +
				hook(
					'wan-forward',
					'forward priority -100',
					'iifname != "wan" counter accept',
					'ct state established,related counter accept',
					'counter jump _inbound'
				) +
				'\n\tchain _inbound {\n\t\tip saddr @blocklist.v4 counter drop\n\t}\n'
		),
		[]
	),
	software(
		'a rule that does nothing but count, and a counter with a name',
		fw4(
			[],
			[],
			hook(
				'account',
				'forward priority -1',
				'ip daddr 192.168.1.9 counter',
				'oifname "wan" counter name "up" accept'
			)
		),
		[{ code: 'counted', severity: 'notice', kind: 'counter', chains: ['inet fw4 account'] }]
	),
	software(
		'a rule that marks and counts beside that',
		fw4(
			[],
			[],
			hook(
				'marks',
				'prerouting priority mangle',
				'ip saddr 192.168.1.9 counter meta mark set 0x1',
				'ip saddr 192.168.1.9 counter comment "!fw4: of its own"'
			)
		),
		[]
	),
	software('a rule that logs what is forwarded', fw4(['iifname "br-lan" log prefix "out: "']), [
		{ code: 'logged', severity: 'notice', chains: ['inet fw4 forward'] }
	]),
	software(
		'rules that log what they drop, or new connections, or have the word between quotes',
		fw4([
			'ip saddr 192.168.1.9 log prefix "dropped " drop',
			'ct state new log prefix "new "',
			'ip saddr 192.168.1.9 accept comment "log queue quota counter"'
		]),
		[]
	),
	...[
		[
			'firewall4’s MTU fixing that logs',
			'tcp flags syn / fin,syn,rst log prefix "MSSFIX wan out: " tcp option maxseg size set rt mtu'
		],
		['the same by an older nft', 'tcp flags & (fin | syn | rst) == syn log prefix "MSSFIX wan out: "'],
		['the same of 22.03', 'tcp flags syn tcp option maxseg size set rt mtu log prefix "MSSFIX wan out: "'],
		['what ends connections', 'tcp flags fin,rst log'],
		['new ones, and what nobody tracks', 'ct state { new, untracked } log'],
		['the same as a list', 'ct state invalid,new,untracked log'],
		['all but established ones', 'ct state != { established, related } log'],
		['pings', 'meta l4proto icmp log'],
		['pings of both families', 'meta l4proto { icmp, ipv6-icmp } log'],
		['pings by their type', 'icmpv6 type echo-request log'],
		['the router’s own', 'fib daddr type local log'],
		['all that is not forwarded', 'fib daddr type { local, broadcast, multicast } log'],
		['broadcasts', 'meta pkttype { broadcast, multicast } log'],
		['multicast', 'ip daddr 224.0.0.0/4 log'],
		['multicast and neighbours of IPv6', 'ip6 daddr { fe80::/10, ff02::1:2 } log'],
		['DHCP', 'udp dport { 67, 68 } log'],
		['an own address', 'ip daddr 192.168.1.1 udp dport 53 log'],
		['an own address of IPv6', 'ip6 daddr fd00:1::1 tcp dport 22 log']
	].map(([name = '', rule = '']) =>
		software(
			`a rule that logs and counts what is never offloaded: ${name}`,
			{
				...OWN,
				...fw4([rule, rule.replace(/log.*/, 'counter')], [], hook('late', 'prerouting priority filter', rule))
			},
			[]
		)
	),
	...[
		'tcp flags & (fin | syn | rst | ack) == ack log',
		'tcp flags != syn log',
		'tcp flags syn,ack log',
		'ct state { established, new } log',
		'ct state != new log',
		'meta l4proto { udp, icmp } log',
		'meta l4proto != icmp log',
		'ip daddr . meta l4proto { 198.51.100.1 . tcp } log',
		'meta l4proto . th dport { icmp . 53, udp . 53 } log',
		'fib daddr type != local log',
		'fib daddr type { local, unicast } log',
		'ip daddr { 192.168.1.1, 192.168.1.9 } log',
		'ip daddr != 192.168.1.1 log',
		'ip daddr 192.168.1.0/24 log',
		'ip daddr @banned log',
		'udp dport { 53, 67 } log'
	].map((rule) =>
		software(`a rule that logs what may be offloaded: ${rule}`, { ...OWN, ...fw4([rule]) }, [
			{ code: 'logged', severity: 'notice', chains: ['inet fw4 forward'] }
		])
	),
	software(
		'a rule that logs what comes to the router’s address before it is known whose that is: what it masquerades, too',
		{
			...OWN,
			...fw4(
				[],
				[],
				hook('early', 'prerouting priority mangle', 'ip daddr 203.0.113.2 log', 'fib daddr type local log')
			)
		},
		[{ code: 'logged', severity: 'notice', chains: ['inet fw4 early'] }]
	),
	software(
		'a flowtable for bridged packets that has no device',
		{
			'/run/virtual-kernel/ruleset':
				'table bridge fw4 {\n\tflowtable fb {\n\t\thook ingress priority filter\n\t}\n}\n'
		},
		[{ code: 'bridge_waits', severity: 'notice', flowtable: 'bridge fw4/fb' }]
	),
	software(
		'nlbwmon, and the kernel counts nothing',
		{ ...running('nlbwmon'), '/proc/sys/net/netfilter/nf_conntrack_acct': '0\n' },
		[
			{
				code: 'misses_traffic',
				severity: 'warning',
				program: 'nlbwmon',
				cause: 'accounting_off',
				devices: []
			},
			{ code: 'accounting_off', severity: 'notice' }
		]
	),
	software(
		'nlbwmon beside firewall4 of 22.03, whose flowtable does not count',
		{
			...running('nlbwmon'),
			...TEMPLATE(false),
			'/run/virtual-kernel/flowtables': flowtable('devices = { "br-lan", "wan" }')
		},
		[{ code: 'misses_traffic', severity: 'warning', program: 'nlbwmon', cause: 'no_counter', devices: [] }]
	),
	off(
		'nlbwmon, asked what software would cause on 22.03',
		{ ...running('nlbwmon'), ...TEMPLATE(false) },
		[{ code: 'misses_traffic', severity: 'warning', program: 'nlbwmon', cause: 'no_counter', devices: [] }],
		{ input: { mode: 'software' } }
	),
	software('nlbwmon where all is counted', running('nlbwmon'), []),
	software(
		'vnstat on a device above the hooked one',
		{
			...DIALLED.files,
			...running('vnstatd'),
			'/etc/config/vnstat': "config vnstat\n\tlist interface 'pppoe-wan'\n\tlist interface 'wan'\n"
		},
		[
			{
				code: 'misses_traffic',
				severity: 'warning',
				program: 'vnstat',
				cause: 'upper_device',
				devices: ['pppoe-wan']
			}
		],
		{ chains: DIALLED.chains }
	),
	software(
		'vnstat on the hooked device',
		{
			...running('vnstatd'),
			'/etc/config/vnstat': "config vnstat\n\tlist interface wan\n\tlist interface 'br-lan'\n"
		},
		[]
	),
	software('IPsec', running('charon'), [{ code: 'ipsec', severity: 'notice', program: 'charon' }]),
	off('IPsec, and nothing is offloaded', running('charon'), [])
];

const DUMP = (proto: string): Exchange => ({
	object: 'network.interface',
	method: 'dump',
	arguments: {},
	reply: {
		status: 0,
		data: {
			interface: [
				{ interface: 'vpn', proto, l3_device: `${proto}-vpn` },
				{ interface: 'lan', proto: 'static', l3_device: 'br-lan' }
			]
		}
	}
});

const board = (target: string, kernel: string): Files => ({
	'/etc/openwrt_release': `DISTRIB_TARGET='${target}'\n`,
	'/proc/sys/kernel/osrelease': `${kernel}\n`
});
const BAD = (entry: string, ...threads: string[]): object => ({
	code: 'known_bad',
	severity: 'warning',
	entry,
	threads: threads.map((each) => `https://github.com/${each}`)
});
const WED: Files = { '/sys/module/mt7915e/parameters/wed_enable': 'Y\n' };
const IPV6: Files = {
	'/proc/net/ipv6_route': `${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00 fe80000000000000021122fffe334455 00000200 00000001 00000000 00000003      wan\n`
};
const DIALLED_IN_HARDWARE: Files = { ...DIALLED.files, '/run/virtual-kernel/flowtables': IN_HARDWARE };

const KNOWN: readonly Case[] = [
	software(
		'L2TP',
		{ '/sys/module/l2tp_ppp/refcnt': '1\n' },
		[{ code: 'l2tp', severity: 'notice', devices: ['l2tp-vpn'] }],
		{ bus: [DUMP('l2tp')] }
	),
	hardware(
		'PPTP in hardware',
		{ '/sys/module/pptp/refcnt': '1\n' },
		[{ code: 'l2tp', severity: 'warning', devices: ['pptp-vpn'] }],
		{ bus: [ENGINES(true), DUMP('pptp')] }
	),
	software('the module is loaded, and no interface has it', { '/sys/module/l2tp_ppp/refcnt': '1\n' }, [], {
		bus: [DUMP('pppoe')]
	}),
	hardware('mt7622 with Linux 5.10', board('mediatek/mt7622', '5.10.146'), [
		BAD('mt7622_panics', 'openwrt/openwrt/issues/9440'),
		BAD('mt7622_ports_stall', 'openwrt/openwrt/issues/9717')
	]),
	software('mt7622 with Linux 5.10 in software', board('mediatek/mt7622', '5.10.146'), [
		BAD('mt7622_ports_stall', 'openwrt/openwrt/issues/9717')
	]),
	off('mt7622 with Linux 5.10, off', board('mediatek/mt7622', '5.10.146'), []),
	hardware('mt7622 with Linux 5.15', board('mediatek/mt7622', '5.15.137'), []),
	hardware('mt7621, IPv6 and Linux 5.15 of 2022', { ...board('ramips/mt7621', '5.15.60'), ...IPV6 }, [
		BAD('mt7621_ipv6_panics', 'openwrt/openwrt/issues/10572')
	]),
	hardware('the same without an uplink for IPv6', board('ramips/mt7621', '5.15.60'), []),
	hardware('the same with Linux 6.12', { ...board('ramips/mt7621', '6.12.74'), ...IPV6 }, []),
	hardware(
		'mt7621 with PPPoE, and somebody listens',
		{ ...board('ramips/mt7621', '6.12.94'), ...DIALLED_IN_HARDWARE, ...running('tcpdump') },
		[BAD('mt7621_capture_resets', 'openwrt/openwrt/issues/24459')],
		{
			chains: [
				{ ...chains('hardware', 'yes')[0], interfaces: ['lan'] },
				{
					interfaces: ['wan'],
					zone: 'wan',
					side: 'wan',
					links: [
						link('pppoe-wan', null, 'ppp'),
						{ ...chains('hardware', 'yes')[1]?.links[0], above: 'pppoe-wan' }
					]
				}
			]
		}
	),
	hardware(
		'mt7621 without PPPoE, and somebody listens',
		{ ...board('ramips/mt7621', '6.12.94'), ...running('tcpdump') },
		[]
	),
	hardware(
		'L2TP in hardware on filogic before the mending',
		{ ...board('mediatek/filogic', '6.12.74'), '/sys/module/l2tp_ppp/refcnt': '1\n' },
		[
			BAD('mediatek_l2tp_panics', 'openwrt/openwrt/issues/20869'),
			{ code: 'l2tp', severity: 'warning', devices: ['l2tp-vpn'] }
		],
		{ bus: [ENGINES(true), DUMP('l2tp')] }
	),
	hardware(
		'L2TP in hardware on filogic since',
		{ ...board('mediatek/filogic', '6.12.94'), '/sys/module/l2tp_ppp/refcnt': '1\n' },
		[{ code: 'l2tp', severity: 'warning', devices: ['l2tp-vpn'] }],
		{ bus: [ENGINES(true), DUMP('l2tp')] }
	),
	hardware('WED with an early Linux 6.18', { ...board('mediatek/filogic', '6.18.31'), ...WED }, [
		BAD('wed_drops_after_300_s', 'openwrt/openwrt/pull/22970', 'openwrt/openwrt/pull/23611')
	]),
	hardware('WED with Linux 6.18.37', { ...board('mediatek/filogic', '6.18.37'), ...WED }, []),
	hardware(
		'no WED with an early Linux 6.18',
		{ ...board('mediatek/filogic', '6.18.31'), '/sys/module/mt7915e/parameters/wed_enable': 'N\n' },
		[]
	),
	hardware(
		'WED and a network without encryption',
		{
			...board('mediatek/filogic', '6.12.74'),
			...WED,
			'/etc/config/wireless': "config wifi-iface 'guest'\n\toption mode 'ap'\n\toption encryption 'none'\n"
		},
		[BAD('wed_open_network', 'openwrt/mt76/issues/911')]
	),
	hardware(
		'WED and networks with encryption, or switched off',
		{
			...board('mediatek/filogic', '6.12.74'),
			...WED,
			'/etc/config/wireless':
				"config wifi-iface 'home'\n\toption mode 'ap'\n\toption encryption 'sae'\n\nconfig wifi-iface 'guest'\n\toption mode 'ap'\n\toption disabled '1'\n"
		},
		[]
	),
	hardware(
		'WED with an MT7916',
		{
			...board('mediatek/filogic', '6.6.119'),
			...WED,
			'/sys/bus/pci/devices/0000:01:00.0/vendor': '0x14c3\n',
			'/sys/bus/pci/devices/0000:01:00.0/device': '0x7906\n'
		},
		[BAD('wed_mt7916_slow', 'openwrt/mt76/issues/1051')]
	),
	hardware(
		'WED with another card',
		{
			...board('mediatek/filogic', '6.6.119'),
			...WED,
			'/sys/bus/pci/devices/0000:01:00.0/vendor': '0x14c3\n',
			'/sys/bus/pci/devices/0000:01:00.0/device': '0x7915\n'
		},
		[]
	),
	hardware('Airoha and IPv6', { ...board('airoha/an7581', '6.18.41'), ...IPV6 }, [
		BAD('airoha_ipv6_lost', 'immortalwrt/immortalwrt/issues/2444')
	]),
	hardware('Airoha without IPv6', board('airoha/an7581', '6.18.41'), [])
];

const at: unknown = expect.any(Number);
const cause = (action: string, name: string, device: string): object => ({
	at,
	cause: { action, interface: name, device }
});
const LONG_AGO = { older: ['/var/run/fw4.state'] };

const RELOADS: readonly Case[] = [
	software(
		'an uplink that comes and goes',
		log(
			[700, 'ifup of wan (wan)'],
			[690, 'ifup of wan6 (wan)'],
			[100, 'ifup of wan (wan)'],
			[1, 'ifupdate of wan6 (wan)']
		),
		[
			{
				code: 'reloads',
				severity: 'notice',
				reloads: [
					cause('ifupdate', 'wan6', 'wan'),
					cause('ifup', 'wan', 'wan'),
					cause('ifup', 'wan6', 'wan'),
					cause('ifup', 'wan', 'wan')
				],
				seconds: 3600
			}
		]
	),
	software(
		'and a last load that the log tells nothing of',
		log([700, 'ifup of wan (wan)'], [690, 'ifup of wan6 (wan)'], [100, 'ifup of wan (wan)']),
		[
			{
				code: 'reloads',
				severity: 'notice',
				reloads: [
					{ at, cause: null },
					cause('ifup', 'wan', 'wan'),
					cause('ifup', 'wan6', 'wan'),
					cause('ifup', 'wan', 'wan')
				],
				seconds: 3600
			}
		]
	),
	software(
		'words in the log that are none of netifd’s',
		log(
			[700, 'ifup of wan (wan)'],
			[690, 'ifup of <b> (a/b)'],
			[100, 'nonsense'],
			[100, 'ifup of wan (wan)'],
			[1, 'ifup of wan (wan)']
		),
		[
			{
				code: 'reloads',
				severity: 'notice',
				reloads: [
					cause('ifup', 'wan', 'wan'),
					cause('ifup', 'wan', 'wan'),
					cause('ifup', '', ''),
					cause('ifup', 'wan', 'wan')
				],
				seconds: 3600
			}
		]
	),
	software(
		'lines of another program that say the same, or have such a line in them',
		{
			'/sbin/logread': () =>
				program({
					'-t -e Reloading firewall due to ': [
						'user.notice me: Reloading firewall due to ifup of wan (eth1)',
						'daemon.err uhttpd[2211]: Reloading firewall due to ifup of wan (eth1)',
						'user.notice firewall-watch: Reloading firewall due to ifup of wan (eth1)',
						'authpriv.warn dropbear[7]: user.notice firewall: Reloading firewall due to ifup of wan (eth1)',
						`user.notice me: [${String(ago(9))}.123] user.notice firewall: Reloading firewall due to ifup of wan (eth1)`
					]
						.map((told) => `Wed Nov 25 16:26:25 2026 [${String(ago(90))}.123] ${told}`)
						.join('\n')
				})
		},
		[]
	),
	software('an uplink that came back once', log([100, 'ifup of wan (wan)'], [1, 'ifup of wan6 (wan)']), []),
	software('interfaces that came up with the router', FROM_BOOT, []),
	software('a last load of long ago: the log is not even asked', { '/sbin/logread': NEVER }, [], LONG_AGO),
	off(
		'an uplink that comes and goes, and nothing is offloaded',
		log(
			[700, 'ifup of wan (wan)'],
			[690, 'ifup of wan6 (wan)'],
			[100, 'ifup of wan (wan)'],
			[1, 'ifup of wan6 (wan)']
		),
		[]
	)
];

const NONE: readonly Case[] = [
	diagnosis(
		'another firewall: nothing here is about it',
		{ '/sbin/fw4': null, '/proc/sys/net/netfilter/nf_conntrack_acct': '0\n' },
		{}
	),
	off('a change to off causes nothing', rules('100:\tfrom all fwmark 0x1 lookup 100'), [], {
		input: { mode: 'off' }
	})
];

export const FINDINGS_CASES: readonly Case[] = [
	...DEFAULTS,
	...HOOKS,
	...BESIDE,
	...SHAPERS,
	...ROAMING,
	...PROGRAMS,
	...KNOWN,
	...RELOADS,
	...NONE
];
