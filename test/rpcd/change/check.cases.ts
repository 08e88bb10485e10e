// SPDX-License-Identifier: Apache-2.0
/** What a change would do, and each refusal with its story. Nothing is written, and nobody is asked but netifd. */
import { expect } from 'vitest';
import type { Case, Exchange, Files } from '../case.ts';
import { config, DF, HEALTHY, SESSION, state } from '../router.ts';
import { asks, HARDWARE as HARDWARE_LINES, IN_HARDWARE, NETIFD, RUNNING } from '../state/status.ts';

export const OFF = { flow_offloading: null, flow_offloading_hw: null };
export const SOFTWARE = { flow_offloading: '1', flow_offloading_hw: null };
export const HARDWARE = { flow_offloading: '1', flow_offloading_hw: '1' };

/** By inode, size and time, which are the machine's. */
const REVISION: unknown = expect.stringMatching(/^[0-9]+-[0-9]+-[0-9]+$/);
/** The editor has tests of its own. */
const EDIT: unknown = expect.objectContaining({ kind: 'in_place' });
const REWRITTEN: unknown = expect.objectContaining({ kind: 'rewritten' });

/** What rpcd keeps while an apply waits, and its word whether one does. */
export const PENDING: Files = { '/var/run/rpcd/snapshot-files/firewall': '' };
export const REVERT = (status: number): Exchange => ({
	object: 'uci',
	method: 'revert',
	arguments: {},
	reply: { status }
});

function check(name: string, mode: string, files: Files, bus: readonly Exchange[], expected: object): Case {
	return {
		name,
		files: { ...HEALTHY, ...files },
		method: 'check_change',
		input: { mode, ubus_rpc_session: SESSION },
		bus,
		expected
	};
}

function refused(name: string, mode: string, files: Files, expected: object): Case {
	return check(name, mode, files, [], expected);
}

/** What a check answers of a file with these option lines: from the default to software, and what is otherwise. */
function answer(more: object, ...lines: string[]): object {
	const text = config(...lines);
	return {
		mode: 'software',
		previous: 'off',
		options: SOFTWARE,
		previous_options: OFF,
		way_back: null,
		config: { base64: Buffer.from(text).toString('base64'), size: text.length },
		edit: EDIT,
		revision: REVISION,
		devices: ['br-lan', 'wan'],
		unknown_engines: [],
		starts_firewall: false,
		persistent: true,
		...more
	};
}

const FIREWALL = '/etc/config/firewall';
/** 34 KB that say nothing. */
const LONG = '# a list of somebody’s own\n'.repeat(1200);

const TO_HARDWARE = { mode: 'hardware', options: HARDWARE, devices: ['lan1', 'lan2', 'wan'] };

/** netifd on the healthy router, where these devices have a flow engine, those have none, and it does not know of others. */
export const ENGINES = (yes: readonly string[], no: readonly string[] = []): Exchange =>
	NETIFD({
		'br-lan': { devtype: 'bridge' },
		...Object.fromEntries(['lan1', 'lan2'].map((port) => [port, { devtype: 'dsa', 'hw-tc-offload': true }])),
		...Object.fromEntries(yes.map((device) => [device, { 'hw-tc-offload': true }])),
		...Object.fromEntries(no.map((device) => [device, { 'hw-tc-offload': false }]))
	});
export const CONDUIT: Files = {
	'/sys/class/net/lan1/lower_eth0': '',
	'/sys/class/net/lan2/lower_eth0': ''
};

const OLD_FIREWALL4 = 'function resolve_lower_devices() {} resolve_offload_devices: ';

/** A line of /proc/mounts for each place. */
const mounts = (...types: readonly (readonly [place: string, type: string])[]): Files => ({
	'/proc/mounts': types.map(([place, type]) => `none ${place} ${type} rw 0 0\n`).join('')
});
const persistent = (name: string, files: Files, expected: boolean): Case =>
	check(name, 'software', files, [], answer({ persistent: expected }));

export const CHECK_CASES: readonly Case[] = [
	check('software', 'software', {}, [], answer({})),
	check(
		'hardware, over the ports of the bridge, with engines in their conduit and the uplink',
		'hardware',
		CONDUIT,
		[ENGINES(['eth0', 'wan'])],
		answer(TO_HARDWARE)
	),
	check(
		'off, even without module, devices and nft',
		'off',
		{
			...asks(HARDWARE_LINES, null),
			'/sys/module/nft_flow_offload/refcnt': null,
			'/var/run/fw4.state': null,
			'/usr/sbin/nft': null
		},
		[],
		answer(
			{
				mode: 'off',
				previous: 'hardware',
				options: { flow_offloading: '0', flow_offloading_hw: '0' },
				previous_options: HARDWARE,
				devices: []
			},
			...HARDWARE_LINES
		)
	),
	check(
		'off where an admin has stopped the firewall: the change loads it',
		'off',
		{ ...asks(["option flow_offloading '1'"], ''), '/var/run/fw4.state': null },
		[],
		answer(
			{
				mode: 'off',
				previous: 'software',
				options: { flow_offloading: '0', flow_offloading_hw: null },
				previous_options: SOFTWARE,
				devices: [],
				starts_firewall: true
			},
			"option flow_offloading '1'"
		)
	),
	check(
		'off where the firewall runs and has forgotten itself: it is loaded',
		'off',
		{ ...asks(["option flow_offloading '1'"], RUNNING), '/var/run/fw4.state': null },
		[],
		answer(
			{
				mode: 'off',
				previous: 'software',
				options: { flow_offloading: '0', flow_offloading_hw: null },
				previous_options: SOFTWARE,
				devices: []
			},
			"option flow_offloading '1'"
		)
	),
	check(
		'from hardware to software: what says yes already stays in its own words',
		'software',
		asks(['option flow_offloading true', 'option flow_offloading_hw 1'], null),
		[ENGINES([])],
		answer(
			{
				previous: 'hardware',
				options: { flow_offloading: 'true', flow_offloading_hw: '0' },
				previous_options: { flow_offloading: 'true', flow_offloading_hw: '1' }
			},
			'option flow_offloading true',
			'option flow_offloading_hw 1'
		)
	),
	check(
		'what is chosen already changes nothing',
		'software',
		asks(["option flow_offloading '1'"], RUNNING),
		[],
		answer({ previous: 'software', previous_options: SOFTWARE }, "option flow_offloading '1'")
	),
	check(
		'of several values firewall4 takes none',
		'software',
		asks(["list flow_offloading '1'", "list flow_offloading '0'"], null),
		[],
		answer(
			{
				previous_options: { flow_offloading: '[1 0]', flow_offloading_hw: null },
				way_back: { flow_offloading: '0', flow_offloading_hw: null },
				edit: REWRITTEN
			},
			"list flow_offloading '1'",
			"list flow_offloading '0'"
		)
	),
	check(
		'of which the second is refused: nothing was loaded of the first either, so the way back is Off',
		'hardware',
		{ ...CONDUIT, ...asks(['option flow_offloading 1', 'option flow_offloading_hw maybe'], null) },
		[ENGINES(['eth0', 'wan'])],
		answer(
			{
				...TO_HARDWARE,
				previous_options: { flow_offloading: '1', flow_offloading_hw: 'maybe' },
				way_back: { flow_offloading: '0', flow_offloading_hw: '0' }
			},
			'option flow_offloading 1',
			'option flow_offloading_hw maybe'
		)
	),
	{ ...check('a local caller has no session', 'software', {}, [], answer({})), input: { mode: 'software' } },
	check(
		'firewall4 of 23.05 goes below the bridge for software, too',
		'software',
		{ '/usr/share/ucode/fw4.uc': OLD_FIREWALL4 },
		[ENGINES([])],
		answer({ devices: ['lan1', 'lan2', 'wan'] })
	),
	check(
		'firewall4 of 22.03 takes only the devices that netifd calls capable',
		'hardware',
		{
			'/usr/share/ucode/fw4.uc': `${OLD_FIREWALL4} require_hwoffload`,
			'/sys/class/net/lan1/uevent': '',
			'/sys/class/net/lan2/uevent': ''
		},
		[
			NETIFD({
				'br-lan': { devtype: 'bridge' },
				lan1: { 'hw-tc-offload': true },
				lan2: { 'hw-tc-offload': false }
			})
		],
		answer({ ...TO_HARDWARE, devices: ['lan1'] })
	),
	check(
		'no device has a flow engine: refused, though the kernel would take the flag',
		'hardware',
		CONDUIT,
		[ENGINES([], ['eth0', 'wan'])],
		{ problem: 'no_engine', devices: ['lan1', 'lan2', 'wan'] }
	),
	check(
		'the same on firewall4 of 22.03, which then falls back to software on all of them',
		'hardware',
		{ ...CONDUIT, '/usr/share/ucode/fw4.uc': `${OLD_FIREWALL4} require_hwoffload` },
		[
			NETIFD({
				'br-lan': { devtype: 'bridge' },
				eth0: { 'hw-tc-offload': false },
				wan: { 'hw-tc-offload': false }
			})
		],
		{ problem: 'no_engine', devices: ['lan1', 'lan2', 'wan'] }
	),
	check(
		'nobody knows of an engine: only packets will tell',
		'hardware',
		{},
		[ENGINES([])],
		answer({ ...TO_HARDWARE, unknown_engines: ['wan'] })
	),
	check(
		'hardware is set up already: its drivers are bound, and not asked whether they would bind',
		'hardware',
		{
			...CONDUIT,
			...asks(HARDWARE_LINES, IN_HARDWARE),
			'/run/virtual-kernel/refuses/wan': ''
		},
		[ENGINES(['eth0', 'wan'])],
		answer({ ...TO_HARDWARE, previous: 'hardware', previous_options: HARDWARE }, ...HARDWARE_LINES)
	),
	check(
		'a driver that is busy with another flowtable is not one that refuses',
		'hardware',
		{
			...CONDUIT,
			'/usr/sbin/nft':
				'#!/bin/sh\ncase "$*" in *"flags offload"*) echo "Error: Could not process rule: Device or resource busy" >&2; exit 1;; *list*) printf "table inet fw4 {\\n}\\n";; esac\n'
		},
		[ENGINES(['eth0', 'wan'])],
		{ problem: 'hardware_busy', devices: ['lan1', 'lan2', 'wan'] }
	),
	...(
		[
			['a value that firewall4 dies of, stuck after a reload: a good one is what mends it', RUNNING, false],
			['the same after a boot, with no firewall at all: the change loads it', '', true]
		] as const
	).map(([name, listing, starts_firewall]) =>
		check(
			name,
			'software',
			{ ...asks(["option flow_offloading 'enabled'"], listing), '/var/run/fw4.state': null },
			[],
			answer(
				{
					previous_options: { flow_offloading: 'enabled', flow_offloading_hw: null },
					way_back: { flow_offloading: '0', flow_offloading_hw: null },
					devices: [],
					starts_firewall
				},
				"option flow_offloading 'enabled'"
			)
		)
	),
	refused(
		'a file larger than what can be told',
		'software',
		{ [FIREWALL]: config() + LONG.repeat(4) },
		{ problem: 'config_unavailable', reason: 'larger than 128 KiB' }
	),
	refused(
		'or one that has to be written anew, and both be told',
		'software',
		{ [FIREWALL]: config("list flow_offloading '0'") + LONG.repeat(2) },
		{ problem: 'config_unavailable', reason: 'larger than 64 KiB, and has to be written anew' }
	),
	refused('no firewall4', 'off', { '/sbin/fw4': null }, { problem: 'no_firewall4' }),
	{
		...refused(
			'libuci refuses the file',
			'off',
			{ '/etc/config/firewall': "config defaults\n\toption input 'x\n" },
			{ problem: 'config_unreadable', reason: "EOF with unterminated '", line: 2 }
		),
		uci: "uci: Parse error (EOF with unterminated ') at line 2, byte 17"
	},
	{
		...refused(
			'the file is gone',
			'software',
			{ '/etc/config/firewall': null },
			{ problem: 'config_unreadable', reason: 'Entry not found', line: 0 }
		),
		uci: 'uci: Entry not found'
	},
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
	check(
		'drivers refuse, on a kernel that says so',
		'hardware',
		{ ...CONDUIT, '/run/virtual-kernel/refuses/lan1': '', '/run/virtual-kernel/refuses/wan': '' },
		[ENGINES(['eth0', 'wan'])],
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
	check('an apply waits: told before anybody reads a review', 'software', PENDING, [REVERT(6)], {
		problem: 'apply_pending'
	}),
	check('an apply was left behind when rpcd was reloaded', 'software', PENDING, [REVERT(2)], answer({})),
	refused(
		'the flash is full',
		'off',
		{ '/bin/df': DF(12) },
		{ problem: 'flash_full', free_kib: 12, needed_kib: 33 }
	),
	refused(
		'what the mode lacks is told before what may pass by',
		'software',
		{ ...PENDING, '/bin/df': DF(12), '/sys/module/nft_flow_offload/refcnt': null },
		{ problem: 'module_missing', loadable: false }
	),
	check('where df does not say there is room', 'software', { '/bin/df': null }, [], answer({})),
	persistent('a root on the flash', mounts(['/', 'ext4']), true),
	persistent(
		'an overlay on the flash',
		mounts(['/', 'squashfs'], ['/overlay', 'f2fs'], ['/', 'overlay']),
		true
	),
	persistent(
		'an overlay in memory, as on a router that is full',
		mounts(['/overlay', 'f2fs'], ['/overlay', 'tmpfs'], ['/', 'overlay']),
		false
	),
	persistent('an overlay without a place of its own', mounts(['/', 'squashfs'], ['/', 'overlay']), false),
	persistent('an initramfs, of which no line tells', mounts(['/tmp', 'tmpfs']), false),
	persistent('a root that takes nothing', mounts(['/', 'squashfs']), false)
];
