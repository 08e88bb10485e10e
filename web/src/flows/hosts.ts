// SPDX-License-Identifier: Apache-2.0
/** Names of the hosts in the LAN. They come from the hosts themselves: text, whatever it is, and never more than that. */
import { shortenIPv6 } from '../ui/format.ts';
import type { HostHint, Lease4, Lease6 } from '../lib/ubus/index.ts';

export interface Host {
	address: string;
	name: string;
}

/** As long as a label of the domain name system may be. */
const LONGEST = 63;

/** What is not seen, or turns the text around it: controls, marks of direction, spaces without width. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

/** A name as it can be shown beside others. */
export function cleanName(name: string): string {
	const clean = name.replace(UNSEEN, '').replace(/\s+/g, ' ').trim();
	const characters = Array.from(clean);
	return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : clean;
}

export class Hosts {
	readonly #names = new Map<string, string>();

	/** Leases are newer than hints, so their names win. */
	constructor(
		hints: Record<string, HostHint> = {},
		leases: { dhcp_leases: Lease4[]; dhcp6_leases: Lease6[] } = { dhcp_leases: [], dhcp6_leases: [] }
	) {
		for (const { name, ipaddrs, ip6addrs } of Object.values(hints))
			this.#add(name, [...ipaddrs, ...ip6addrs]);
		for (const { hostname, ipaddr } of leases.dhcp_leases) this.#add(hostname, [ipaddr]);
		for (const { hostname, ip6addr, ip6addrs } of leases.dhcp6_leases)
			this.#add(hostname, [ip6addr, ...ip6addrs]);
	}

	/** Empty where none is known. */
	nameOf(address: string): string {
		return this.#names.get(canonical(address)) ?? '';
	}

	/** All that have a name, by name. */
	list(): Host[] {
		return [...this.#names]
			.map(([address, name]) => ({ address, name }))
			.sort((a, b) => a.name.localeCompare(b.name) || (a.address < b.address ? -1 : 1));
	}

	/**
	 * The only IPv4 address with this name, whatever the case, or else the only IPv6 address; null when there is none, or
	 * several: a host has one IPv4 address as a rule, and many of IPv6.
	 */
	addressOf(name: string): string | null {
		const wanted = name.trim().toLowerCase();
		const found = this.list().filter((host) => host.name.toLowerCase() === wanted);
		const ipv4 = found.filter(({ address }) => !address.includes(':'));
		return [ipv4, found].find(({ length }) => length === 1)?.[0]?.address ?? null;
	}

	#add(name: string | undefined, addresses: readonly string[]): void {
		const clean = cleanName(name ?? '');
		if (clean === '') return;
		for (const address of addresses) this.#names.set(canonical(address), clean);
	}
}

/** Leases of IPv6 come with the length of their prefix. */
const canonical = (address: string) => shortenIPv6(address.replace(/\/\d+$/, '').toLowerCase());
