// SPDX-License-Identifier: Apache-2.0
/** get_status: what is asked for, what is in effect, and why they differ. */
import type { Mode } from './path.ts';

export interface Status {
	/** `fw3` knows no nftables flowtable; this app then only explains itself. */
	firewall: 'fw4' | 'fw3' | 'none';
	requested: Requested;
	effective: Effective;
	verdict: Verdict;
	module: ModuleState;
	package: PackageState;
	conntrack: ConntrackState;
	board: Board;
	/** An apply waits for its confirmation, of this session or another's: rpcd keeps the files to restore. */
	apply_pending: boolean;
	/** Clock of the router, seconds since its boot: tells a reader of two replies whether it restarted between them. */
	uptime: number;
	/** What passed the router's devices and kept its processor busy. */
	load?: Load;
	/** How long the plugin took, in microseconds. */
	took_us: number;
}

/** Counters since the boot: the difference between two replies makes a rate. */
export interface Load {
	/** Clock of the router when they were read, in milliseconds since its boot. */
	at_ms: number;
	/** The layer 3 devices of firewall4's zones (br-lan, pppoe-wan), so that nothing is counted twice. */
	devices: DeviceLoad[];
	cpu: CpuLoad;
}

/** A line of /proc/net/dev. `wan`: the device of a default route, or of a zone that masquerades. */
export interface DeviceLoad {
	name: string;
	side: 'lan' | 'wan';
	rx_bytes: number;
	tx_bytes: number;
}

/** The first line of /proc/stat, in its ticks, over all cores. `idle` holds the time spent waiting for a disk, too. */
export interface CpuLoad {
	total: number;
	idle: number;
	softirq: number;
}

/** What the committed /etc/config/firewall asks for. */
export type Requested =
	| {
			readable: true;
			mode: Mode;
			/** `flow_offloading_hw` is set without `flow_offloading`: firewall4 ignores it, so the mode is off. */
			hardware_alone: boolean;
	  }
	/** libuci refuses the file. `line` counts from 1 and is 0 where libuci gives none. */
	| { readable: false; reason: string; line: number };

/** What the kernel has: the flowtable `inet fw4 ft`, read with `nft list flowtables`. */
export interface Effective {
	mode: Mode;
	/** Devices hooked by the flowtable, sorted. Empty when the mode is off. */
	devices: string[];
	/** Whether the flowtable counts: without it, offloaded packets are missing from conntrack's counters. */
	counter: boolean;
	/** The kernel's number of the flowtable: another one after each reload of the firewall. Null when there is none. */
	handle?: number | null;
	/** Flowtables that are not firewall4's, as "family table/name". They can offload what firewall4 would not. */
	foreign: string[];
	/** What nft printed when it could not be asked; then mode is `off` for want of knowledge. */
	error: string | null;
}

/** The same, or why what is asked for is not what is in effect. */
export type Verdict =
	| { code: 'same' }
	/** /etc/config/firewall cannot be read, so nobody knows what is asked for. */
	| { code: 'config_unreadable' }
	| { code: 'no_firewall4' }
	/** `nft list` failed: nobody knows what is in effect. */
	| { code: 'nft_failed' }
	/** The table `inet fw4` is not loaded. */
	| { code: 'firewall_stopped' }
	/** Neither loaded nor built in. `loadable` when its file is there for the running kernel. */
	| { code: 'module_missing'; loadable: boolean }
	/** No device of any zone exists: firewall4 writes no flowtable, and says nothing about it. */
	| { code: 'no_devices' }
	/** The drivers of `devices` refuse `flags offload`; firewall4 silently falls back to software. */
	| { code: 'hardware_refused'; devices: string[] }
	/** Asked for, possible, and not there (or there and not asked for): the firewall was not reloaded since. */
	| { code: 'not_reloaded' };

export interface ModuleState {
	name: 'nft_flow_offload';
	/** `loadable`: its file is there for the running kernel, but it is not loaded. */
	state: 'loaded' | 'builtin' | 'loadable' | 'missing';
}

export interface PackageState {
	manager: 'apk' | 'opkg' | 'none';
	name: 'kmod-nft-offload';
	/** The installed version; null when the package is not installed. */
	version: string | null;
}

export interface ConntrackState {
	/** Connections in the table now, and the most it holds. Zero when connection tracking is not loaded. */
	count: number;
	maximum: number;
	/** `net.netfilter.nf_conntrack_acct`: without it no connection has counters. */
	accounting: boolean;
	/** Where `get_flows` reads: the kernel's list, the conntrack program, or nowhere. */
	source: 'procfs' | 'conntrack' | 'none';
}

/** Text from the router, empty where it does not say. */
export interface Board {
	model: string;
	hostname: string;
	kernel: string;
	distribution: string;
	version: string;
	revision: string;
	/** "x86/64": OpenWrt's target and subtarget. */
	target: string;
}
