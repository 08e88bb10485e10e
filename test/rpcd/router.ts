// SPDX-License-Identifier: Apache-2.0
/** A router in good health, which each case changes: br-lan over lan1 and lan2, and wan; nothing is offloaded. */
import { readFileSync } from 'node:fs';
import type { Exchange, Files } from './case.ts';

export const SESSION = '0123456789abcdef0123456789abcdef';

/** The section that holds the options, as libuci names the first one of a file when it is of type `defaults`. */
export const SECTION = 'cfg01e63d';

const NFT = readFileSync(new URL('../router/base/usr/sbin/nft', import.meta.url), 'utf8');

export const DF = (free: number): string =>
	`#!/bin/sh\necho 'Filesystem           1K-blocks      Used Available Use% Mounted on'\necho 'overlayfs:/overlay       98304      1024     ${free.toString()}   2% /'\n`;

/** /etc/config/firewall with these options in its defaults section. */
export function config(...options: string[]): string {
	const lines = ["option input 'REJECT'", ...options].map((line) => `\t${line}\n`).join('');
	return `config defaults\n${lines}\nconfig zone\n\toption name 'lan'\n\tlist network 'lan'\n`;
}

/** What `nft list flowtables inet` prints with these properties of firewall4's own flowtable. */
export function flowtable(...properties: string[]): string {
	const lines = ['hook ingress priority filter', ...properties].map((line) => `\t\t${line}\n`).join('');
	return `table inet fw4 {\n\tflowtable ft {\n${lines}\t}\n}\n`;
}

/** firewall4's memory of a load with these carriers. */
export function state(...carriers: string[]): string {
	const zones = [
		{ name: 'lan', related_physdevs: carriers.slice(0, 1) },
		{ name: 'wan', related_physdevs: carriers.slice(1) }
	];
	return JSON.stringify({ zones, ipsets: [], networks: {} });
}

export const HEALTHY: Files = {
	'/sbin/fw4': '#!/bin/sh\n',
	'/etc/config/firewall': config(),
	'/etc/openwrt_release':
		"DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='25.12.2'\nDISTRIB_REVISION='r32802'\nDISTRIB_TARGET='x86/64'\n",
	'/tmp/sysinfo/model': 'Test Router\n',
	'/var/run/fw4.state': state('br-lan', 'wan'),
	'/sys/class/net/br-lan/uevent': 'DEVTYPE=bridge\nINTERFACE=br-lan\n',
	'/sys/class/net/br-lan/lower_lan1': '',
	'/sys/class/net/br-lan/lower_lan2': '',
	'/sys/class/net/lan1/uevent': 'DEVTYPE=dsa\nINTERFACE=lan1\n',
	'/sys/class/net/lan2/uevent': 'DEVTYPE=dsa\nINTERFACE=lan2\n',
	'/sys/class/net/wan/uevent': 'INTERFACE=wan\n',
	'/sys/module/nft_flow_offload/refcnt': '1\n',
	'/proc/sys/kernel/osrelease': '6.12.74\n',
	'/proc/sys/kernel/hostname': 'OpenWrt\n',
	'/proc/uptime': '1086.42 2011.03\n',
	'/proc/sys/net/netfilter/nf_conntrack_count': '17\n',
	'/proc/sys/net/netfilter/nf_conntrack_max': '65536\n',
	'/proc/sys/net/netfilter/nf_conntrack_acct': '1\n',
	'/proc/net/nf_conntrack': '',
	'/lib/apk/db/installed': 'C:Q1x=\nP:kmod-nft-offload\nV:6.12.74-r1\nA:x86_64\n\n',
	'/run/virtual-kernel/flowtables': 'table inet fw4 {\n}\n',
	'/usr/sbin/nft': NFT,
	'/bin/df': DF(65536)
};

/** What get_status answers on it. */
export const HEALTHY_STATUS = {
	firewall: 'fw4',
	requested: { readable: true, mode: 'off', hardware_alone: false },
	effective: { mode: 'off', devices: [], counter: false, foreign: [], error: null },
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
	uptime: 1086
};

/** rpcd's answer to what the session has of the section: `uci get` with these options. */
export function get(options: object, session: string | null = SESSION): Exchange {
	return {
		object: 'uci',
		method: 'get',
		arguments: {
			type: 'defaults',
			config: 'firewall',
			...(session === null ? {} : { ubus_rpc_session: session })
		},
		reply: {
			status: 0,
			data: {
				values: {
					[SECTION]: {
						'.anonymous': true,
						'.type': 'defaults',
						'.name': SECTION,
						'.index': 0,
						input: 'REJECT',
						...options
					}
				}
			}
		}
	};
}

export function set(values: object, status = 0, session: string | null = SESSION): Exchange {
	return change('set', { values }, status, session);
}

export function remove(option: string, status = 0, session: string | null = SESSION): Exchange {
	return change('delete', { option }, status, session);
}

function change(method: string, what: object, status: number, session: string | null): Exchange {
	return {
		object: 'uci',
		method,
		arguments: {
			section: SECTION,
			...what,
			config: 'firewall',
			...(session === null ? {} : { ubus_rpc_session: session })
		},
		reply: { status }
	};
}
