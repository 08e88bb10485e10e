// SPDX-License-Identifier: Apache-2.0
/** get_status on routers that are as configured, and what else it tells of them. */
import type { Case } from '../case.ts';
import { change, CHANGE } from '../change/record.ts';
import { flowtable, HEALTHY_STATUS, state } from '../router.ts';
import { asked, asks, COVERED, HARDWARE, loads, NETIFD, RUNNING, setUp, SOFTWARE, status } from './status.ts';

const REVERT = { object: 'uci', method: 'revert', arguments: {} };

export const STATUS_CASES: readonly Case[] = [
	status('a router in good health', {}, {}),
	status('software, asked for and set up', asks(SOFTWARE, RUNNING), {
		...asked('software'),
		...setUp('software'),
		...COVERED
	}),
	status(
		'hardware, asked for and set up, as nft before 1.0.8 prints it',
		asks(HARDWARE, flowtable('devices = { lan1, lan2, wan };', 'flags offload;', 'counter;')),
		{
			...asked('hardware'),
			...setUp('hardware', ['lan1', 'lan2', 'wan']),
			coverage: [
				{ device: 'br-lan', zone: 'lan', side: 'lan', by: ['lan1', 'lan2'], missing: [] },
				{ device: 'wan', zone: 'wan', side: 'wan', by: ['wan'], missing: [] }
			],
			engines: ['lan1', 'lan2', 'wan'].map((device) => ({ device, engine: 'unknown' })),
			load: loads('unknown')
		},
		{ bus: [NETIFD({ 'br-lan': { devtype: 'bridge' } })] }
	),
	status(
		'no counter, and flowtables of others',
		asks(
			SOFTWARE,
			`${flowtable('devices = { "br-lan", "wan" }')}table inet mine {\n\tflowtable fast {\n\t\tdevices = { "eth7" }\n\t}\n}\n` +
				'table ip fw4 {\n\tflowtable ft {\n\t\tdevices = { "eth8" }\n\t\tcounter\n\t}\n\tflowtable empty {\n\t}\n}\n'
		),
		{
			...asked('software'),
			...setUp('software', ['br-lan', 'wan'], {
				counter: false,
				foreign: ['inet mine/fast', 'ip fw4/ft'],
				foreign_uncounted: ['inet mine/fast']
			}),
			...COVERED
		}
	),
	status('a flowtable without a device does nothing', asks([], flowtable('devices = { }')), {}),
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
	status('hardware asked for alone is nothing', asks(["option flow_offloading_hw '1'"], null), {
		requested: { readable: true, mode: 'off', hardware_alone: true, refused: null }
	}),
	status('what firewall4 takes for true', asks(["option flow_offloading 'yes'"], RUNNING), {
		...asked('software'),
		...setUp('software'),
		...COVERED
	}),
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
	status(
		'an apply waits',
		{ '/var/run/rpcd/snapshot-files/firewall': '' },
		{ apply_pending: true },
		{ bus: [{ ...REVERT, reply: { status: 6 } }] }
	),
	status(
		'what an apply left behind when rpcd was reloaded',
		{ '/var/run/rpcd/snapshot-files/firewall': '' },
		{},
		{ bus: [{ ...REVERT, reply: { status: 2 } }] }
	),
	status('a change under way, or one that has ended', change({}), { change: 1234 }),
	status('a record of a change that is none', { [CHANGE]: '{"id":"1234"}' }, {}),
	status(
		'uplinks by their default routes, and a device that no zone has',
		{
			'/var/run/fw4.state': state('br-lan').replace('"br-lan"]}]}', '"br-lan","wan","wg+","lo"]}]}'),
			'/sys/class/net/lo/uevent': 'INTERFACE=lo\n',
			'/proc/net/ipv6_route':
				'00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n'
		},
		{
			load: {
				...HEALTHY_STATUS.load,
				devices: [
					...HEALTHY_STATUS.load.devices,
					{ name: 'lo', side: 'lan', rx_bytes: 840, tx_bytes: 840, offloaded: 'yes' }
				]
			}
		}
	)
];
