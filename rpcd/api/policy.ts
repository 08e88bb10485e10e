// SPDX-License-Identifier: Apache-2.0
/** get_policy: which connections stay on the CPU by choice, whether that is carried out, and what it keeps there now. */
import type { Family } from './path.ts';

/**
 * Connections for which all of these conditions hold stay on the CPU. A condition that is absent holds for any; a rule without one
 * is refused, since it would turn offloading off. /etc/config/nft-offload has them as sections of the type `keep`, in their order.
 */
export interface PolicyRule {
	/** What the admin calls it: 1 to 64 characters of printable ASCII. No other rule has it. */
	name: string;
	/** Whether it counts; it does when absent. */
	enabled?: boolean;
	family?: Family;
	protocol?: 'tcp' | 'udp';
	/** The zones of the firewall that it was begun from and to. Their devices are those of the firewall's last load. */
	src?: string;
	dest?: string;
	/**
	 * MAC addresses of who began it, as its packets bear them when they reach the router, whatever their IP
	 * address. They are of one direction, as the DSCP is: where a rule goes by either, packets of the other offload nothing that it
	 * may keep.
	 */
	macs?: string[];
	/** The DSCP of what its initiator sends: `EF`, `CS5`, `AF41`, or a number from 0 to 63. */
	dscp?: string[];
	/**
	 * Addresses or networks, `192.168.1.50` or `fd00::/64`, of either end as the router's own side knows it: who began the connection,
	 * or whom it was forwarded to. At most 1,024 in all rules together.
	 */
	clients?: string[];
	/** The same of what the connection was begun to. */
	destinations?: string[];
	/** Ports of what it was begun to: `443` or `5000-5010`. */
	ports?: string[];
	/** The connection's mark (`ct mark`), in hexadecimal digits, and which bits of it count: `0x10` or `0x10/0xf0`. */
	mark?: string;
	/** Only as long as its initiator has sent fewer packets than that, the present one counted: 2 to 1,000,000. The rest is offloaded. */
	first_packets?: number;
}

export type PolicyOption = keyof PolicyRule;

/** Conditions that hold where one of a list does. */
export type RuleList = 'clients' | 'destinations' | 'ports' | 'macs' | 'dscp';

/** What is wrong with a rule. A file that libuci refuses has no rule: then `rule` is 0, and `expected` is what it says. */
export interface PolicyFault {
	/** Its place, from 1 on. */
	rule: number;
	/** Text for people: printable ASCII, at most 64 characters. */
	name: string;
	option: string;
	expected: string;
}

export type PolicyForce =
	/** No rule is enabled: firewall4 offloads what it can. */
	| { state: 'empty' }
	/** Nothing is set up to offload, so that there is nothing to choose. */
	| { state: 'off' }
	/** The kernel has the rules of the file as it is now. */
	| { state: 'in_force' }
	/** firewall4's own rule is in force, or somebody's, or an older policy of ours. `reason` is a program's own word, or empty. */
	| { state: 'not_in_force'; cause: PolicyCause; reason: string };

export type PolicyCause =
	/** The file, or one of its rules, is not understood. */
	| 'unreadable'
	/** /etc/config/firewall has no include of ours that is enabled. */
	| 'not_included'
	/** The chain forward offloads by other rules than the one that firewall4 writes: its template was changed, or somebody has added one. They are left alone. */
	| 'no_rule'
	/** Rules go by a zone that the firewall has not, or not by devices alone, and keep nothing; the others are in force. `reason` names it. */
	| 'no_zone'
	/** nft has refused our rules. */
	| 'refused'
	/** The firewall was not loaded since the file was written. */
	| 'not_loaded';

// --- get_policy

export interface PolicyArguments {
	/** Tells of these rules instead of those of the file. Nothing is changed. */
	policy?: PolicyRule[];
}

export interface Policy {
	rules: PolicyRule[];
	/** The first fault of the file; then there are no rules. */
	fault: PolicyFault | null;
	force: PolicyForce;
	/**
	 * For each rule, how many connections through the router are on the CPU now of which it is the first that keeps them there; of TCP
	 * those that are established. Null where it goes by a zone or the DSCP, which the table of connections does not have, and where the
	 * rules of the file are not in force. Whose MAC address is whose the table of neighbours tells.
	 */
	kept: (number | null)[];
	/** Connections that are offloaded though a rule keeps them. */
	escaped: number;
	/** Whether all of the table was looked at, or its first 2 MiB. */
	whole: boolean;
	/** The rules as nft is given them, one a line; empty where none is enabled. */
	text: string;
	/** How long the plugin took, in microseconds. */
	took_us: number;
}
