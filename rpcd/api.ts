// SPDX-License-Identifier: Apache-2.0
/**
 * The contract of the ubus object `luci.nft-offload`: types only, imported by the plugin and by the browser.
 *
 * Every reply is either what is documented here or a {@link Problem}. Numbers are whole and finite, since rpcd
 * prints fractions with six digits and non-finite numbers as invalid JSON; those above 2^53 lose precision in
 * the browser (9 PB: no counter gets there). A reply never exceeds 128 KiB (`get_config`: 176 KiB): one
 * over 1 MiB takes every rpcd object off the bus.
 */

/** What the admin can ask for: LuCI's "Routing/NAT Offloading". */
export type Mode = 'off' | 'software' | 'hardware';

/** The way a connection's packets take through the router. */
export type Path = 'cpu' | 'software' | 'hardware';

export type Family = 'ipv4' | 'ipv6';

/** The most rows of one `get_flows` reply, and the number sent when none is asked for. */
export type FlowsLimit = { most: 200; usual: 50 };

/** Methods by name: what they take, what they answer, and which half of the ACL file grants them. */
export interface Methods {
	/** The state of the fast path: what is asked for, what is in effect, and why they differ. */
	get_status: { arguments: NoArguments; reply: Status; access: 'read' };
	/** The text of /etc/config/firewall, byte for byte. */
	get_config: { arguments: NoArguments; reply: ConfigText; access: 'read' };
	/** Totals of the connection tracking table and one page of its connections. */
	get_flows: { arguments: FlowsArguments; reply: Flows; access: 'read' };
	/** The packages that flow offloading needs, and whether they fit the running kernel. */
	get_package: { arguments: NoArguments; reply: PackageDetails; access: 'read' };
	/** The installation that runs or ran last, with its log from an offset on. */
	get_job: { arguments: JobArguments; reply: Job; access: 'read' };
	/** Starts the installation of the packages and answers at once. */
	install_package: { arguments: NoArguments; reply: Job; access: 'write' };
	/** Checks that a mode would work and stages it in the caller's session. Applies nothing. */
	set_mode: { arguments: SetModeArguments; reply: StagedMode; access: 'write' };
}

export type MethodName = keyof Methods;
export type Arguments<M extends MethodName> = Methods[M]['arguments'];
export type Reply<M extends MethodName> = Methods[M]['reply'] | Problem;

export interface NoArguments {}

// --- get_status

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

// --- get_config

export interface ConfigText {
	/** The file's bytes in base64: it may hold what JSON cannot. At most 128 KiB of them. */
	base64: string;
	/** Bytes of the file. */
	size: number;
}

// --- get_flows

export interface FlowsArguments {
	/** Rows wanted, 0 to 200; 50 when absent. 0 asks for the totals alone, which is cheapest. */
	limit?: number;
	/** Rows to skip, counted in the chosen order; offset + limit is at most 2000. */
	offset?: number;
	/** Largest first. `bytes` when absent. `original` counts only what the initiator sent, `reply` what it got. */
	sort?: FlowSort;
	path?: Path;
	family?: Family;
	/** A protocol's name as conntrack prints it, such as `tcp`; letters, digits, `-`. */
	protocol?: string;
	/** Text that the addresses, ports or state of a connection contain; at most 64 printable ASCII characters. */
	search?: string;
	/** Connections from or to this address alone. */
	client?: string;
	/** Answers with clients in the place of connections: `limit`, `offset` and `sort` then count those. */
	group?: 'client';
	/** Adds the sums by family and protocol, and the eligible share: another look at every line. */
	breakdown?: boolean;
}

export type FlowSort =
	'bytes' | 'packets' | 'original_bytes' | 'reply_bytes' | 'original_packets' | 'reply_packets';

export interface Flows {
	/** All connections in the table, whatever the filter. */
	totals: Record<Path, Total>;
	/** Connections that pass the filter. */
	matched: Total;
	/** One page of those that pass the filter, largest first. */
	flows: Flow[];
	/** With `group`: one page of who started the connections that pass the filter, largest first; `flows` is empty. */
	clients?: ClientTotal[];
	/** With `group`: how many clients there are; 1025 when there are more than 1024, of which only the first 1024 found are told apart. */
	client_count?: number;
	/** With `breakdown`: all connections in the table, whatever the filter. */
	breakdown?: Breakdown;
	/** Clock of the router when the table was read, in milliseconds, set by nobody: for rates between two replies. */
	at_ms?: number;
	/** Lines that no parser understands: cut off, binary, or longer than 4 KiB. Counted nowhere else. */
	skipped: number;
	source: 'procfs' | 'conntrack';
	/** How long the plugin took, in microseconds. */
	took_us: number;
}

/** The connections that one address started. */
export interface ClientTotal {
	address: string;
	paths: Record<Path, Total>;
}

/** Sums of the whole table. */
export interface Breakdown {
	family: Record<Family, Record<Path, Total>>;
	protocol: Record<'tcp' | 'udp' | 'other', Record<Path, Total>>;
	/** What a flowtable may take: TCP and UDP, answered, and neither from nor to the router itself. */
	eligible: Record<Path, Total>;
}

export interface Total {
	flows: number;
	bytes: number;
	packets: number;
}

/** One line of /proc/net/nf_conntrack (kernel: net/netfilter/nf_conntrack_standalone.c, ct_seq_show). */
export interface Flow {
	family: Family;
	/** `tcp`, `udp`, `icmp`, `icmpv6`, ... or `unknown`, as the kernel prints it. */
	protocol: string;
	path: Path;
	/** TCP's state. Null for other protocols, and for offloaded connections, which have none. */
	state: string | null;
	/** Seconds until it expires; null for offloaded connections, which the flowtable keeps. */
	timeout: number | null;
	/** False while nothing came back. */
	replied: boolean;
	original: Tuple;
	/** As it comes back: differs from the original's mirror image where NAT is done. */
	reply: Tuple;
}

export interface Tuple {
	source: string;
	destination: string;
	/** Null where the protocol has no ports. */
	source_port: number | null;
	destination_port: number | null;
	/** Null when the kernel counts nothing (accounting off). */
	packets: number | null;
	bytes: number | null;
}

// --- set_mode

export interface SetModeArguments {
	mode: Mode;
}

export interface StagedMode {
	/** What is now staged, read back from rpcd. */
	mode: Mode;
	/** What the session had before (its own staged choice, or the file's): what to stage again to undo. */
	previous: Mode;
	/** The section that holds the options, as rpcd names it: "cfg01e63d". */
	section: string;
	/** The two options as they are staged, null when absent: what the file must hold after an apply. */
	options: OffloadOptions;
	/** The same two options before. */
	previous_options: OffloadOptions;
	/** Devices that the flowtable will hook, as the checks found them. */
	devices: string[];
}

export interface OffloadOptions {
	flow_offloading: string | null;
	flow_offloading_hw: string | null;
}

// --- get_package

export type PackageName = 'kmod-nft-offload' | 'kmod-nf-flow' | 'kmod-nft-nat';

export interface PackageVersion {
	name: PackageName;
	/** Null when the package is not installed. */
	version: string | null;
}

export interface PackageDetails {
	manager: PackageState['manager'];
	packages: PackageVersion[];
	module: ModuleState;
	kernel: KernelFit;
	/** KiB free on the flash; null when the router does not say. */
	free_kib: number | null;
}

/** Whether the installed kernel package is that of the running kernel. */
export interface KernelFit {
	running: string;
	installed: string | null;
	fits: boolean;
}

// --- get_job, install_package

export interface JobArguments {
	/** Bytes of the log that the caller has already. */
	offset?: number;
}

export type JobStep = 'check' | 'update' | 'match' | 'install' | 'load' | 'reload' | 'verify';

export interface Progress {
	done: number;
	total: number;
	unit: 'bytes' | 'actions';
}

export interface JobReport {
	id: number;
	step: JobStep;
	/** Seconds since the step began, and after how many it is given up. */
	step_seconds: number;
	step_limit: number;
	progress: Progress | null;
	/** The log from the offset on, the offset behind it, and whether there is more already. */
	log: string;
	log_next: number;
	log_more: boolean;
}

/** What a job changed on the router. */
export interface JobChanges {
	installed: PackageVersion[];
	module_loaded: boolean;
	firewall_reloaded: boolean;
}

export type Failure =
	| { code: 'no_manager' }
	| { code: 'no_network' }
	| { code: 'feed_gone' }
	| { code: 'certificate_refused' }
	| { code: 'signature_refused' }
	| { code: 'database_locked' }
	| { code: 'no_space'; free_kib: number; needed_kib: number }
	| { code: 'wrong_kernel'; kernel: string; offered: string }
	| { code: 'not_in_feed' }
	| { code: 'interrupted' }
	| { code: 'timed_out' }
	| { code: 'manager_failed'; status: number }
	| { code: 'module_not_loaded' }
	/** The status is 0 where nft has refused the ruleset: `fw4 reload` does not tell. */
	| { code: 'reload_failed'; status: number }
	/** A fault of the job's own. */
	| { code: 'fault'; reason: string };

export type Job =
	| { state: 'none' }
	| { state: 'running'; report: JobReport }
	| { state: 'succeeded'; report: JobReport; changes: JobChanges }
	| { state: 'failed'; report: JobReport; changes: JobChanges; failure: Failure };

// --- problems

/** Every problem the plugin can answer with, and what each one tells besides its code. */
export interface Problems {
	/** Standard input is not one JSON object. rpcd cuts it off at 65,536 bytes. */
	bad_request: { reason: string };
	unknown_method: {};
	unknown_argument: { argument: string };
	invalid_argument: { argument: string; expected: string };
	/** /etc/config/firewall is for fw3, or there is no firewall at all. */
	no_firewall4: {};
	/** libuci refuses /etc/config/firewall; nothing can be staged before an admin mends it. */
	config_unreadable: { reason: string; line: number };
	/** The file is absent or larger than 128 KiB. */
	config_unavailable: { reason: string };
	/** No `config defaults` section to hold the options. */
	no_defaults: {};
	module_missing: { loadable: boolean };
	/** firewall4 is not started, so nobody knows which devices it would hook. */
	firewall_stopped: {};
	no_devices: {};
	/** These devices' drivers refuse a flowtable with `flags offload`. */
	hardware_refused: { devices: string[] };
	/** nft refuses a plain flowtable over these devices; `reason` is its own word. */
	flowtable_refused: { devices: string[]; reason: string };
	/** Less room on the flash than a commit needs: it would report success and leave an empty file. */
	flash_full: { free_kib: number; needed_kib: number };
	/** rpcd refuses the caller's session: it is gone, or has no write access to the firewall. */
	not_permitted: {};
	/** An apply waits for its confirmation, of this session or another's; nothing can be staged safely before it ends. */
	apply_pending: {};
	/** rpcd could not stage what was meant. What it did stage has been put back, as far as it allows. */
	stage_failed: { reason: string };
	/** Neither /proc/net/nf_conntrack nor the conntrack program: no list of connections. */
	no_conntrack: { install: 'conntrack' };
	/** An installation runs already. */
	job_running: {};
	job_not_started: { reason: string };
	/** A fault of the plugin. */
	internal: { reason: string };
}

export type ProblemCode = keyof Problems;
export type ProblemOf<C extends ProblemCode> = { problem: C } & Problems[C];
export type Problem = { [C in ProblemCode]: ProblemOf<C> }[ProblemCode];
