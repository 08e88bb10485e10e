// SPDX-License-Identifier: Apache-2.0
/** get_status: what is asked for, what is in effect, and why they differ. */
import type { Mode } from './path.ts';

export interface Status {
	/** `fw3` knows no nftables flowtable; this app then only explains itself. */
	firewall: 'fw4' | 'fw3' | 'none';
	requested: Requested;
	effective: Effective;
	/** What was seen of it: connections that take a fast path now. */
	seen: Seen;
	/** Each layer 3 device that a zone has or a default route goes by: whether what enters there takes the fast path. */
	coverage: Coverage[];
	/** Of the devices that hardware needs, whether they have a flow engine. Empty unless hardware is asked for or set up. */
	engines: Engine[];
	/** Loaded modules of accelerators beside netfilter's flowtable: they forward, and no connection is marked. */
	accelerators: string[];
	verdict: Verdict;
	module: ModuleState;
	package: PackageState;
	conntrack: ConntrackState;
	board: Board;
	/** An apply waits for its confirmation, of this session or another's: rpcd keeps the files to restore. */
	apply_pending: boolean;
	/** The change of the mode that runs, or ended last since the boot: get_change tells of it. */
	change: number | null;
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
	/**
	 * The lowest devices below firewall4's zones (lan1, wan), each once: what the flowtable takes is counted where it enters
	 * and nowhere above. What ports of one bridge send each other is counted, too.
	 */
	devices: DeviceLoad[];
	cpu: CpuLoad;
}

/** A line of /proc/net/dev. `wan`: it carries a default route, or a zone that masquerades. */
export interface DeviceLoad {
	name: string;
	side: 'lan' | 'wan';
	rx_bytes: number;
	tx_bytes: number;
	/**
	 * Whether offloaded packets are in these figures. `no`: both sides share the lowest device (eth0 below eth0.1 and eth0.2), so
	 * that only those above tell the side. `unknown`: in hardware it depends on the driver.
	 */
	offloaded: 'yes' | 'no' | 'unknown';
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
			/** The first option of `defaults` that firewall4 refuses, and with it the whole file; then nobody has asked for the mode. */
			refused: RefusedOption | null;
	  }
	/** libuci refuses the file. `line` counts from 1 and is 0 where libuci gives none. */
	| { readable: false; reason: string; line: number };

/** A value that firewall4 dies of (fw4.uc, parse_defaults: recorded in hardware/bad-value.txt). A list is told as `[one two]`. */
export interface RefusedOption {
	option: string;
	/** Printable ASCII, at most 64 characters. */
	value: string;
}

/** What the kernel has set up: the flowtable `inet fw4 ft`, read with `nft list flowtables`. It proves nothing of packets. */
export interface Effective {
	mode: Mode;
	/** Whether the table `inet fw4` is loaded. */
	loaded: boolean;
	/** Devices hooked by the flowtable, sorted. Empty when the mode is off. */
	devices: string[];
	/** Whether the flowtable counts: without it, offloaded packets are missing from conntrack's counters. */
	counter: boolean;
	/** The kernel's number of the flowtable: another one after each reload of the firewall. Null when there is none. */
	handle: number | null;
	/** Flowtables with devices that are not firewall4's, as "family table/name". They can offload what firewall4 would not. */
	foreign: string[];
	/** Of those, the ones without a counter. */
	foreign_uncounted: string[];
	/** What nft printed when it could not be asked; then mode is `off` for want of knowledge. */
	error: string | null;
}

/**
 * Connections that take a fast path, from the connection tracking table: marked, and with at least 100 packets there or in the
 * engine's own table, or still marked at a second look two seconds later or more (the kernel tells no age; without accounting
 * only that).
 */
export interface Seen {
	/**
	 * Whether it was the whole table, here or by a `get_flows` of the last half minute. Otherwise its first 256 KiB: the kernel's
	 * order is as good as random.
	 */
	whole: boolean;
	software: SeenPath;
	hardware: SeenPath;
	/** Connections in hardware of which the engine's table has one direction alone; null where no table tells. */
	one_way: number | null;
	/** Connections in hardware of which the engine's table says that no packet has taken either entry; null where no table counts. */
	unused: number | null;
	/** Connections in hardware whose counters stood still for half a minute. */
	uncounted: number;
	/** The engine's tables in debugfs: how many directions are bound. */
	tables: EngineTable[];
}

export interface SeenPath {
	connections: number;
	/** Of them, those of IPv6; of a whole table by the share that its first 256 KiB have. */
	ipv6: number;
	bytes: number;
}

export interface EngineTable {
	/** Its folder in debugfs: `ppe0` (MediaTek: mtk_ppe_debugfs.c), `ppe` (Airoha: airoha_ppe_debugfs.c). */
	name: string;
	entries: number;
	/** Whether it was read to its end: at most 256 KiB are. */
	whole: boolean;
}

/** Whether packets that enter by a layer 3 device find a hook: it, or the lowest device below it (nft_flow_offload.c, nft_dev_forward_path). */
export interface Coverage {
	device: string;
	/** firewall4's zone; null for the device of a default route that no zone has. */
	zone: string | null;
	side: 'lan' | 'wan';
	/** The hooked devices that take what enters there. */
	by: string[];
	/** The lowest devices by which packets enter and stay on the CPU. Empty where all is covered. */
	missing: string[];
}

/** `hw-tc-offload` (NETIF_F_HW_TC) of a device, or of a DSA port's conduit, in netifd's `network.device status`. */
export interface Engine {
	device: string;
	/** `unknown`: the driver does not answer, or netifd does not know the device. */
	engine: 'yes' | 'no' | 'unknown';
}

/** The same, or the first reason why what is asked for is not what is, or not what the admin gets. */
export type Verdict =
	/** Set up as asked for, and nothing seen against it. */
	| { code: 'same' }
	/** libuci refuses /etc/config/firewall: the next load drops all traffic, as firewall4 then knows no zone. */
	| { code: 'config_unreadable' }
	| { code: 'no_firewall4' }
	/** `nft list` failed or did not end: nobody knows what is in effect. */
	| { code: 'nft_failed' }
	/** firewall4 dies of a value, and loads nothing. */
	| ({ code: 'option_refused' } & RefusedOption)
	/** Neither loaded nor built in. `loadable` when its file is there for the running kernel. */
	| { code: 'module_missing'; loadable: boolean }
	/** nft refuses the whole ruleset; `reason` is its first line, as `fw4 check` prints it. */
	| { code: 'ruleset_refused'; reason: string }
	/** The table `inet fw4` is not loaded, and nothing is known to be in the way. */
	| { code: 'firewall_stopped' }
	/** A reload failed and lost firewall4's memory of the load (fw4.state): `fw4 reload` refuses from then on, `fw4 start` mends it. */
	| { code: 'reload_failed' }
	/** No device of any zone exists: firewall4 writes no flowtable, and says nothing about it. */
	| { code: 'no_devices' }
	/** A reload would do it. */
	| { code: 'not_reloaded' }
	/** firewall4 has tried hardware and fell back to software; `devices` are those known to have no engine. */
	| { code: 'hardware_refused'; devices: string[] }
	/** A reload would hook `missing` and drop `surplus`. */
	| { code: 'devices_differ'; missing: string[]; surplus: string[] }
	/** Offloading is off, and something that is not firewall4's forwards past the CPU path. */
	| { code: 'offloaded_by_others'; flowtables: string[]; accelerators: string[] }
	/**
	 * Set up for hardware, and nothing is in hardware. `no_engine`: no hooked device has one; `none_taken`: one has, and
	 * takes nothing. `connections` are offloaded in software instead.
	 */
	| { code: 'not_in_hardware'; cause: 'no_engine' | 'none_taken' | 'unknown'; connections: number }
	/** What enters by these uplinks stays on the CPU. */
	| { code: 'uplink_not_covered'; devices: string[] }
	/** In hardware, but not wholly. */
	| { code: 'partly_in_hardware'; shortfalls: Shortfall[] }
	/** Set up, nothing seen, and nothing to be seen: no zone forwards, or no route goes by a gateway, in neither family. */
	| { code: 'nothing_to_offload'; cause: 'no_forwarding' | 'no_default_route' };

/** What the hardware does not do, and for how many connections. */
export interface Shortfall {
	/**
	 * `unused`: the engine has entries for them, and no packet takes them (where a port of their way has no engine, say).
	 * `one_way`: one direction is in software. `ipv6_in_software`: no connection of IPv6 is in hardware. `in_software`: these are
	 * not in hardware (its table may be full). `uncounted`: it tells no counters.
	 */
	code: 'unused' | 'one_way' | 'ipv6_in_software' | 'in_software' | 'uncounted';
	connections: number;
}

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
