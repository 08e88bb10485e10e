// SPDX-License-Identifier: Apache-2.0
/** A router in good health, which each case changes: br-lan over lan1 and lan2, and wan; nothing is offloaded. */
import { readFileSync } from 'node:fs';
import type { Exchange, Files } from './case.ts';

export const SESSION = '0123456789abcdef0123456789abcdef';

const NFT = readFileSync(new URL('../router/base/usr/sbin/nft', import.meta.url), 'utf8');

const IP = readFileSync(new URL('../router/base/sbin/ip', import.meta.url), 'utf8');

export const DF = (free: number): string =>
	`#!/bin/sh\necho 'Filesystem           1K-blocks      Used Available Use% Mounted on'\necho 'overlayfs:/overlay       98304      1024     ${free.toString()}   2% /'\n`;

/** /etc/config/firewall with these options in its defaults section. */
export function config(...options: string[]): string {
	const lines = ["option input 'REJECT'", ...options].map((line) => `\t${line}\n`).join('');
	const rest =
		"\nconfig zone\n\toption name 'lan'\n\tlist network 'lan'\n" +
		"\nconfig forwarding\n\toption src 'lan'\n\toption dest 'wan'\n";
	return `config defaults\n${lines}${rest}`;
}

/** What `nft list flowtables` prints with these properties of firewall4's own flowtable. */
export function flowtable(...properties: string[]): string {
	const lines = ['hook ingress priority filter', ...properties].map((line) => `\t\t${line}\n`).join('');
	return `table inet fw4 {\n\tflowtable ft { # handle 651\n${lines}\t}\n}\n`;
}

/** firewall4's memory of a load with these carriers: the first is the LAN's, the others are the WAN's. */
export function state(...carriers: string[]): string {
	const zone = (name: string, masq: boolean, devices: string[]): object => ({
		name,
		masq,
		related_physdevs: devices,
		match_rules: [{ family: 0, devices_pos: devices }]
	});
	const zones = [zone('lan', false, carriers.slice(0, 1)), zone('wan', true, carriers.slice(1))];
	return JSON.stringify({ zones, ipsets: [], networks: {} });
}

/** firewall4's memory of the usual zones and one more, whose device rule is this: `tun+` in the configuration is `tun*` in it. */
export function stateWith(name: string, rule: object, masq = false): string {
	const usual = JSON.parse(state('br-lan', 'wan')) as { zones: object[] };
	const match_rules = [
		{ family: 0, devices_pos: null, devices_neg: null, devices_neg_wildcard: null, subnets_pos: [], ...rule }
	];
	return JSON.stringify({
		...usual,
		zones: [...usual.zones, { name, masq, related_physdevs: [], match_rules }]
	});
}

/** OpenVPN's device, up. */
export const TUN: Files = {
	'/sys/class/net/tun0/uevent': 'INTERFACE=tun0\n',
	'/sys/class/net/tun0/type': '65534\n',
	'/sys/class/net/tun0/carrier': '1\n'
};

/** What `nft -s -t list ruleset` prints of firewall4's table, as nft 1.1.6 does, with these rules and chains besides. */
export function ruleset(forward: readonly string[], more: readonly string[] = []): string {
	const lines = [
		'chain forward {',
		'\ttype filter hook forward priority filter; policy drop;',
		...forward.map((rule) => `\t${rule}`),
		'\tct state vmap { established : accept, related : accept } comment "!fw4: Handle forwarded flows"',
		'}',
		...more
	];
	return `table inet fw4 {\n${lines.map((line) => `\t${line}\n`).join('')}}\n`;
}

/** The rule that firewall4 writes for offloading, as nft lists it. */
export const HANDS_OVER = 'meta l4proto { tcp, udp } flow add @ft';

/** What the test's ip says: the LAN behind br-lan, and all else behind wan. */
const ROUTES = `192.168.1.* unicast dev br-lan  src 192.168.1.1
fd00:1:* unicast from :: dev br-lan  src fd00:1::1  metric 256
*:* unicast from :: via fe80::1 dev wan  src 2001:db8::2  metric 512
* unicast via 10.0.0.1 dev wan  src 203.0.113.2
`;

export const HEALTHY: Files = {
	'/sbin/fw4': '#!/bin/sh\n',
	'/etc/config/firewall': config(),
	'/etc/openwrt_release':
		"DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='25.12.2'\nDISTRIB_REVISION='r32802'\nDISTRIB_TARGET='x86/64'\n",
	'/tmp/sysinfo/model': 'Test Router\n',
	'/var/run/fw4.state': state('br-lan', 'wan'),
	// Memory is there, whatever lies in it.
	'/var/run/utmp': '',
	'/sys/class/net/br-lan/uevent': 'DEVTYPE=bridge\nINTERFACE=br-lan\n',
	'/sys/class/net/br-lan/lower_lan1': '',
	'/sys/class/net/br-lan/lower_lan2': '',
	'/sys/class/net/lan1/uevent': 'DEVTYPE=dsa\nINTERFACE=lan1\n',
	'/sys/class/net/lan2/uevent': 'DEVTYPE=dsa\nINTERFACE=lan2\n',
	'/sys/class/net/wan/uevent': 'INTERFACE=wan\n',
	'/sys/module/nft_flow_offload/refcnt': '1\n',
	'/proc/sys/kernel/osrelease': '6.12.74\n',
	'/proc/sys/kernel/hostname': 'OpenWrt\n',
	'/proc/net/dev':
		'Inter-|   Receive                                                |  Transmit\n' +
		' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n' +
		'    lo:     840      10    0    0    0     0          0         0      840      10    0    0    0     0       0          0\n' +
		'br-lan:    1000      11    0    0    0     0          0         0     2000      12    0    0    0     0       0          0\n' +
		'  lan1:    5000      15    0    0    0     0          0         0     6000      16    0    0    0     0       0          0\n' +
		'  lan2:    7000      17    0    0    0     0          0         0     8000      18    0    0    0     0       0          0\n' +
		'   wan:30000000000   13    0    0    0     0          0         0     4000      14    0    0    0     0       0          0\n',
	'/proc/net/route':
		'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n' +
		'wan\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n',
	'/proc/stat': 'cpu  100 0 50 800 20 0 30 0 0 0\ncpu0 100 0 50 800 20 0 30 0 0 0\n',
	'/proc/uptime': '1086.42 2011.03\n',
	'/proc/sys/net/netfilter/nf_conntrack_count': '17\n',
	'/proc/sys/net/netfilter/nf_conntrack_max': '65536\n',
	'/proc/sys/net/netfilter/nf_conntrack_acct': '1\n',
	'/proc/net/nf_conntrack': '',
	'/lib/apk/db/installed': 'C:Q1x=\nP:kmod-nft-offload\nV:6.12.74-r1\nA:x86_64\n\n',
	'/run/virtual-kernel/flowtables': 'table inet fw4 {\n}\n',
	'/run/virtual-kernel/ruleset': ruleset([HANDS_OVER]),
	'/run/virtual-kernel/routes': ROUTES,
	'/usr/sbin/nft': NFT,
	'/sbin/ip': IP,
	'/bin/df': DF(65536)
};

/** The whole table, and nothing in it. */
const NOTHING_SEEN = {
	whole: true,
	software: { connections: 0, ipv6: 0, bytes: 0 },
	hardware: { connections: 0, ipv6: 0, bytes: 0 },
	one_way: null,
	unused: null,
	uncounted: 0,
	tables: []
};

/** What get_status answers on it. */
export const HEALTHY_STATUS = {
	firewall: 'fw4',
	requested: { readable: true, mode: 'off', hardware_alone: false, refused: null },
	effective: {
		mode: 'off',
		loaded: true,
		devices: [],
		counter: false,
		handle: null,
		foreign: [],
		foreign_uncounted: [],
		error: null
	},
	seen: NOTHING_SEEN,
	coverage: [],
	engines: [],
	accelerators: [],
	verdict: { code: 'same' },
	module: { name: 'nft_flow_offload', state: 'loaded' },
	package: { manager: 'apk', name: 'kmod-nft-offload', version: '6.12.74-r1' },
	conntrack: { count: 17, maximum: 65536, accounting: true, source: 'procfs' },
	board: {
		model: 'Test Router',
		hostname: 'OpenWrt',
		kernel: '6.12.74',
		distribution: 'OpenWrt',
		version: '25.12.2',
		revision: 'r32802',
		target: 'x86/64'
	},
	apply_pending: false,
	change: null,
	uptime: 1086,
	load: {
		devices: [
			{ name: 'lan1', side: 'lan', rx_bytes: 5000, tx_bytes: 6000, offloaded: 'yes' },
			{ name: 'lan2', side: 'lan', rx_bytes: 7000, tx_bytes: 8000, offloaded: 'yes' },
			{ name: 'wan', side: 'wan', rx_bytes: 30000000000, tx_bytes: 4000, offloaded: 'yes' }
		],
		cpu: { total: 1000, idle: 820, softirq: 30 }
	}
};

/** rpcd's answer to whose the session is. */
export function whose(username: unknown, status = 0): Exchange {
	return {
		object: 'session',
		method: 'get',
		arguments: { ubus_rpc_session: SESSION, keys: ['username'] },
		reply: { status, ...(status === 0 ? { data: { values: { username } } } : {}) }
	};
}
