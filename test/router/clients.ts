// SPDX-License-Identifier: Apache-2.0
/** The devices in the LAN, and what `luci-rpc` tells about them. */
import type { JsonObject } from './bus.ts';

export interface Client {
	mac: string;
	ipv4: string;
	/** As the kernel prints it in /proc/net/nf_conntrack: all eight groups, four digits each. */
	ipv6: string;
	name: string;
}

const NAMES = ['laptop', 'phone', 'television', 'nas', 'console', 'tablet', 'printer', 'thermostat'];

/** Names that a device in the LAN can give itself: each must come out as text. */
const HOSTILE_NAMES = [
	'<img src=x onerror=window.__hostile=1>',
	'"><svg onload=window.__hostile=1>',
	"'><script>window.__hostile=1</script>",
	'javascript:window.__hostile=1',
	'{{7*7}} ${7*7} %s%h',
	'&lt;b&gt;',
	'\u202efdp.exe\u200b',
	'w'.repeat(300)
];

export function clients(hostile: boolean): Client[] {
	return (hostile ? HOSTILE_NAMES : NAMES).map((name, index) => ({
		mac: `02:00:00:00:00:${(index + 16).toString(16).toUpperCase()}`,
		ipv4: `192.168.1.${100 + index}`,
		ipv6: `2001:0db8:0001:0000:0000:0000:0000:0${(256 + index).toString(16)}`,
		name
	}));
}

/** As busybox's `ip neigh` prints them. */
export const neighbours = (list: readonly Client[]): string =>
	list
		.flatMap(({ mac, ipv4, ipv6 }) =>
			[ipv4, short(ipv6)].map(
				(address) => `${address} dev br-lan lladdr ${mac.toLowerCase()} used 0/0/0 probes 1 REACHABLE\n`
			)
		)
		.join('');

export function hostHints(list: readonly Client[]): JsonObject {
	return Object.fromEntries(
		list.map(({ mac, ipv4, ipv6, name }) => [mac, { ipaddrs: [ipv4], ip6addrs: [short(ipv6)], name }])
	);
}

export function dhcpLeases(list: readonly Client[]): JsonObject {
	return {
		dhcp_leases: list.map(({ mac, ipv4, name }) => ({
			expires: 41000,
			hostname: name,
			macaddr: mac,
			ipaddr: ipv4
		})),
		dhcp6_leases: list.map(({ mac, ipv6, name }) => ({
			expires: 41000,
			interface: 'br-lan',
			hostname: name,
			macaddr: mac,
			duid: duid(mac),
			iaid: '1',
			ip6addr: short(ipv6),
			ip6addrs: [`${short(ipv6)}/128`]
		}))
	};
}

/** By link-layer address and time (RFC 8415, 11.2): luci-rpc takes the MAC address from it. */
export function duid(mac: string): string {
	return `000100012a2a2a2a${mac.replaceAll(':', '').toLowerCase()}`;
}

/** The usual form of one of our addresses, as inet_ntop(3) writes it. */
function short(address: string): string {
	const groups = address.split(':').map((group) => group.replace(/^0{1,3}/, ''));
	return `${groups.slice(0, 3).join(':')}::${groups.at(-1) ?? ''}`;
}
