// SPDX-License-Identifier: Apache-2.0
/** get_diagnosis, explain_flow and relearn_flows: what carries the packets, what holds them back, and what it costs. */
import type { FirewallLoad } from './change.ts';
import type { Flow } from './flows.ts';
import type { Family, Mode, Path } from './path.ts';
import type { PolicyCause } from './policy.ts';
import type { Coverage, Engine } from './state.ts';

// --- get_diagnosis

export interface DiagnosisArguments {
	/** The findings as if this mode were set up, for a change to it. When absent, as it is. */
	mode?: Mode;
}

export interface Diagnosis {
	chains: Chain[];
	/** The gravest first. None on the default configuration. */
	findings: Finding[];
	/** Whether a policy is in force: then connections are on the CPU by choice, too. */
	policy: boolean;
	/** Programs that did not answer in time: what they would have told is not in the findings. */
	unanswered: string[];
	/** How long the plugin took, in microseconds. */
	took_us: number;
}

/** A layer 3 device of a zone and what lies below it, down to the wire. */
export interface Chain {
	/** netifd's names of the interfaces on it: `wan` and `wan6` share one. */
	interfaces: string[];
	/** firewall4's zone; null for the device of a default route that no zone has. */
	zone: string | null;
	side: Coverage['side'];
	/** The layer 3 device first, each before those below it. */
	links: Link[];
}

/** A network device on the way. */
export interface Link {
	device: string;
	/** The link above it; null for the layer 3 device. */
	above: string | null;
	kind: LinkKind;
	/** Whether it has a carrier; null where the kernel does not tell. */
	up: boolean | null;
	/** Whether the flowtable hooks it. */
	hooked: boolean;
	/** Packets of this chain enter the router here, below which nothing lies but a DSA port's conduit. Then the path that the hooks give them: it proves no packet. */
	enters: null | { path: Path };
	/** Whether it, or its conduit, has a flow engine; null where nobody asked netifd. */
	engine: Engine['engine'] | null;
}

/** By the kernel's own type (DEVTYPE in uevent), netifd's, and the driver's folder; `other` for the rest. */
export type LinkKind =
	'bridge' | 'vlan' | 'dsa' | 'conduit' | 'ethernet' | 'wlan' | 'ppp' | 'tunnel' | 'modem' | 'other';

/** `danger`: traffic or protection is lost. `warning`: not what the admin has asked for. `notice`: good to know. */
export type Severity = 'danger' | 'warning' | 'notice';

/** What is found, and its evidence. */
export interface Findings {
	/** What enters there stays on the CPU. */
	not_covered: { device: string; zone: string | null; side: Coverage['side']; missing: string[] };
	/** A reload would hook `missing` and drop `surplus`. */
	devices_differ: { missing: string[]; surplus: string[] };
	/** Set up for hardware, and nothing is in hardware: see the verdict of the same name. */
	not_in_hardware: { cause: 'no_engine' | 'none_taken' | 'unknown'; connections: number };
	/** No connection of IPv6 is in hardware, though those of IPv4 are. */
	ipv6_in_software: { connections: number };
	/**
	 * A shaper on a device whose offloaded packets pass it by: in hardware all of them, in software those that leave by a device
	 * below it, or enter by one. `kind` is the queueing discipline's name. `program`: who has set it up, as far as that is known.
	 */
	shaped: {
		device: string;
		kind: string;
		direction: 'egress' | 'ingress';
		passed_by: 'software' | 'hardware';
		program: string | null;
	};
	/**
	 * What enters by a hooked device is handed to a shaper by way of an ifb device, after which the kernel leaves the flowtable out:
	 * shaped, but on the CPU. `kind` and `program` as above.
	 */
	shaped_on_cpu: { device: string; kind: string; program: string | null };
	/** Access points among the hooked devices: what a client that moves away left in the flowtable goes on to the old one. */
	access_points_hooked: { devices: string[] };
	/** A client, by its MAC address, was seen behind another port of its bridge than minutes before, both hooked. */
	client_moved: { address: string; old_port: string; new_port: string };
	/** Others offload beside firewall4. */
	others_offload: { flowtables: string[]; accelerators: string[] };
	/** Another program sets the two options when it starts. */
	options_owned: { program: string; file: string };
	/** Rules that route by a packet's mark: an offloaded connection keeps the route that it began with. */
	policy_routing: { rules: number; marks: string[]; program: string | null };
	/** Rules in the way of forwarded packets that hand them to a program, or a program known for it: it sees only the first of a connection. */
	inspected: { program: string | null; chains: string[] };
	/** Rules on forwarded packets that count, limit or change each of them (`header`: TTL or DSCP): they miss what is offloaded. */
	counted: { kind: 'quota' | 'limit' | 'header' | 'counter'; chains: string[] };
	/** Rules that log forwarded packets: of an offloaded connection only the first. */
	logged: { chains: string[] };
	/**
	 * A program that counts and misses what is offloaded. `cause`: why it does; `upper_device` that it counts on a device above the
	 * hooked one, where offloaded packets never come by. `devices`: those; none with other causes.
	 */
	misses_traffic: {
		program: string;
		cause: 'no_counter' | 'accounting_off' | 'hardware' | 'upper_device';
		devices: string[];
	};
	/** A program for IPsec runs: what goes through its tunnels is never offloaded. */
	ipsec: { program: string };
	/** Tunnels of L2TP or PPTP, whose packets are never offloaded, and over which hardware offloading has failed. */
	l2tp: { devices: string[] };
	/** The policy was asked for, and is not in force: see PolicyForce. */
	policy_not_in_force: { cause: PolicyCause; reason: string };
	/** The table is nearly full: then new connections are dropped. */
	table_nearly_full: { count: number; maximum: number };
	/** The kernel counts no packets of connections. */
	accounting_off: {};
	/** These flowtables have no counter: conntrack's figures miss what they take. That of firewall4 of 22.03 never has one. */
	no_counter: { flowtables: string[] };
	/** Bridged packets wait for a flowtable of the family bridge, `bridge fw4 fb`, that has no device. */
	bridge_waits: { flowtable: string };
	/** firewall4 was loaded again and again within so many seconds: each time all connections begin on the CPU anew. The newest first. */
	reloads: { reloads: Reload[]; seconds: number };
	/** Known not to work on this hardware with this kernel: `entry` names it in our list, `threads` are addresses of reports. */
	known_bad: { entry: string; threads: string[] };
}

/** A load of the firewall that the log tells of. */
export interface Reload {
	/** Seconds since 1970 by the router's calendar. */
	at: number;
	/** netifd's event and interface, as firewall4's hotplug script writes them; null for any other cause. */
	cause: null | { action: string; interface: string; device: string };
}

export type FindingCode = keyof Findings;
export type FindingOf<C extends FindingCode> = { code: C; severity: Severity } & Findings[C];
export type Finding = { [C in FindingCode]: FindingOf<C> }[FindingCode];

// --- explain_flow

/** A connection, by what its initiator sends: `Flow.original`. */
export interface ExplainFlowArguments {
	family: Family;
	protocol: string;
	source: string;
	destination: string;
	/** Left out where the protocol has none; TCP and UDP have. */
	source_port?: number;
	destination_port?: number;
}

export interface FlowExplanation {
	/** As it is in the table now; null when it is gone. */
	flow: Flow | null;
	/** By which layer 3 devices it enters and leaves, by the router's routes; null where they do not tell. */
	comes_by: FlowEnd | null;
	goes_by: FlowEnd | null;
	/**
	 * The strongest first. Of what the flowtable never takes, does not take now, and has not taken yet, the first kind that holds: what
	 * follows would change nothing. None: what was checked does not explain it.
	 */
	reasons: FlowReason[];
	/** What was asked to find out, and answered. */
	checked: FlowCheck[];
	/** How long the plugin took, in microseconds. */
	took_us: number;
}

export interface FlowEnd {
	device: string;
	zone: string | null;
}

/**
 * By choice: this rule of the policy keeps it on the CPU, with `first_packets` until its initiator has sent so many. Not certain where
 * the rule goes by what nobody can tell of a connection afterwards, as the DSCP of its packets; then nothing else was found.
 */
export interface KeptByPolicy {
	code: 'policy';
	rule: string;
	first_packets: number | null;
	certain: boolean;
}

export type FlowReason =
	/** It is on the fast path; `one_way` where the engine's table has one direction alone, null where no table tells. */
	| { code: 'offloaded'; path: 'software' | 'hardware'; one_way: boolean | null }
	/** The table has it no more, or never had it. */
	| { code: 'gone' }
	/** Nothing is set up: the mode is off, or the firewall is not loaded. */
	| { code: 'not_set_up' }
	/** No rule hands it to the flowtable: firewall4's template was changed, or a rule before it lets it pass. */
	| { code: 'no_rule' }
	/** It begins or ends at the router itself, which forwards none of it. */
	| { code: 'local'; end: 'source' | 'destination'; address: string }
	/** Broadcast or multicast. */
	| { code: 'not_unicast'; address: string }
	/** The flowtable takes TCP and UDP alone. */
	| { code: 'protocol'; protocol: string }
	/** TCP to which nothing has come back yet. UDP needs no answer. */
	| { code: 'one_direction' }
	/** TCP that is not established: it begins, or ends. */
	| { code: 'tcp_state'; state: string }
	/** A helper reads its packets. `rule`: by which rule of which chain (`inet fw4 helper_lan`), in nft's words. */
	| { code: 'helper'; helper: string; chain: string; rule: string }
	/** Both ends are in one network of the same bridge: what it forwards never reaches the router's routes. */
	| { code: 'bridged'; device: string }
	| KeptByPolicy
	/** Its packets go through IPsec. */
	| { code: 'ipsec' }
	/** It is not in the table, and nothing in the configuration lets anything through between its zones. */
	| { code: 'no_forwarding'; source_zone: string; destination_zone: string }
	/** What enters by this device meets no hook: one direction, or both, stay on the CPU, also where the connection is marked. */
	| { code: 'not_covered'; device: string; missing: string[] }
	/** It was seen offloaded, and is not any more: nothing has passed for longer than the flowtable waits, in seconds. */
	| { code: 'timed_out'; seconds: number }
	/** A packet or two: the next one may have it offloaded. */
	| { code: 'few_packets'; packets: number }
	/**
	 * Nothing has passed for so many seconds: longer than the flowtable waits, or since the firewall was loaded. Whether it was
	 * offloaded before, nobody has seen.
	 */
	| { code: 'idle'; seconds: number };

/** What is asked of the router to explain a connection. */
export type FlowCheck =
	| 'table'
	| 'flowtable'
	| 'rule'
	| 'addresses'
	| 'protocol'
	| 'state'
	| 'helpers'
	| 'policy'
	| 'routes'
	| 'ipsec'
	| 'zones'
	| 'coverage'
	| 'memory'
	| 'packets';

// --- relearn_flows

export interface RelearnArguments {
	/** Whose connections are meant, at either end. When absent, all. */
	client?: string;
}

/**
 * The firewall was reloaded, and a new flowtable learns every connection anew, with its next packet: also those of others, since
 * what takes one alone out breaks it (`conntrack -D`: what comes back to a connection that is gone is dropped).
 */
export interface Relearning {
	/** The connections that were offloaded and meant; null where nobody lists them. */
	concerned: number | null;
	/** All that were offloaded. */
	reached: number | null;
	/** Whether another flowtable is there now. False where the mode is off, or nft has refused the rules: see `load`. */
	relearning: boolean;
	/** What was set up. */
	mode_before: Mode;
	/** What is now: software after hardware where a driver binds no second flowtable beside the first, or another mode was asked for since. */
	mode: Mode;
	load: FirewallLoad;
	/** How long the plugin took, in microseconds. */
	took_us: number;
}
