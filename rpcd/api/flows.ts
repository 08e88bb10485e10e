// SPDX-License-Identifier: Apache-2.0
/** get_flows: totals of the connection tracking table, and one page of its connections. */
import type { Family, Path } from './path.ts';

/** The most rows of one `get_flows` reply, and the number sent when none is asked for. */
export type FlowsLimit = { most: 200; usual: 50 };

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
	/** What a flowtable may take: TCP that is established and UDP, answered, and neither from nor to the router itself. */
	eligible: Record<Path, Total>;
	/** The router's own addresses, IPv6 in either of its forms, sorted: at most 256. */
	own: string[];
}

export interface Total {
	flows: number;
	bytes: number;
	packets: number;
}

/** One line of /proc/net/nf_conntrack (kernel: net/netfilter/nf_conntrack_standalone.c, ct_seq_show). */
export interface Flow {
	family: Family;
	/** `tcp`, `udp`, `icmp`, `icmpv6`, ..., as the kernel prints it; `igmp`, `esp` and the like where it has no name; or `unknown`. */
	protocol: string;
	path: Path;
	/** The state of TCP, SCTP or DCCP. Null for other protocols, and for offloaded connections of TCP, which have none. */
	state: string | null;
	/** Seconds until it expires; null for offloaded connections, which the flowtable keeps. */
	timeout: number | null;
	/** False while nothing came back. */
	replied: boolean;
	/** The rule of the policy in force that keeps it on the CPU; absent where none is known to. */
	kept?: string;
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
