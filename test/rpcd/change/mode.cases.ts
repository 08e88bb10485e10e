// SPDX-License-Identifier: Apache-2.0
import type { Case, Exchange, Files } from '../case.ts';
import { asks, IN_HARDWARE, NETIFD, RUNNING } from '../state/status.ts';
import { DF, get, HEALTHY, remove, SECTION, SESSION, set, state } from '../router.ts';

const OFF = { flow_offloading: null, flow_offloading_hw: null };
const SOFTWARE = { flow_offloading: '1', flow_offloading_hw: null };
const HARDWARE = { flow_offloading: '1', flow_offloading_hw: '1' };

function mode(name: string, wanted: string, files: Files, bus: readonly Exchange[], expected: object): Case {
	return {
		name,
		files: { ...HEALTHY, ...files },
		method: 'set_mode',
		input: { mode: wanted, ubus_rpc_session: SESSION },
		bus,
		expected
	};
}

function refused(name: string, wanted: string, files: Files, expected: object): Case {
	return mode(name, wanted, files, [get({})], expected);
}

/** netifd on the healthy router, where these devices have a flow engine, those have none, and it does not know of others. */
const ENGINES = (yes: readonly string[], no: readonly string[] = []): Exchange =>
	NETIFD({
		'br-lan': { devtype: 'bridge' },
		...Object.fromEntries(['lan1', 'lan2'].map((port) => [port, { devtype: 'dsa', 'hw-tc-offload': true }])),
		...Object.fromEntries(yes.map((device) => [device, { 'hw-tc-offload': true }])),
		...Object.fromEntries(no.map((device) => [device, { 'hw-tc-offload': false }]))
	});
const CONDUIT: Files = { '/sys/class/net/lan1/lower_eth0': '', '/sys/class/net/lan2/lower_eth0': '' };

const PENDING: Files = { '/var/run/rpcd/snapshot-files/firewall': '' };
const OLD_FIREWALL4 = 'function resolve_lower_devices() {} resolve_offload_devices: ';

export const MODE_CASES: readonly Case[] = [
	mode('software', 'software', {}, [get({}), set({ flow_offloading: '1' }), get({ flow_offloading: '1' })], {
		mode: 'software',
		previous: 'off',
		section: SECTION,
		options: SOFTWARE,
		previous_options: OFF,
		devices: ['br-lan', 'wan'],
		unknown_engines: []
	}),
	mode(
		'hardware, over the ports of the bridge, with engines in their conduit and the uplink',
		'hardware',
		CONDUIT,
		[
			get({}),
			ENGINES(['eth0', 'wan']),
			set({ flow_offloading: '1' }),
			set({ flow_offloading_hw: '1' }),
			get(HARDWARE)
		],
		{
			mode: 'hardware',
			previous: 'off',
			section: SECTION,
			options: HARDWARE,
			previous_options: OFF,
			devices: ['lan1', 'lan2', 'wan'],
			unknown_engines: []
		}
	),
	mode(
		'off, even without module, devices and nft',
		'off',
		{ '/sys/module/nft_flow_offload/refcnt': null, '/var/run/fw4.state': null, '/usr/sbin/nft': null },
		[get(HARDWARE), remove('flow_offloading'), remove('flow_offloading_hw'), get({})],
		{
			mode: 'off',
			previous: 'hardware',
			section: SECTION,
			options: OFF,
			previous_options: HARDWARE,
			devices: [],
			unknown_engines: []
		}
	),
	mode(
		'from hardware to software, in the words of this page',
		'software',
		{},
		[
			get({ flow_offloading: 'true', flow_offloading_hw: '1' }),
			set({ flow_offloading: '1' }),
			remove('flow_offloading_hw'),
			get({ flow_offloading: '1' })
		],
		{
			mode: 'software',
			previous: 'hardware',
			section: SECTION,
			options: SOFTWARE,
			previous_options: { flow_offloading: 'true', flow_offloading_hw: '1' },
			devices: ['br-lan', 'wan'],
			unknown_engines: []
		}
	),
	mode(
		'what is chosen already stages nothing',
		'software',
		{},
		[get({ flow_offloading: '1' }), get({ flow_offloading: '1' })],
		{
			mode: 'software',
			previous: 'software',
			section: SECTION,
			options: SOFTWARE,
			previous_options: SOFTWARE,
			devices: ['br-lan', 'wan'],
			unknown_engines: []
		}
	),
	{
		...mode(
			'a local caller has no session',
			'software',
			{},
			[get({}, null), set({ flow_offloading: '1' }, 0, null), get({ flow_offloading: '1' }, null)],
			{
				mode: 'software',
				previous: 'off',
				section: SECTION,
				options: SOFTWARE,
				previous_options: OFF,
				devices: ['br-lan', 'wan'],
				unknown_engines: []
			}
		),
		input: { mode: 'software' }
	},
	mode(
		'firewall4 of 23.05 goes below the bridge for software, too',
		'software',
		{ '/usr/share/ucode/fw4.uc': OLD_FIREWALL4 },
		[get({}), ENGINES([]), set({ flow_offloading: '1' }), get({ flow_offloading: '1' })],
		{
			mode: 'software',
			previous: 'off',
			section: SECTION,
			options: SOFTWARE,
			previous_options: OFF,
			devices: ['lan1', 'lan2', 'wan'],
			unknown_engines: []
		}
	),
	mode(
		'firewall4 of 22.03 takes only the devices that netifd calls capable',
		'hardware',
		{
			'/usr/share/ucode/fw4.uc': `${OLD_FIREWALL4} require_hwoffload`,
			'/sys/class/net/lan1/uevent': '',
			'/sys/class/net/lan2/uevent': ''
		},
		[
			get({}),
			NETIFD({
				'br-lan': { devtype: 'bridge' },
				lan1: { 'hw-tc-offload': true },
				lan2: { 'hw-tc-offload': false }
			}),
			set({ flow_offloading: '1' }),
			set({ flow_offloading_hw: '1' }),
			get(HARDWARE)
		],
		{
			mode: 'hardware',
			previous: 'off',
			section: SECTION,
			options: HARDWARE,
			previous_options: OFF,
			devices: ['lan1'],
			unknown_engines: []
		}
	),
	mode(
		'no device has a flow engine: refused, though the kernel would take the flag',
		'hardware',
		CONDUIT,
		[get({}), ENGINES([], ['eth0', 'wan'])],
		{ problem: 'no_engine', devices: ['lan1', 'lan2', 'wan'] }
	),
	mode(
		'the same on firewall4 of 22.03, which then falls back to software on all of them',
		'hardware',
		{ ...CONDUIT, '/usr/share/ucode/fw4.uc': `${OLD_FIREWALL4} require_hwoffload` },
		[
			get({}),
			NETIFD({
				'br-lan': { devtype: 'bridge' },
				eth0: { 'hw-tc-offload': false },
				wan: { 'hw-tc-offload': false }
			})
		],
		{ problem: 'no_engine', devices: ['lan1', 'lan2', 'wan'] }
	),
	mode(
		'nobody knows of an engine: only packets will tell',
		'hardware',
		{},
		[get({}), ENGINES([]), set({ flow_offloading: '1' }), set({ flow_offloading_hw: '1' }), get(HARDWARE)],
		{
			mode: 'hardware',
			previous: 'off',
			section: SECTION,
			options: HARDWARE,
			previous_options: OFF,
			devices: ['lan1', 'lan2', 'wan'],
			unknown_engines: ['wan']
		}
	),
	mode(
		'hardware is set up already: its drivers are bound, and not asked whether they would bind',
		'hardware',
		{
			...CONDUIT,
			...asks(['option flow_offloading 1', 'option flow_offloading_hw 1'], IN_HARDWARE),
			'/run/virtual-kernel/refuses/wan': ''
		},
		[ENGINES(['eth0', 'wan']), get(HARDWARE), get(HARDWARE)],
		{
			mode: 'hardware',
			previous: 'hardware',
			section: SECTION,
			options: HARDWARE,
			previous_options: HARDWARE,
			devices: ['lan1', 'lan2', 'wan'],
			unknown_engines: []
		}
	),
	mode(
		'a driver that is busy with another flowtable is not one that refuses',
		'hardware',
		{
			...CONDUIT,
			'/usr/sbin/nft':
				'#!/bin/sh\ncase "$*" in *"flags offload"*) echo "Error: Could not process rule: Device or resource busy" >&2; exit 1;; *list*) printf "table inet fw4 {\\n}\\n";; esac\n'
		},
		[get({}), ENGINES(['eth0', 'wan'])],
		{ problem: 'hardware_busy', devices: ['lan1', 'lan2', 'wan'] }
	),
	mode(
		'a value that firewall4 dies of, stuck after a reload: a good one is what mends it',
		'software',
		{ ...asks(["option flow_offloading 'enabled'"], RUNNING), '/var/run/fw4.state': null },
		[get({ flow_offloading: 'enabled' }), set({ flow_offloading: '1' }), get({ flow_offloading: '1' })],
		{
			mode: 'software',
			previous: 'off',
			section: SECTION,
			options: SOFTWARE,
			previous_options: { flow_offloading: 'enabled', flow_offloading_hw: null },
			devices: [],
			unknown_engines: []
		}
	),
	mode(
		'the same after a boot, with no firewall at all',
		'software',
		{ ...asks(["option flow_offloading 'enabled'"], ''), '/var/run/fw4.state': null },
		[get({ flow_offloading: 'enabled' }), set({ flow_offloading: '1' }), get({ flow_offloading: '1' })],
		{
			mode: 'software',
			previous: 'off',
			section: SECTION,
			options: SOFTWARE,
			previous_options: { flow_offloading: 'enabled', flow_offloading_hw: null },
			devices: [],
			unknown_engines: []
		}
	),
	mode('no firewall4', 'off', { '/sbin/fw4': null }, [], { problem: 'no_firewall4' }),
	{
		...mode(
			'libuci refuses the file',
			'off',
			{ '/etc/config/firewall': "config defaults\n\toption input 'x\n" },
			[],
			{ problem: 'config_unreadable', reason: "EOF with unterminated '", line: 2 }
		),
		uci: "uci: Parse error (EOF with unterminated ') at line 2, byte 17"
	},
	{
		...mode('the file is gone', 'software', { '/etc/config/firewall': null }, [], {
			problem: 'config_unreadable',
			reason: 'Entry not found',
			line: 0
		}),
		uci: 'uci: Entry not found'
	},
	mode('no defaults section', 'software', {}, [{ ...get({}), reply: { status: 0, data: { values: {} } } }], {
		problem: 'no_defaults'
	}),
	refused(
		'the module is missing',
		'software',
		{ '/sys/module/nft_flow_offload/refcnt': null },
		{
			problem: 'module_missing',
			loadable: false
		}
	),
	refused(
		'the firewall is stopped',
		'software',
		{ '/var/run/fw4.state': null, '/run/virtual-kernel/flowtables': '' },
		{ problem: 'firewall_stopped' }
	),
	refused('no devices', 'software', { '/var/run/fw4.state': state('br-gone') }, { problem: 'no_devices' }),
	refused(
		'names that no device can have are never asked about',
		'software',
		{
			'/var/run/fw4.state': state(
				'"; flush ruleset; "',
				'$(touch /tmp/pwned)',
				"x'y",
				'../../tmp',
				'..',
				'a\nb'
			)
		},
		{ problem: 'no_devices' }
	),
	mode(
		'drivers refuse, on a kernel that says so',
		'hardware',
		{ ...CONDUIT, '/run/virtual-kernel/refuses/lan1': '', '/run/virtual-kernel/refuses/wan': '' },
		[get({}), ENGINES(['eth0', 'wan'])],
		{ problem: 'hardware_refused', devices: ['lan1', 'wan'] }
	),
	refused(
		'nft refuses even a plain flowtable',
		'software',
		{
			'/usr/sbin/nft':
				'#!/bin/sh\ncase "$*" in *wan*) echo "Error: Could not process rule: Device or resource busy" >&2; exit 1;; esac\n'
		},
		{
			problem: 'flowtable_refused',
			devices: ['wan'],
			reason: 'Error: Could not process rule: Device or resource busy'
		}
	),
	refused(
		'the flash is full',
		'off',
		{ '/bin/df': DF(12) },
		{ problem: 'flash_full', free_kib: 12, needed_kib: 33 }
	),
	mode(
		'an apply waits',
		'off',
		PENDING,
		[get({}), { object: 'uci', method: 'revert', arguments: {}, reply: { status: 6 } }],
		{
			problem: 'apply_pending'
		}
	),
	mode('the session may not read', 'software', {}, [{ ...get({}), reply: { status: 6 } }], {
		problem: 'not_permitted'
	}),
	mode('the session may not write', 'software', {}, [get({}), set({ flow_offloading: '1' }, 6), get({})], {
		problem: 'not_permitted'
	}),
	mode(
		'the session may not write the second option: the first is taken back',
		'hardware',
		CONDUIT,
		[
			get({}),
			ENGINES(['eth0', 'wan']),
			set({ flow_offloading: '1' }),
			set({ flow_offloading_hw: '1' }, 6),
			get({ flow_offloading: '1' }),
			remove('flow_offloading')
		],
		{ problem: 'not_permitted' }
	),
	mode('a change that vanishes', 'software', {}, [get({}), set({ flow_offloading: '1' }), get({}), get({})], {
		problem: 'stage_failed',
		reason: 'rpcd staged something else'
	}),
	mode("rpcd does not know the session's file", 'software', {}, [{ ...get({}), reply: { status: 9 } }], {
		problem: 'stage_failed',
		reason: 'uci get: ubus status 9'
	})
];
