// SPDX-License-Identifier: Apache-2.0
/** The ubus objects that we call: our plugin's from its contract, rpcd's and LuCI's by hand. */
import type { Methods, NoArguments } from '../../../../rpcd/api/index.ts';

/** Objects by name, their methods by name: what they take and what they answer. */
export interface Objects {
	session: SessionMethods;
	uci: UciMethods;
	'luci-rpc': LuciMethods;
	'luci.nft-offload': Methods;
}

export type ObjectName = keyof Objects;
export type MethodOf<O extends ObjectName> = keyof Objects[O] & string;

export type ArgumentsOf<O extends ObjectName, M extends MethodOf<O>> = Objects[O][M] extends {
	arguments: infer A extends object;
}
	? A
	: never;

export type ReplyOf<O extends ObjectName, M extends MethodOf<O>> = Objects[O][M] extends { reply: infer R }
	? R
	: never;

/** rpcd, session.c. */
interface SessionMethods {
	login: { arguments: { username: string; password: string; timeout: number }; reply: Session };
	/** Whether the calling session may do something. A session that is gone is denied even the question. */
	access: {
		arguments: { scope: string; object: string; function: string };
		reply: { access: boolean };
	};
	destroy: { arguments: NoArguments; reply: null };
}

export interface Session {
	/** 32 hexadecimal digits. */
	ubus_rpc_session: string;
	/** Seconds without a call after which it expires. */
	timeout: number;
	/** Seconds until it expires. */
	expires: number;
}

/**
 * rpcd, uci.c. Changes are staged per session; `apply` commits all that the session has staged, in every
 * configuration, and answers with success even when a commit fails.
 */
interface UciMethods {
	/** With `option` its value; with `section` one section; else all of them. Null for what does not exist. */
	get: {
		arguments: { config: string; section?: string; option?: string; type?: string };
		reply: { value: UciValue } | { values: UciSection } | { values: Record<string, UciSection> } | null;
	};
	set: { arguments: { config: string; section: string; values: Record<string, UciValue> }; reply: null };
	/** Without `option` the whole section. */
	delete: { arguments: { config: string; section: string; option?: string }; reply: null };
	/** What this session has staged, by configuration. */
	changes: { arguments: NoArguments; reply: { changes: Record<string, UciChange[]> } };
	/** `timeout`: seconds until it is undone, unless confirmed. Status 5 when nothing is staged, 6 while one waits. */
	apply: { arguments: { rollback: boolean; timeout: number }; reply: null };
	/** Status 5 when nothing waits, 6 when another session's apply does; the same for `rollback`. */
	confirm: { arguments: NoArguments; reply: null };
	rollback: { arguments: NoArguments; reply: null };
	/** Unstages everything in one configuration. Status 6 while an apply waits. */
	revert: { arguments: { config: string }; reply: null };
}

export type UciValue = string | string[];

/** A section as rpcd dumps it: its options, and what it is under names that no option can have. */
export interface UciSection {
	'.type': string;
	'.name': string;
	'.anonymous': boolean;
	/** Absent when only this section was asked for. */
	'.index'?: number;
	[option: string]: UciValue | boolean | number;
}

/** `set`, `add`, `remove`, `rename`, `order`, `list-add` or `list-del`; the section; option and value if any. */
export type UciChange = (string | number)[];

/** LuCI, rpcd-mod-luci. Names come from the clients themselves: text, never markup. */
interface LuciMethods {
	/** What is known about hosts, by MAC address. */
	getHostHints: { arguments: NoArguments; reply: Record<string, HostHint> };
	getDHCPLeases: { arguments: NoArguments; reply: { dhcp_leases: Lease4[]; dhcp6_leases: Lease6[] } };
}

export interface HostHint {
	name?: string;
	ipaddrs: string[];
	ip6addrs: string[];
}

interface Lease {
	/** Seconds; false when it never expires. */
	expires: number | false;
	hostname?: string;
	macaddr?: string;
	duid?: string;
}

export interface Lease4 extends Lease {
	ipaddr: string;
}

export interface Lease6 extends Lease {
	ip6addr: string;
	ip6addrs: string[];
}
