// SPDX-License-Identifier: Apache-2.0
/** The ubus objects that we call: our plugin's from its contract, LuCI's by hand. */
import type { Methods, NoArguments } from '../../../../rpcd/api/index.ts';

/** Objects by name, their methods by name: what they take and what they answer. */
export interface Objects {
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

/** LuCI, rpcd-mod-luci. Names come from the clients themselves: text, never markup. */
interface LuciMethods {
	/** What is known about hosts, by MAC address. */
	getHostHints: { arguments: NoArguments; reply: Record<string, HostHint> };
	getDHCPLeases: { arguments: NoArguments; reply: Leases };
}

export interface HostHint {
	name?: string;
	ipaddrs: string[];
	ip6addrs: string[];
}

export interface Leases {
	dhcp_leases: Lease4[];
	dhcp6_leases: Lease6[];
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
