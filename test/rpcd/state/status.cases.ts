// SPDX-License-Identifier: Apache-2.0
import type { Case, Files } from '../case.ts';
import { config, flowtable, HEALTHY, HEALTHY_STATUS, state } from '../router.ts';

const SOFTWARE = ["option flow_offloading '1'"];
const HARDWARE = [...SOFTWARE, "option flow_offloading_hw '1'"];
const HOOKED = { devices: ['br-lan', 'wan'], counter: true, handle: 651, foreign: [], error: null };

function status(name: string, files: Files, expected: object, bus: Case['bus'] = []): Case {
	return {
		name,
		files: { ...HEALTHY, ...files },
		method: 'get_status',
		bus,
		expected: { ...HEALTHY_STATUS, ...expected }
	};
}

function asked(mode: string): object {
	return { requested: { readable: true, mode, hardware_alone: false } };
}

function asks(options: string[], listing: string | null, files: Files = {}): Files {
	return {
		'/etc/config/firewall': config(...options),
		...(listing === null ? {} : { '/run/virtual-kernel/flowtables': listing }),
		...files
	};
}

const RUNNING = flowtable('devices = { "br-lan", "wan" }', 'counter');
const REVERT = { object: 'uci', method: 'revert', arguments: {} };

export const STATUS_CASES: readonly Case[] = [
	status('a router in good health', {}, {}),
	status('software, asked for and in effect', asks(SOFTWARE, RUNNING), {
		...asked('software'),
		effective: { mode: 'software', ...HOOKED }
	}),
	status(
		'hardware, asked for and in effect, as nft before 1.0.8 prints it',
		asks(HARDWARE, flowtable('devices = { lan1, lan2, wan };', 'flags offload;', 'counter;')),
		{ ...asked('hardware'), effective: { ...HOOKED, mode: 'hardware', devices: ['lan1', 'lan2', 'wan'] } }
	),
	status(
		'one device, no counter, and flowtables of others',
		asks(
			SOFTWARE,
			`${flowtable('devices = { "wan" }')}table inet mine {\n\tflowtable fast {\n\t\tdevices = { "eth7" }\n\t}\n}\n` +
				'table ip fw4 {\n\tflowtable ft {\n\t\tdevices = { "eth8" }\n\t}\n}\n'
		),
		{
			...asked('software'),
			effective: {
				mode: 'software',
				devices: ['wan'],
				counter: false,
				handle: 651,
				foreign: ['inet mine/fast', 'ip fw4/ft'],
				error: null
			}
		}
	),
	status('a list of one is no boolean to firewall4', asks(["list flow_offloading '1'"], null), {}),
	status('a flowtable without a device does nothing', asks([], flowtable('devices = { }')), {}),
	status(
		'hardware refused by one driver',
		asks(HARDWARE, RUNNING, { '/run/virtual-kernel/refuses/lan2': '' }),
		{
			...asked('hardware'),
			effective: { mode: 'software', ...HOOKED },
			verdict: { code: 'hardware_refused', devices: ['lan2'] }
		}
	),
	status('hardware would work, but the firewall was not reloaded', asks(HARDWARE, RUNNING), {
		...asked('hardware'),
		effective: { mode: 'software', ...HOOKED },
		verdict: { code: 'not_reloaded' }
	}),
	status('still there though no longer asked for', asks([], RUNNING), {
		effective: { mode: 'software', ...HOOKED },
		verdict: { code: 'not_reloaded' }
	}),
	status('asked for and not there', asks(SOFTWARE, null), {
		...asked('software'),
		verdict: { code: 'not_reloaded' }
	}),
	status(
		'no device of any zone exists',
		asks(SOFTWARE, null, { '/var/run/fw4.state': state('br-gone', 'pppoe-gone') }),
		{ ...asked('software'), verdict: { code: 'no_devices' }, load: { ...HEALTHY_STATUS.load, devices: [] } }
	),
	status('the firewall is stopped', asks(SOFTWARE, '', { '/var/run/fw4.state': null }), {
		...asked('software'),
		verdict: { code: 'firewall_stopped' },
		load: { ...HEALTHY_STATUS.load, devices: [] }
	}),
	status(
		'the module is not there',
		asks(SOFTWARE, null, {
			'/sys/module/nft_flow_offload/refcnt': null,
			'/lib/apk/db/installed': 'P:busybox\nV:1\n\n'
		}),
		{
			...asked('software'),
			module: { name: 'nft_flow_offload', state: 'missing' },
			package: { manager: 'apk', name: 'kmod-nft-offload', version: null },
			verdict: { code: 'module_missing', loadable: false }
		}
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
		'the module is built in',
		{
			'/sys/module/nft_flow_offload/refcnt': null,
			'/lib/modules/6.12.74/modules.builtin': 'kernel/net/netfilter/nft_flow_offload.ko\n'
		},
		{ module: { name: 'nft_flow_offload', state: 'builtin' } }
	),
	status(
		'opkg',
		{
			'/lib/apk/db/installed': null,
			'/usr/lib/opkg/status':
				'Package: kernel\nVersion: 5.15.167-1\nStatus: install user installed\n\n' +
				'Package: kmod-nft-offload\nVersion: 5.15.167-1\nStatus: install user installed\n\n'
		},
		{ package: { manager: 'opkg', name: 'kmod-nft-offload', version: '5.15.167-1' } }
	),
	status(
		"apk's database is longer than what is read at once",
		{ '/lib/apk/db/installed': `${'F:some/folder/\n'.repeat(4681)}\nP:kmod-nft-offload\nV:6.12.74-r1\n\n` },
		{}
	),
	status(
		'nft fails',
		{ '/run/virtual-kernel/nft-fails': 'netlink: Error: cache initialization failed\n' },
		{
			effective: { ...HEALTHY_STATUS.effective, error: 'netlink: Error: cache initialization failed' },
			verdict: { code: 'nft_failed' }
		}
	),
	status(
		'no nft',
		{ '/usr/sbin/nft': null },
		{
			effective: { ...HEALTHY_STATUS.effective, error: '/usr/sbin/nft: not found' },
			verdict: { code: 'nft_failed' }
		}
	),
	status(
		'the firewall is fw3',
		{ '/sbin/fw4': null, '/sbin/fw3': '#!/bin/sh\n' },
		{
			firewall: 'fw3',
			verdict: { code: 'no_firewall4' }
		}
	),
	status(
		'no firewall at all',
		{ '/sbin/fw4': null },
		{ firewall: 'none', verdict: { code: 'no_firewall4' } }
	),
	status('hardware asked for alone is nothing', asks(["option flow_offloading_hw '1'"], null), {
		requested: { readable: true, mode: 'off', hardware_alone: true }
	}),
	status(
		'what firewall4 takes for true',
		asks(["option flow_offloading 'yes'", "option flow_offloading_hw 'on'"], null),
		{
			...asked('hardware'),
			verdict: { code: 'not_reloaded' }
		}
	),
	status('what firewall4 takes for nothing', asks(["option flow_offloading 'enabled'"], null), {}),
	status(
		'a choice that is only staged is not asked for',
		{ '/tmp/.uci/firewall': "firewall.cfg01e63d.flow_offloading='1'\n" },
		{}
	),
	status(
		'no connection tracking',
		{
			'/proc/net/nf_conntrack': null,
			'/proc/sys/net/netfilter/nf_conntrack_count': null,
			'/proc/sys/net/netfilter/nf_conntrack_max': null,
			'/proc/sys/net/netfilter/nf_conntrack_acct': null
		},
		{ conntrack: { count: 0, maximum: 0, accounting: false, source: 'none' } }
	),
	status(
		"the conntrack program in the list's place",
		{ '/proc/net/nf_conntrack': null, '/usr/sbin/conntrack': '#!/bin/sh\n' },
		{
			conntrack: { ...HEALTHY_STATUS.conntrack, source: 'conntrack' }
		}
	),
	status('an apply waits', { '/var/run/rpcd/snapshot-files/firewall': '' }, { apply_pending: true }, [
		{ ...REVERT, reply: { status: 6 } }
	]),
	status(
		'what an apply left behind when rpcd was reloaded',
		{ '/var/run/rpcd/snapshot-files/firewall': '' },
		{},
		[{ ...REVERT, reply: { status: 2 } }]
	),
	status(
		'uplinks by their default routes, and a device that no zone has',
		{
			'/var/run/fw4.state': state('br-lan').replace('"br-lan"]}]}', '"br-lan","wan","wg+","lo"]}]}'),
			'/proc/net/route':
				'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n' +
				'wan\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n' +
				'br-lan\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n',
			'/proc/net/ipv6_route':
				'00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n'
		},
		{
			load: {
				...HEALTHY_STATUS.load,
				devices: [{ name: 'lo', side: 'lan', rx_bytes: 840, tx_bytes: 840 }, ...HEALTHY_STATUS.load.devices]
			}
		}
	)
];
