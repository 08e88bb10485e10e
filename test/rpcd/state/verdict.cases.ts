// SPDX-License-Identifier: Apache-2.0
/**
 * What speaks against a router's being as configured: the inputs of public reports, on which this page once said "As
 * configured" or named another cause, each with its story and its kind.
 */
import { monotonic, type Case, type Files } from '../case.ts';
import { config, flowtable, HEALTHY, HEALTHY_STATUS, state, stateWith, TUN } from '../router.ts';
import {
	asked,
	asks,
	COVERED,
	ENGINES,
	HARDWARE,
	IN_HARDWARE,
	lines,
	loads,
	NETIFD,
	RUNNING,
	setUp,
	SOFTWARE,
	status
} from './status.ts';

const NO_FIREWALL = { ...HEALTHY_STATUS.effective, loaded: false };
const NO_MEMORY: Files = { '/var/run/fw4.state': null };
const NO_DEVICES = { load: { ...HEALTHY_STATUS.load, devices: [UPLINK()] } };

/** Without firewall4's memory only the default route tells of a device. */
function UPLINK(): object {
	return { name: 'wan', side: 'wan', rx_bytes: 30000000000, tx_bytes: 4000, offloaded: 'yes' };
}

const CHECK = (text: string, end: number): string =>
	`#!/bin/sh\n[ "$1" = check ] || exit 99\ncat <<'END'\n${text}\nEND\nexit ${String(end)}\n`;

const REFUSED =
	"In file included from /dev/stdin:33:2-33:\n/etc/nftables.d/bad.nft:1:35-35: Error: syntax error, unexpected '}', expecting newline or semicolon\nchain bad { ip saddr @nosuch drop }\n                                  ^";
const REASON =
	"/etc/nftables.d/bad.nft:1:35-35: Error: syntax error, unexpected '}', expecting newline or semicolon";
const PASSES = CHECK('Ruleset passes nftables check.', 0);
const NEVER_ASKED = '#!/bin/sh\ntouch "$ROUTER_ROOT/asked"; exit 1\n';

/** A kept refusal of this router's file, asked for so many milliseconds ago. */
const refusalOf = (ago: number) => (): string =>
	JSON.stringify({ subject: '?', reason: REASON, asked_ms: monotonic() - ago });

const refusedOption = (option: string, value: string, mode = 'off'): object => ({
	requested: { readable: true, mode, hardware_alone: false, refused: { option, value } },
	verdict: { code: 'option_refused', option, value }
});

const HALVES = ['00000000 00000080', '00000080 00000080'] as const;
const up = (device: string): Files => ({
	[`/sys/class/net/${device}/uevent`]: device === 'br-lan' ? 'DEVTYPE=bridge\n' : '\n',
	[`/sys/class/net/${device}/carrier`]: '1\n'
});
/**
 * Software offloading beside OpenVPN's device, by which these networks lead: destination and mask, or first digits and bits of IPv6's,
 * and another device than its own.
 */
const byTunnel = (
	networks: readonly string[],
	memory: string | null = null,
	networks6: readonly string[] = [],
	files: Files = {}
): Files =>
	asks(SOFTWARE, RUNNING, {
		...TUN,
		...(memory === null ? {} : { '/var/run/fw4.state': memory }),
		'/proc/net/route': `${String(HEALTHY['/proc/net/route'])}${networks
			.map((network) => {
				const [destination, mask, device = 'tun0'] = network.split(' ');
				return `${device}\t${destination}\t0100080A\t0003\t0\t0\t0\t${mask}\t0\t0\t0   \n`;
			})
			.join('')}`,
		'/proc/net/ipv6_route': networks6
			.map((network) => {
				const [first, bits] = network.split(' ');
				const none = '0'.repeat(32);
				return `${first}${'0'.repeat(28)} ${bits} ${none} 00 ${none} 00000400 00000001 00000000 00000001     tun0\n`;
			})
			.join(''),
		...files
	});
/** 10.8.0.0/24 by the tunnel's device. */
const TUNNEL_NETWORK = '0000080A 00FFFFFF';
const BY_SUBNET = { family: 4, subnets_pos: ['10.8.0.0/24'] };
const uncovered = (zone: string | null, side: string, uplink: boolean): object => ({
	...AS_ASKED,
	coverage: [...COVERED.coverage, { device: 'tun0', zone, side, by: [], missing: ['tun0'] }],
	...(uplink ? { verdict: { code: 'uplink_not_covered', devices: ['tun0'] } } : {})
});

const PORTS = ['lan1', 'lan2', 'wan'];
const hardware = (engine: string, more: object = {}): object => ({
	...asked('hardware'),
	...setUp('hardware', PORTS),
	coverage: [
		{ device: 'br-lan', zone: 'lan', side: 'lan', by: ['lan1', 'lan2'], missing: [] },
		{ device: 'wan', zone: 'wan', side: 'wan', by: ['wan'], missing: [] }
	],
	engines: PORTS.map((device) => ({ device, engine })),
	load: loads('unknown'),
	...more
});
const CONDUIT: Files = { '/sys/class/net/lan1/lower_eth0': '', '/sys/class/net/lan2/lower_eth0': '' };

const seen = (software: object, inHardware: object = {}, more: object = {}): { seen: object } => ({
	seen: {
		...HEALTHY_STATUS.seen,
		software: { ...HEALTHY_STATUS.seen.software, ...software },
		hardware: { ...HEALTHY_STATUS.seen.hardware, ...inHardware },
		...more
	}
});

const BYTES = 3_002_000;

/** Software offloading, asked for, set up, and covering both sides. */
const AS_ASKED = { ...asked('software'), ...setUp('software'), ...COVERED };

/** Nothing is loaded. */
const UNLOADED: readonly Case[] = [
	status(
		'no firewall is loaded, and offloading is off: once told as configured, since the modes are the same',
		asks([], '', { ...NO_MEMORY, '/sbin/fw4': PASSES }),
		{ effective: NO_FIREWALL, verdict: { code: 'firewall_stopped' }, ...NO_DEVICES }
	),
	status(
		'no firewall is loaded, and offloading is on',
		asks(SOFTWARE, '', { ...NO_MEMORY, '/sbin/fw4': PASSES }),
		{ ...asked('software'), effective: NO_FIREWALL, verdict: { code: 'firewall_stopped' }, ...NO_DEVICES }
	),
	status(
		'after a boot without the module: it is why no firewall is loaded, though firewall4 remembers a load',
		asks(SOFTWARE, '', {
			'/sys/module/nft_flow_offload/refcnt': null,
			'/lib/apk/db/installed': 'P:busybox\nV:1\n\n'
		}),
		{
			...asked('software'),
			effective: NO_FIREWALL,
			module: { name: 'nft_flow_offload', state: 'missing' },
			package: { manager: 'apk', name: 'kmod-nft-offload', version: null },
			verdict: { code: 'module_missing', loadable: false }
		}
	),
	status('after a boot with a ruleset that nft refuses', asks([], '', { '/sbin/fw4': CHECK(REFUSED, 1) }), {
		effective: NO_FIREWALL,
		verdict: { code: 'ruleset_refused', reason: REASON }
	}),
	status(
		'after a boot with a value that firewall4 dies of: once told as configured, off',
		asks(["option flow_offloading 'enabled'"], '', NO_MEMORY),
		{ ...refusedOption('flow_offloading', 'enabled'), effective: NO_FIREWALL, ...NO_DEVICES }
	),
	status(
		'a file that libuci refuses, after a boot: firewall4 has loaded three chains that drop all',
		{
			...asks([], '', {}),
			'/etc/config/firewall':
				"config defaults\n\toption input 'REJECT'\n\nconfig rule\n\toption name 'Anna's TV'\n"
		},
		{
			requested: { readable: false, reason: "EOF with unterminated '", line: 5 },
			effective: NO_FIREWALL,
			verdict: { code: 'config_unreadable' }
		},
		{ uci: "uci: Parse error (EOF with unterminated ') at line 5, byte 27" }
	)
];

/** The firewall is loaded, and the next load will fail or the last one has. */
const REFUSED_FILES: readonly Case[] = [
	...[
		['enabled', "option flow_offloading 'enabled'"],
		['True', "option flow_offloading 'True'"],
		['01', "option flow_offloading '01'"],
		['1 ', "option flow_offloading '1 '"],
		['[1]', "list flow_offloading '1'"]
	].map(([value = '', option = '']) =>
		status(`the value '${value}', which firewall4 dies of at the next load`, asks([option], null), {
			...refusedOption('flow_offloading', value)
		})
	),
	...[
		['synflood_rate', '25/week'],
		['synflood_rate', '25/Second'],
		['synflood_burst', '50/second'],
		['tcp_ecn', 'mode2'],
		['tcp_ecn', '0x'],
		['input', 'allow'],
		['any_reject_code', 'never']
	].map(([option = '', value = '']) =>
		status(`the value '${value}' of ${option}`, asks([`option ${option} '${value}'`], null), {
			...refusedOption(option, value)
		})
	),
	status(
		'a bad value of another option of defaults, while offloading works with the rules of before',
		asks([...SOFTWARE, "option syn_flood 'maybe'"], RUNNING),
		{ ...refusedOption('syn_flood', 'maybe', 'software'), ...setUp('software'), ...COVERED }
	),
	status(
		'values that firewall4 takes in its own way: the beginning of a policy, a limit, a number',
		asks(
			[
				"option output 'acc'",
				"option synflood_rate '!30/min'",
				"option tcp_ecn '2'",
				"option any_reject_code 'no'"
			],
			null
		),
		{}
	),
	status(
		'stuck after a reload that died of a value: the rules of before are loaded, and firewall4 has forgotten them',
		asks(["option flow_offloading 'enabled'"], RUNNING, NO_MEMORY),
		{
			...refusedOption('flow_offloading', 'enabled'),
			...setUp('software'),
			coverage: [{ device: 'wan', zone: null, side: 'wan', by: ['wan'], missing: [] }],
			...NO_DEVICES
		}
	),
	status(
		'stuck still after the value was mended: only a start brings it back',
		asks(SOFTWARE, RUNNING, { ...NO_MEMORY, '/sbin/fw4': PASSES }),
		{
			...asked('software'),
			...setUp('software'),
			coverage: [{ device: 'wan', zone: null, side: 'wan', by: ['wan'], missing: [] }],
			verdict: { code: 'reload_failed' },
			...NO_DEVICES
		}
	),
	status(
		'while firewall4 loads, its memory is away: no word about a failure',
		asks(SOFTWARE, RUNNING, {
			...NO_MEMORY,
			'/sbin/fw4': NEVER_ASKED,
			'/usr/bin/flock': '#!/bin/sh\nexit 1\n'
		}),
		{
			...asked('software'),
			...setUp('software'),
			coverage: [{ device: 'wan', zone: null, side: 'wan', by: ['wan'], missing: [] }],
			...NO_DEVICES
		}
	),
	status(
		'a ruleset that nft refused at the last reload: once told as not reloaded, and a restart refuses as well',
		asks(SOFTWARE, null, { '/sbin/fw4': CHECK(REFUSED, 1) }),
		{ ...asked('software'), verdict: { code: 'ruleset_refused', reason: REASON } }
	),
	status(
		'a complaint about a file whose name is no ASCII, in colours: all of it is told, and none of it is a terminal’s',
		asks(SOFTWARE, null, {
			'/sbin/fw4': CHECK('\u001b[31m/etc/nftables.d/ü.nft:1:1-2: Error: syntax error', 1)
		}),
		{
			...asked('software'),
			verdict: {
				code: 'ruleset_refused',
				reason: '\\x1b[31m/etc/nftables.d/\\xc3\\xbc.nft:1:1-2: Error: syntax error'
			}
		}
	),
	status('the same for a change from on to off', asks([], RUNNING, { '/sbin/fw4': CHECK(REFUSED, 1) }), {
		...setUp('software'),
		...COVERED,
		verdict: { code: 'ruleset_refused', reason: REASON }
	}),
	status(
		'the same at a reload that changed no mode: the flowtable of before has outlived a load',
		asks(SOFTWARE, RUNNING, {
			'/sbin/fw4': CHECK(REFUSED, 1),
			'/var/run/nft-offload/load.json': '{"handle":651,"written":1}'
		}),
		{
			...AS_ASKED,
			verdict: { code: 'ruleset_refused', reason: REASON }
		}
	),
	status(
		'a restart makes another table, in which the flowtable may have the number of before',
		asks(SOFTWARE, RUNNING, {
			'/sbin/fw4': PASSES,
			'/var/run/nft-offload/load.json': '{"handle":651,"written":1}'
		}),
		{ ...AS_ASKED }
	),
	status(
		'a refusal of long ago may have been mended since',
		asks([], RUNNING, {
			'/sbin/fw4': PASSES,
			'/var/run/nft-offload/check.json': refusalOf(31_000)
		}),
		{ ...setUp('software'), ...COVERED, verdict: { code: 'not_reloaded' } }
	),
	status(
		'while firewall4 loads another mode: neither refused nor fallen back, and nobody asks fw4',
		asks(HARDWARE, RUNNING, {
			...CONDUIT,
			'/sbin/fw4': NEVER_ASKED,
			'/usr/bin/flock': '#!/bin/sh\nexit 1\n'
		}),
		{
			...asked('hardware'),
			...setUp('software'),
			...COVERED,
			engines: PORTS.map((device) => ({ device, engine: 'yes' })),
			verdict: { code: 'not_reloaded' }
		},
		{ bus: [ENGINES(true)] }
	),
	status(
		'a file that is newer than the load: a reload would do it, and nobody asks fw4',
		asks(SOFTWARE, null, { '/sbin/fw4': NEVER_ASKED }),
		{ ...asked('software'), verdict: { code: 'not_reloaded' } },
		{ older: ['/var/run/fw4.state'] }
	),
	status(
		'loaded since, not set up, and nothing is in the way',
		asks(SOFTWARE, null, { '/sbin/fw4': PASSES }),
		{ ...asked('software'), verdict: { code: 'not_reloaded' } }
	),
	status(
		'still there though no longer asked for',
		asks([], RUNNING, { '/sbin/fw4': PASSES }),
		{ ...setUp('software'), ...COVERED, verdict: { code: 'not_reloaded' } },
		{ older: ['/var/run/fw4.state'] }
	),
	status(
		"firewall4's memory was cut off by a full /tmp: unknown, not a statement about devices",
		asks(SOFTWARE, null, {
			'/var/run/fw4.state': '{"zones":[{"name":"lan","masq":false,"related_physdevs":["br-l',
			'/sbin/fw4': PASSES
		}),
		{ ...asked('software'), verdict: { code: 'not_reloaded' }, ...NO_DEVICES }
	),
	status(
		'no device of any zone exists',
		asks(SOFTWARE, null, { '/var/run/fw4.state': state('br-gone', 'pppoe-gone') }),
		{ ...asked('software'), verdict: { code: 'no_devices' }, ...NO_DEVICES }
	),
	status(
		'the module is there and not loaded',
		asks(SOFTWARE, null, {
			'/sys/module/nft_flow_offload/refcnt': null,
			'/lib/modules/6.12.74/nft_flow_offload.ko': ''
		}),
		{
			...asked('software'),
			module: { name: 'nft_flow_offload', state: 'loadable' },
			verdict: { code: 'module_missing', loadable: true }
		}
	),
	status(
		'nft fails',
		{ '/run/virtual-kernel/nft-fails': 'netlink: Error: cache initialization failed\n' },
		{
			effective: { ...NO_FIREWALL, error: 'netlink: Error: cache initialization failed' },
			verdict: { code: 'nft_failed' }
		}
	),
	status(
		'no nft',
		{ '/usr/sbin/nft': null },
		{
			effective: { ...NO_FIREWALL, error: '/usr/sbin/nft: not found' },
			verdict: { code: 'nft_failed' }
		}
	),
	status(
		'the firewall is fw3',
		{ '/sbin/fw4': null, '/sbin/fw3': '#!/bin/sh\n' },
		{ firewall: 'fw3', verdict: { code: 'no_firewall4' } }
	),
	status('no firewall at all', { '/sbin/fw4': null }, { firewall: 'none', verdict: { code: 'no_firewall4' } })
];

/** Set up, and not what the admin gets. */
const SET_UP: readonly Case[] = [
	status(
		'an access point that came after the firewall was loaded: once told as configured, though hooked_devices() knew',
		asks(HARDWARE, flowtable('devices = { "lan1", "wan" }', 'flags offload', 'counter')),
		{
			...hardware('yes', {
				...setUp('hardware', ['lan1', 'wan']),
				engines: ['lan1', 'wan'].map((device) => ({ device, engine: 'unknown' })),
				coverage: [
					{ device: 'br-lan', zone: 'lan', side: 'lan', by: ['lan1'], missing: ['lan2'] },
					{ device: 'wan', zone: 'wan', side: 'wan', by: ['wan'], missing: [] }
				]
			}),
			verdict: { code: 'devices_differ', missing: ['lan2'], surplus: [] }
		},
		{ bus: [{ ...NETIFD({}), reply: { status: 4 } }] }
	),
	status(
		'an uplink that moved: what is hooked is no longer what a reload would hook',
		asks(SOFTWARE, flowtable('devices = { "br-lan", "eth7" }', 'counter')),
		{
			...asked('software'),
			...setUp('software', ['br-lan', 'eth7']),
			coverage: [
				{ device: 'br-lan', zone: 'lan', side: 'lan', by: ['br-lan'], missing: [] },
				{ device: 'wan', zone: 'wan', side: 'wan', by: [], missing: ['wan'] }
			],
			verdict: { code: 'devices_differ', missing: ['wan'], surplus: ['eth7'] }
		}
	),
	status(
		'names that no device of ours can have, with commas and signs of equality: hooked, and left alone',
		asks(SOFTWARE, flowtable('devices = { "br-lan", "lan#1", "a=b", "eth0,1", "wan" }', 'counter')),
		{
			...asked('software'),
			...setUp('software', ['a=b', 'br-lan', 'eth0,1', 'lan#1', 'wan']),
			...COVERED
		}
	),
	status(
		'a VLAN in a bridge that netifd does not know: firewall4 stops there, and so do we',
		asks(HARDWARE, flowtable('devices = { "eth0.5", "wan" }', 'flags offload', 'counter'), {
			'/sys/class/net/br-lan/lower_lan1': null,
			'/sys/class/net/br-lan/lower_lan2': null,
			'/sys/class/net/br-lan/lower_eth0.5': '',
			'/sys/class/net/eth0.5/uevent': 'DEVTYPE=vlan\n',
			'/sys/class/net/eth0.5/lower_eth0': '',
			'/sys/class/net/eth0/uevent': '',
			'/proc/net/nf_conntrack': lines('HW_OFFLOAD', 1)
		}),
		{
			...hardware('unknown', {
				...setUp('hardware', ['eth0.5', 'wan']),
				...seen({}, { connections: 1, bytes: BYTES }),
				engines: ['eth0.5', 'wan'].map((device) => ({ device, engine: 'unknown' })),
				coverage: [
					{ device: 'br-lan', zone: 'lan', side: 'lan', by: [], missing: ['eth0'] },
					{ device: 'wan', zone: 'wan', side: 'wan', by: ['wan'], missing: [] }
				],
				load: { ...HEALTHY_STATUS.load, devices: [{ ...UPLINK(), offloaded: 'unknown' }] }
			}),
			verdict: { code: 'same' }
		},
		{ bus: [NETIFD({ 'br-lan': { devtype: 'bridge' }, wan: { devtype: 'ethernet' } })] }
	),
	status(
		'PPPoE over a VLAN: firewall4 hooks the VLAN, the kernel looks for the port below, and each download packet stays on the CPU',
		asks(SOFTWARE, flowtable('devices = { "br-lan", "wan.7" }', 'counter'), {
			'/var/run/fw4.state': JSON.stringify({
				zones: [
					{ name: 'lan', related_physdevs: ['br-lan'], match_rules: [{ devices_pos: ['br-lan'] }] },
					{
						name: 'wan',
						masq: true,
						related_physdevs: ['wan.7'],
						match_rules: [{ devices_pos: ['pppoe-wan'] }]
					}
				],
				networks: {
					lan: { up: true, device: 'br-lan', physdev: 'br-lan' },
					wan: { up: true, device: 'pppoe-wan', physdev: 'wan.7' }
				}
			}),
			'/sys/class/net/pppoe-wan/uevent': 'DEVTYPE=ppp\n',
			'/sys/class/net/wan.7/uevent': 'DEVTYPE=vlan\n',
			'/sys/class/net/wan.7/lower_wan': '',
			'/proc/net/route': null,
			'/proc/net/nf_conntrack': lines('OFFLOAD', 1)
		}),
		{
			...asked('software'),
			...setUp('software', ['br-lan', 'wan.7']),
			...seen({ connections: 1, bytes: BYTES }),
			coverage: [
				{ device: 'br-lan', zone: 'lan', side: 'lan', by: ['br-lan'], missing: [] },
				{ device: 'pppoe-wan', zone: 'wan', side: 'wan', by: [], missing: ['wan'] }
			],
			verdict: { code: 'uplink_not_covered', devices: ['pppoe-wan'] }
		}
	),
	status(
		'PPPoE on a plain port is covered by it, as is an uplink whose own device is hooked',
		asks(SOFTWARE, RUNNING, {
			'/var/run/fw4.state': JSON.stringify({
				zones: [
					{ name: 'lan', related_physdevs: ['br-lan'], match_rules: [{ devices_pos: ['br-lan'] }] },
					{
						name: 'wan',
						masq: true,
						related_physdevs: ['wan'],
						match_rules: [{ devices_pos: ['pppoe-wan'] }]
					}
				],
				networks: { wan: { up: true, device: 'pppoe-wan', physdev: 'wan' } }
			}),
			'/sys/class/net/pppoe-wan/uevent': 'DEVTYPE=ppp\n',
			'/proc/net/route': HEALTHY['/proc/net/route']?.toString().replace('wan\t', 'pppoe-wan\t') ?? ''
		}),
		{
			...asked('software'),
			...setUp('software'),
			coverage: [
				{ device: 'br-lan', zone: 'lan', side: 'lan', by: ['br-lan'], missing: [] },
				{ device: 'pppoe-wan', zone: 'wan', side: 'wan', by: ['wan'], missing: [] }
			]
		}
	),
	status(
		'a LAN that masquerades, too, is no uplink: what it sends goes out by another zone',
		asks(SOFTWARE, RUNNING, {
			'/var/run/fw4.state':
				HEALTHY['/var/run/fw4.state']?.toString().replace('"masq":false', '"masq":true') ?? ''
		}),
		{
			...asked('software'),
			...setUp('software'),
			coverage: [
				{ device: 'br-lan', zone: 'lan', side: 'lan', by: ['br-lan'], missing: [] },
				{ device: 'wan', zone: 'wan', side: 'wan', by: ['wan'], missing: [] }
			]
		}
	),
	status(
		'a WireGuard uplink, of which netifd names no device, in no zone',
		asks(SOFTWARE, RUNNING, {
			'/sys/class/net/wg0/uevent': 'DEVTYPE=wireguard\n',
			'/proc/net/route': HEALTHY['/proc/net/route']?.toString().replace('wan\t', 'wg0\t') ?? ''
		}),
		{
			...asked('software'),
			...setUp('software'),
			coverage: [...COVERED.coverage, { device: 'wg0', zone: null, side: 'wan', by: [], missing: ['wg0'] }],
			verdict: { code: 'uplink_not_covered', devices: ['wg0'] }
		}
	),
	status(
		"OpenVPN's two halves of a default route lead to all of the Internet, and its device is in the zone by `tun+`",
		byTunnel(HALVES, stateWith('vpn', { devices_pos: ['tun*'] }, true)),
		uncovered('vpn', 'wan', true)
	),
	status('the same in no zone', byTunnel(HALVES), uncovered(null, 'wan', true)),
	status(
		'the same as a processor of the other byte order writes it',
		byTunnel(['00000000 80000000', '80000000 80000000']),
		uncovered(null, 'wan', true)
	),
	status(
		'quarters beside a half',
		byTunnel(['00000000 000000C0', '00000040 000000C0', '00000080 00000080']),
		uncovered(null, 'wan', true)
	),
	status('one half is no default route', byTunnel(HALVES.slice(0, 1)), AS_ASKED),
	status('nor are two halves by two devices', byTunnel([HALVES[0], `${HALVES[1]} wan`]), AS_ASKED),
	status('IPv6: all addresses in use', byTunnel([], null, ['2000 03']), uncovered(null, 'wan', true)),
	status(
		'IPv6: both halves of these, as OpenVPN asks for',
		byTunnel([], null, ['0000 03', '2000 04', '3000 04', 'fc00 07']),
		uncovered(null, 'wan', true)
	),
	status(
		'IPv6: both halves of all',
		byTunnel([], null, ['0000 01', '8000 01']),
		uncovered(null, 'wan', true)
	),
	status(
		'IPv6: one network, and half of what is in use',
		byTunnel([], null, ['2001 10', '2000 04', '8000 01']),
		AS_ASKED
	),
	status(
		'a zone with a wildcard: the devices that are up, on top and not lo',
		byTunnel(
			[],
			stateWith('vpn', { devices_pos: ['tun*'], devices_neg: ['tun3'], devices_neg_wildcard: ['tun4*'] }),
			[],
			{
				'/sys/class/net/lo/carrier': '1\n',
				// Down.
				'/sys/class/net/tun1/uevent': 'INTERFACE=tun1\n',
				// A bridge's port.
				...up('tun2'),
				'/sys/class/net/tun2/upper_br-lan': '',
				...up('tun3'),
				...up('tun42'),
				...up('tap0')
			}
		),
		uncovered('vpn', 'lan', false)
	),
	status(
		'a zone of all devices but some: those of zones before it are theirs',
		byTunnel([], stateWith('vpn', { devices_neg: ['tap0'] }), [], {
			...up('br-lan'),
			...up('wan'),
			...up('lo'),
			...up('tap0')
		}),
		uncovered('vpn', 'lan', false)
	),
	status(
		'a zone by subnets alone, and a pattern that is none: no device',
		byTunnel(
			[],
			stateWith('vpn', { devices_pos: ['/never/', '*', '../*', 7], subnets_pos: ['10.8.0.0/24'] })
		),
		AS_ASKED
	),
	status(
		'a zone by subnets alone, and a tunnel to which no route leads: no device',
		byTunnel([], stateWith('vpn', BY_SUBNET)),
		AS_ASKED
	),
	status(
		'a zone by subnets alone, and a tunnel of no zone that is routed',
		byTunnel([TUNNEL_NETWORK], stateWith('vpn', BY_SUBNET)),
		uncovered(null, 'lan', false)
	),
	status(
		'the same by IPv6',
		byTunnel([], stateWith('vpn', BY_SUBNET), ['2001 40']),
		uncovered(null, 'lan', false)
	),
	status(
		'link-local and multicast routes lead by every device',
		byTunnel([], stateWith('vpn', BY_SUBNET), ['fe80 40', 'ff00 08']),
		AS_ASKED
	),
	status(
		'a zone by the subnets of its devices, and a tunnel of no zone',
		byTunnel([TUNNEL_NETWORK], stateWith('vpn', { ...BY_SUBNET, devices_pos: ['tun7'] })),
		AS_ASKED
	),
	status('a tunnel of no zone, by which nothing is let through', byTunnel([TUNNEL_NETWORK]), AS_ASKED),
	status(
		'a tunnel of no zone, where the defaults let everything through',
		byTunnel([TUNNEL_NETWORK], null, [], {
			'/etc/config/firewall': config(...SOFTWARE, "option forward 'ACCEPT'")
		}),
		uncovered(null, 'lan', false)
	),
	status(
		'no zone may forward, and nothing was seen: nothing to offload',
		asks([], RUNNING, { '/etc/config/firewall': config(...SOFTWARE).replace(/\nconfig forwarding[^]*/, '') }),
		{
			...AS_ASKED,
			verdict: { code: 'nothing_to_offload', cause: 'no_forwarding' }
		}
	),
	status(
		'a zone that accepts what it forwards has one network alone, and the forwarding is off: nothing to offload',
		asks([], RUNNING, {
			'/etc/config/firewall': config(...SOFTWARE)
				.replace("list network 'lan'", "list network 'lan'\n\toption forward 'ACCEPT'")
				.replace("option dest 'wan'", "option dest 'wan'\n\toption enabled 'no'")
		}),
		{
			...AS_ASKED,
			verdict: { code: 'nothing_to_offload', cause: 'no_forwarding' }
		}
	),
	status(
		'routes by gateways, and none of them the default: there is something to offload',
		asks(SOFTWARE, RUNNING, {
			'/proc/net/route':
				'Iface\tDestination\tGateway\twan\n' + 'wan\t0000A8C0\t0100000A\t0003\t0\t0\t0\t0000FFFF\t0\t0\t0\n'
		}),
		{ ...AS_ASKED }
	),
	status(
		'no default route, and nothing was seen',
		asks(SOFTWARE, RUNNING, { '/proc/net/route': 'Iface\tDestination\n', '/proc/net/ipv6_route': '' }),
		{
			...AS_ASKED,
			verdict: { code: 'nothing_to_offload', cause: 'no_default_route' }
		}
	),
	status(
		'no default route but for IPv6: there is something to offload',
		asks(SOFTWARE, RUNNING, {
			'/proc/net/route': 'Iface\tDestination\n',
			'/proc/net/ipv6_route':
				'00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000200 00000001 00000000 00450003      wan\n'
		}),
		{ ...AS_ASKED }
	)
];

/** Offloading is off, and packets are offloaded. */
const OTHERS: readonly Case[] = [
	status(
		"a flowtable of another program, which does not count: once told as the CPU's path, as configured",
		asks(
			[],
			'table inet fw4 {\n}\ntable inet other {\n\tflowtable ft { # handle 3\n\t\thook ingress priority -1\n\t\tdevices = { "br-lan", "wan" }\n\t}\n}\n',
			{ '/proc/net/nf_conntrack': lines('OFFLOAD', 2) }
		),
		{
			effective: {
				...HEALTHY_STATUS.effective,
				foreign: ['inet other/ft'],
				foreign_uncounted: ['inet other/ft']
			},
			...seen({ connections: 2, bytes: 2 * BYTES }),
			verdict: { code: 'offloaded_by_others', flowtables: ['inet other/ft'], accelerators: [] }
		}
	),
	status(
		"a second flowtable in firewall4's own table, and one for bridges",
		asks(
			[],
			'table inet fw4 {\n\tflowtable myft {\n\t\tdevices = { "wan" }\n\t\tcounter\n\t}\n}\ntable bridge fw4 {\n\tflowtable fb {\n\t\tdevices = { "lan1" }\n\t\tcounter\n\t}\n}\n'
		),
		{
			effective: { ...HEALTHY_STATUS.effective, foreign: ['inet fw4/myft', 'bridge fw4/fb'] },
			verdict: {
				code: 'offloaded_by_others',
				flowtables: ['inet fw4/myft', 'bridge fw4/fb'],
				accelerators: []
			}
		}
	),
	status(
		'shortcut-fe, of which conntrack shows nothing',
		{ '/sys/module/shortcut_fe/refcnt': '1\n', '/sys/module/shortcut_fe_cm/refcnt': '0\n' },
		{
			accelerators: ['shortcut_fe', 'shortcut_fe_cm'],
			verdict: {
				code: 'offloaded_by_others',
				flowtables: [],
				accelerators: ['shortcut_fe', 'shortcut_fe_cm']
			}
		}
	)
];

const ONE_WAY = `003f2 BND IPv4 5T orig=192.0.2.10:40000->198.51.100.1:443 new=203.0.113.2:40000->198.51.100.1:443 eth=00:00:00:00:00:00->00:00:00:00:00:00 etype=0000 vlan=0,0 ib1=00000000 ib2=00000000\n`;
const BACK = ONE_WAY.replace('003f2', '00a01').replace(
	'orig=192.0.2.10:40000->198.51.100.1:443',
	'orig=198.51.100.1:443->192.0.2.10:40000'
);

/** The connection of lines('HW_OFFLOAD', 1), known from looks that began so many milliseconds ago, with so many packets. */
const known =
	(ago: number, packets: number | null, handle = 651) =>
	(): string => {
		const first = monotonic() - ago;
		return JSON.stringify({
			at_ms: monotonic() - 2500,
			handle,
			known: { 'tcp 192.0.2.10 dst=198.51.100.1 sport=40000 dport=443': [first, packets, first] }
		});
	};

const HARDWARE_CASES: readonly Case[] = [
	status(
		"OpenWrt's kernel takes the flag for devices that have no engine at all: once told as the hardware path, as configured",
		asks(HARDWARE, IN_HARDWARE, { ...CONDUIT, '/proc/net/nf_conntrack': lines('OFFLOAD', 5) }),
		{
			...hardware('no'),
			...seen({ connections: 5, bytes: 5 * BYTES }),
			verdict: { code: 'not_in_hardware', cause: 'no_engine', connections: 5 }
		},
		{ bus: [ENGINES(false)] }
	),
	status(
		'the same before any traffic: no device could take a flow',
		asks(HARDWARE, IN_HARDWARE, CONDUIT),
		{ ...hardware('no'), verdict: { code: 'not_in_hardware', cause: 'no_engine', connections: 0 } },
		{ bus: [ENGINES(false)] }
	),
	status(
		'an engine that takes nothing',
		asks(HARDWARE, IN_HARDWARE, { ...CONDUIT, '/proc/net/nf_conntrack': lines('OFFLOAD', 1) }),
		{
			...hardware('yes'),
			...seen({ connections: 1, bytes: BYTES }),
			verdict: { code: 'not_in_hardware', cause: 'none_taken', connections: 1 }
		},
		{ bus: [ENGINES(true)] }
	),
	status('an engine, and nothing to see yet', asks(HARDWARE, IN_HARDWARE, CONDUIT), hardware('yes'), {
		bus: [ENGINES(true)]
	}),
	status(
		'in hardware, both directions',
		asks(HARDWARE, IN_HARDWARE, {
			...CONDUIT,
			'/proc/net/nf_conntrack': lines('HW_OFFLOAD', 1),
			'/sys/kernel/debug/ppe0/bind': ONE_WAY + BACK
		}),
		{
			...hardware('yes'),
			...seen(
				{},
				{ connections: 1, bytes: BYTES },
				{ one_way: 0, unused: null, tables: [{ name: 'ppe0', entries: 2, whole: true }] }
			)
		},
		{ bus: [ENGINES(true)] }
	),
	status(
		'a connection that the engine counts, before the kernel has asked it: short downloads were never seen',
		asks(HARDWARE, IN_HARDWARE, {
			...CONDUIT,
			'/proc/net/nf_conntrack': lines('HW_OFFLOAD', 1, 4),
			'/sys/kernel/debug/ppe0/bind': (ONE_WAY + BACK).replaceAll('\n', ' packets=60 bytes=90000\n')
		}),
		{
			...hardware('yes'),
			...seen(
				{},
				{ connections: 1, bytes: BYTES },
				{ one_way: 0, unused: 0, tables: [{ name: 'ppe0', entries: 2, whole: true }] }
			)
		},
		{ bus: [ENGINES(true)] }
	),
	status(
		'in hardware in one direction alone: the mark does not tell, the table of the engine does',
		asks(HARDWARE, IN_HARDWARE, {
			...CONDUIT,
			'/proc/net/nf_conntrack': lines('HW_OFFLOAD', 1),
			'/sys/kernel/debug/ppe0/bind': BACK
		}),
		{
			...hardware('yes'),
			...seen(
				{},
				{ connections: 1, bytes: BYTES },
				{ one_way: 1, unused: null, tables: [{ name: 'ppe0', entries: 1, whole: true }] }
			),
			verdict: { code: 'partly_in_hardware', shortfalls: [{ code: 'one_way', connections: 1 }] }
		},
		{ bus: [ENGINES(true)] }
	),
	status(
		'entries that no packet takes, since a port of the way has no engine: marked as in hardware all the same',
		asks(HARDWARE, IN_HARDWARE, {
			...CONDUIT,
			'/proc/net/nf_conntrack': lines('HW_OFFLOAD', 1),
			'/sys/kernel/debug/ppe0/bind': (ONE_WAY + BACK).replaceAll('\n', ' packets=0 bytes=0\n'),
			'/var/run/nft-offload/seen.json': known(2500, 20)
		}),
		{
			...hardware('yes'),
			...seen(
				{},
				{ connections: 1, bytes: BYTES },
				{ one_way: 0, unused: 1, tables: [{ name: 'ppe0', entries: 2, whole: true }] }
			),
			verdict: { code: 'partly_in_hardware', shortfalls: [{ code: 'unused', connections: 1 }] }
		},
		{ bus: [ENGINES(true)] }
	),
	status(
		'entries at zero beside a connection that does not count either: the chip tells nothing',
		asks(HARDWARE, IN_HARDWARE, {
			...CONDUIT,
			'/proc/net/nf_conntrack': lines('HW_OFFLOAD', 1),
			'/sys/kernel/debug/ppe0/bind': (ONE_WAY + BACK).replaceAll('\n', ' packets=0 bytes=0\n'),
			'/var/run/nft-offload/seen.json': known(2500, 2020)
		}),
		{
			...hardware('yes'),
			...seen(
				{},
				{ connections: 1, bytes: BYTES },
				{ one_way: 0, unused: 0, tables: [{ name: 'ppe0', entries: 2, whole: true }] }
			)
		},
		{ bus: [ENGINES(true)] }
	),
	status(
		'an engine that takes IPv4 alone, and one whose table is full',
		asks(HARDWARE, IN_HARDWARE, {
			...CONDUIT,
			'/proc/net/nf_conntrack':
				lines('HW_OFFLOAD', 2) + lines('OFFLOAD', 3, 2000, 'ipv6') + lines('OFFLOAD', 1)
		}),
		{
			...hardware('yes'),
			...seen({ connections: 4, ipv6: 3, bytes: 4 * BYTES }, { connections: 2, bytes: 2 * BYTES }),
			verdict: {
				code: 'partly_in_hardware',
				shortfalls: [
					{ code: 'ipv6_in_software', connections: 3 },
					{ code: 'in_software', connections: 1 }
				]
			}
		},
		{ bus: [ENGINES(true)] }
	),
	status(
		'counters in hardware that have stood still for half a minute',
		asks(HARDWARE, IN_HARDWARE, {
			...CONDUIT,
			'/proc/net/nf_conntrack': lines('HW_OFFLOAD', 1, 5),
			'/var/run/nft-offload/seen.json': known(31_000, 25)
		}),
		{
			...hardware('yes'),
			...seen({}, { connections: 1, bytes: BYTES }, { uncounted: 1 }),
			verdict: { code: 'partly_in_hardware', shortfalls: [{ code: 'uncounted', connections: 1 }] }
		},
		{ bus: [ENGINES(true)] }
	),
	status(
		'firewall4 fell back to software at its last load',
		asks(HARDWARE, RUNNING, CONDUIT),
		{
			...asked('hardware'),
			...setUp('software'),
			...COVERED,
			engines: PORTS.map((device) => ({ device, engine: 'no' })),
			verdict: { code: 'hardware_refused', devices: PORTS }
		},
		{ bus: [ENGINES(false)] }
	),
	status(
		'hardware was asked for after the last load',
		asks(HARDWARE, RUNNING, CONDUIT),
		{
			...asked('hardware'),
			...setUp('software'),
			...COVERED,
			engines: PORTS.map((device) => ({ device, engine: 'yes' })),
			verdict: { code: 'not_reloaded' }
		},
		{ bus: [ENGINES(true)], older: ['/var/run/fw4.state'] }
	)
];

/** What counts as seen. */
const SEEN: readonly Case[] = [
	status(
		'connections of a few packets, marked just now, are not seen yet',
		asks(SOFTWARE, RUNNING, {
			'/proc/net/nf_conntrack': lines('OFFLOAD', 2, 79)
		}),
		{ ...AS_ASKED }
	),
	status(
		'the hundredth packet, and a connection that is still marked at a second look',
		asks(SOFTWARE, RUNNING, {
			'/proc/net/nf_conntrack': lines('OFFLOAD', 1, 5) + lines('OFFLOAD', 1, 80, 'ipv6'),
			'/var/run/nft-offload/seen.json': known(2500, 20)
		}),
		{
			...AS_ASKED,
			...seen({ connections: 2, ipv6: 1, bytes: 2 * BYTES })
		}
	),
	status(
		'a look before the last reload, with another flowtable, tells nothing',
		asks(SOFTWARE, RUNNING, {
			'/proc/net/nf_conntrack': lines('OFFLOAD', 1, 5),
			'/var/run/nft-offload/seen.json': known(2500, 20, 650)
		}),
		{ ...AS_ASKED }
	),
	status(
		'without accounting only the second look tells',
		asks(SOFTWARE, RUNNING, {
			'/proc/net/nf_conntrack': lines('OFFLOAD', 2).replace(/ packets=\d+ bytes=\d+/g, ''),
			'/proc/sys/net/netfilter/nf_conntrack_acct': '0\n',
			'/var/run/nft-offload/seen.json': known(2500, null)
		}),
		{
			...AS_ASKED,
			...seen({ connections: 1 }),
			conntrack: { ...HEALTHY_STATUS.conntrack, accounting: false }
		}
	),
	status(
		'a table that is larger than what is looked at',
		asks(SOFTWARE, RUNNING, {
			'/proc/net/nf_conntrack': lines('OFFLOAD', 90).repeat(20)
		}),
		{
			...AS_ASKED,
			...seen({ connections: 1254, bytes: 1254 * BYTES }, {}, { whole: false })
		}
	),
	status(
		'the same, of which a list of connections has just seen the whole',
		asks(SOFTWARE, RUNNING, {
			'/proc/net/nf_conntrack': lines('OFFLOAD', 90).repeat(20),
			'/var/run/nft-offload/seen.json': () =>
				JSON.stringify({ at_ms: monotonic() - 9000, handle: 651, since_ms: monotonic() - 9000, known: {} }),
			'/var/run/nft-offload/whole.json': () =>
				JSON.stringify({
					at_ms: monotonic() - 5000,
					software: { flows: 1800, bytes: 7, packets: 7 },
					hardware: { flows: 0, bytes: 0, packets: 0 }
				})
		}),
		{
			...AS_ASKED,
			...seen({ connections: 1800, bytes: 7 })
		}
	),
	status(
		'a list of connections from before the last reload tells nothing',
		asks(SOFTWARE, RUNNING, {
			'/proc/net/nf_conntrack': lines('OFFLOAD', 90).repeat(20),
			'/var/run/nft-offload/whole.json': () =>
				JSON.stringify({
					at_ms: monotonic() - 5000,
					software: { flows: 1800, bytes: 7, packets: 7 },
					hardware: { flows: 0, bytes: 0, packets: 0 }
				})
		}),
		{
			...AS_ASKED,
			...seen({ connections: 1254, bytes: 1254 * BYTES }, {}, { whole: false })
		}
	),
	status(
		'a record that is none',
		asks(SOFTWARE, RUNNING, {
			'/proc/net/nf_conntrack': lines('OFFLOAD', 1),
			'/var/run/nft-offload/seen.json': '{"at_ms":{},"known":{"x":[1]}}'
		}),
		{
			...AS_ASKED,
			...seen({ connections: 1, bytes: BYTES })
		}
	)
];

export const VERDICT_CASES: readonly Case[] = [
	...UNLOADED,
	...REFUSED_FILES,
	...SET_UP,
	...OTHERS,
	...HARDWARE_CASES,
	...SEEN
];
