// SPDX-License-Identifier: Apache-2.0
/** The states that the router can be put into, by name: for the tests and for the bar above the demo. */
import type { Engine, Hardware, PackageManager } from './kernel.ts';

export interface Scenario {
	/** A few words for the demo's bar. */
	title: string;
	/** Who logs in there. */
	user: 'root' | 'viewer';
	hardware: Hardware;
	packageManager: PackageManager;
	/** Lines put into `config defaults` of the stock firewall file, or another whole file. */
	firewall: { defaults: readonly string[] } | { file: string };
	/** How often firewall4 has loaded that file since it was written. */
	loads: 'never' | 'once' | 'twice';
	/** nft's first line about the ruleset that firewall4 has made of it; null where it has nothing against it. */
	nftRefuses: string | null;
	/** An access point has come since. */
	lateDevice: boolean;
	/** What each call of the plugin waits before it starts, in milliseconds. */
	delay: number;
	plugin: 'works' | 'crashes' | 'prints no JSON';
	/** Changes that the session has staged already, made elsewhere in LuCI. */
	foreignChanges: boolean;
	/** KiB free on the flash. */
	freeFlash: number;
	/** What becomes of the flash after it was looked at: it is full, or it takes nothing for a while from the next load on. */
	flash: 'works' | 'full' | 'read-only after a load';
	/** Every answer fails while a flowtable is set up: from the load of a change until the way back is loaded. */
	cutOff: boolean;
	/** Seconds after which a driver panics that hardware was set up with; null for one that does not. */
	panics: number | null;
	/** Seconds a session lives, whatever it does; null for rpcd's way. */
	sessionLifetime: number | null;
	/** Connections in the table. */
	connections: number;
	/** Devices in the LAN give themselves names that try to be markup. */
	hostileNames: boolean;
}

const CPU: Scenario = {
	title: 'All by the CPU; no device has a flow engine',
	user: 'root',
	hardware: {
		module: 'loaded',
		engine: 'none',
		busy: false,
		uplink: 'port',
		otherFlowtable: '',
		modules: [],
		nftFails: null,
		accounting: true
	},
	packageManager: 'apk',
	firewall: { defaults: [] },
	loads: 'once',
	nftRefuses: null,
	lateDevice: false,
	delay: 0,
	plugin: 'works',
	foreignChanges: false,
	freeFlash: 12_000,
	flash: 'works',
	cutOff: false,
	panics: null,
	sessionLifetime: null,
	connections: 88,
	hostileNames: false
};

const SOFTWARE = ["\toption flow_offloading '1'"];
const HARDWARE = [...SOFTWARE, "\toption flow_offloading_hw '1'"];
const CAPABLE: Hardware = { ...CPU.hardware, engine: 'takes all' };
/** Hardware is asked for, on an engine of this kind. */
const inHardware = (title: string, engine: Engine): Scenario => ({
	...CPU,
	title,
	firewall: { defaults: HARDWARE },
	hardware: { ...CPU.hardware, engine }
});
const NO_MODULE: Scenario = {
	...CPU,
	title: 'kmod-nft-offload is not installed',
	hardware: { ...CPU.hardware, module: 'missing' }
};

const COMMENTED = `# Rules of the house: ask before opening a port.

config defaults
	option input 'REJECT'
	option output 'ACCEPT'
	option forward "REJECT"   # nothing passes unasked

config zone
	option name lan
	list network lan
	option input ACCEPT
	option forward ACCEPT

config zone
	option name wan
	list network wan
	list network wan6
	option input REJECT
	option masq 1
`;

export const SCENARIOS = {
	cpu: CPU,
	software: { ...CPU, title: 'Software flow offloading', firewall: { defaults: SOFTWARE } },
	'nothing-yet': {
		...CPU,
		title: 'Software flow offloading, and no traffic yet',
		firewall: { defaults: SOFTWARE },
		connections: 0
	},
	hardware: inHardware('Hardware flow offloading', 'takes all'),
	'hardware-able': { ...CPU, title: 'All by the CPU; there is a flow engine', hardware: CAPABLE },
	'software-able': {
		...CPU,
		title: 'Software flow offloading; there is a flow engine',
		firewall: { defaults: SOFTWARE },
		hardware: CAPABLE
	},
	'hardware-unknown': {
		...CPU,
		title: 'All by the CPU; nobody knows of a flow engine',
		hardware: { ...CPU.hardware, engine: 'unknown' }
	},
	'no-engine': inHardware('Hardware asked for, and no flow engine', 'none'),
	'takes-nothing': inHardware('Hardware asked for, and the engine takes nothing', 'takes nothing'),
	'one-way': inHardware('Hardware, in one direction alone', 'takes one way'),
	'ipv4-alone': inHardware('Hardware, for IPv4 alone', 'takes IPv4'),
	'table-full': inHardware('Hardware, and its table is full', 'is full'),
	'fell-back': {
		...CPU,
		title: 'Hardware asked for; a busy driver made firewall4 fall back',
		firewall: { defaults: HARDWARE },
		hardware: { ...CAPABLE, busy: true },
		loads: 'twice'
	},
	'not-covered': {
		...CPU,
		title: 'PPPoE on a VLAN: downloads stay on the CPU',
		firewall: { defaults: SOFTWARE },
		hardware: { ...CPU.hardware, uplink: 'PPPoE on a VLAN' }
	},
	drifted: {
		...CPU,
		title: 'An access point that came after the firewall',
		firewall: { defaults: HARDWARE },
		hardware: CAPABLE,
		lateDevice: true
	},
	'other-flowtable': {
		...CPU,
		title: 'Offloading is off, and another program offloads',
		hardware: {
			...CPU.hardware,
			otherFlowtable:
				'table inet other {\n\tflowtable ft { # handle 3\n\t\thook ingress priority -1\n\t\tdevices = { "br-lan", "wan" }\n\t}\n}\n'
		}
	},
	accelerator: {
		...CPU,
		title: 'Offloading is off, and shortcut-fe is loaded',
		hardware: { ...CPU.hardware, modules: ['shortcut_fe', 'shortcut_fe_cm'] }
	},
	stuck: {
		...CPU,
		title: 'A reload died of a value',
		firewall: { defaults: ["\toption flow_offloading 'enabled'"] }
	},
	'ruleset-refused': {
		...CPU,
		title: 'nft refuses the ruleset',
		firewall: { defaults: SOFTWARE },
		nftRefuses:
			"/etc/nftables.d/bad.nft:1:35-35: Error: syntax error, unexpected '}', expecting newline or semicolon"
	},
	'not-reloaded': {
		...CPU,
		title: 'The file was changed, and nothing reloaded',
		firewall: { defaults: SOFTWARE },
		loads: 'never'
	},
	'no-module': NO_MODULE,
	'no-module-opkg': { ...NO_MODULE, title: 'The same on a router with opkg', packageManager: 'opkg' },
	'no-module-viewer': { ...NO_MODULE, title: 'The same for a user who may only look', user: 'viewer' },
	'module-not-loaded': {
		...CPU,
		title: 'Offload asked for, its module is not loaded',
		firewall: { defaults: SOFTWARE },
		hardware: { ...CPU.hardware, module: 'loadable' }
	},
	'no-accounting': {
		...CPU,
		title: 'Connections are not counted',
		firewall: { defaults: SOFTWARE },
		hardware: { ...CPU.hardware, accounting: false }
	},
	'read-only': {
		...CPU,
		title: 'A user who may only look',
		user: 'viewer',
		firewall: { defaults: SOFTWARE }
	},
	comments: { ...CPU, title: 'A firewall file with comments', firewall: { file: COMMENTED } },
	unreadable: {
		...CPU,
		title: 'A firewall file that libuci refuses',
		firewall: { file: `${COMMENTED}\toption log 'yes\n` },
		loads: 'never'
	},
	foreign: { ...CPU, title: 'Other changes are staged already', foreignChanges: true },
	'flash-full': { ...CPU, title: 'No room left on the flash', freeFlash: 0 },
	'flash-fills': { ...CPU, title: 'The flash fills up during a change', flash: 'full' },
	'flash-fails': {
		...CPU,
		title: 'The flash takes nothing for a while after a change',
		flash: 'read-only after a load'
	},
	'cut-off': { ...CPU, title: 'A change cuts the browser off', cutOff: true },
	swallows: {
		...CPU,
		title: 'All by the CPU; the flow engine swallows what it takes',
		hardware: { ...CPU.hardware, engine: 'swallows' }
	},
	panics: {
		...CPU,
		title: 'All by the CPU; hardware makes the kernel panic',
		hardware: CAPABLE,
		panics: 4
	},
	'no-traffic': {
		...CPU,
		title: 'All by the CPU; no traffic',
		hardware: CAPABLE,
		connections: 0
	},
	uncounted: {
		...CPU,
		title: 'All by the CPU; connections are not counted',
		hardware: { ...CAPABLE, accounting: false }
	},
	slow: { ...CPU, title: 'Each answer takes three seconds', delay: 3000 },
	crashes: { ...CPU, title: 'The plugin crashes', plugin: 'crashes' },
	garbage: { ...CPU, title: 'The plugin prints no JSON', plugin: 'prints no JSON' },
	'nft-fails': {
		...CPU,
		title: 'nft can do nothing',
		hardware: {
			...CPU.hardware,
			nftFails: 'netlink: Error: cache initialization failed: Operation not permitted\n'
		}
	},
	expires: { ...CPU, title: 'The session ends after 15 seconds', sessionLifetime: 15 },
	hostile: {
		...CPU,
		title: 'Devices with hostile names',
		firewall: { defaults: SOFTWARE },
		hostileNames: true
	},
	big: { ...CPU, title: '65,536 connections', firewall: { defaults: SOFTWARE }, connections: 65_536 }
} satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;

export function isScenario(name: unknown): name is ScenarioName {
	return typeof name === 'string' && Object.hasOwn(SCENARIOS, name);
}
