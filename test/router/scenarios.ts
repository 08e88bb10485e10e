// SPDX-License-Identifier: Apache-2.0
/** The states that the router can be put into, by name: for the tests and for the bar above the demo. */
import type { Hardware, PackageManager } from './kernel.ts';

export interface Scenario {
	/** A few words for the demo's bar. */
	title: string;
	/** Who logs in there. */
	user: 'root' | 'viewer';
	hardware: Hardware;
	packageManager: PackageManager;
	/** Lines put into `config defaults` of the stock firewall file, or another whole file. */
	firewall: { defaults: readonly string[] } | { file: string };
	/** What each call of the plugin waits before it starts, in milliseconds. */
	delay: number;
	plugin: 'works' | 'crashes' | 'prints no JSON';
	/** Changes that the session has staged already, made elsewhere in LuCI. */
	foreignChanges: boolean;
	/** KiB free on the flash. */
	freeFlash: number;
	/** A commit leaves an empty file, as on a flash that fills up after it was looked at. */
	commitEmpties: boolean;
	/** Every answer fails from the firewall's reload after an apply until the rollback has been loaded. */
	cutOff: boolean;
	/** Seconds a session lives, whatever it does; null for rpcd's way. */
	sessionLifetime: number | null;
	/** Connections in the table. */
	connections: number;
	/** Devices in the LAN give themselves names that try to be markup. */
	hostileNames: boolean;
}

const CPU: Scenario = {
	title: 'All by the CPU; the drivers refuse hardware offload',
	user: 'root',
	hardware: { module: 'loaded', refusing: ['lan1', 'lan2', 'lan3', 'wan'], nftFails: null, accounting: true },
	packageManager: 'apk',
	firewall: { defaults: [] },
	delay: 0,
	plugin: 'works',
	foreignChanges: false,
	freeFlash: 12_000,
	commitEmpties: false,
	cutOff: false,
	sessionLifetime: null,
	connections: 88,
	hostileNames: false
};

const SOFTWARE = ["\toption flow_offloading '1'"];
const HARDWARE = [...SOFTWARE, "\toption flow_offloading_hw '1'"];
const CAPABLE = { ...CPU.hardware, refusing: [] };
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
	hardware: {
		...CPU,
		title: 'Hardware flow offloading',
		firewall: { defaults: HARDWARE },
		hardware: CAPABLE
	},
	'hardware-able': { ...CPU, title: 'All by the CPU; hardware offload works', hardware: CAPABLE },
	'hardware-refused': {
		...CPU,
		title: 'Hardware asked for, one driver refuses',
		firewall: { defaults: HARDWARE },
		hardware: { ...CPU.hardware, refusing: ['wan'] }
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
		firewall: { file: `${COMMENTED}\toption log 'yes\n` }
	},
	foreign: { ...CPU, title: 'Other changes are staged already', foreignChanges: true },
	'flash-full': { ...CPU, title: 'No room left on the flash', freeFlash: 0 },
	'flash-fills': { ...CPU, title: 'The flash fills up during a change', commitEmpties: true },
	'cut-off': { ...CPU, title: 'A change cuts the browser off', cutOff: true },
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
