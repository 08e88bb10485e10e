// SPDX-License-Identifier: Apache-2.0
/** The virtual router's network: a bridge of three switch ports towards the LAN, and one port towards the WAN. */
import type { JsonObject } from './bus.ts';
import type { Kernel } from './kernel.ts';

export interface Device {
	name: string;
	/** netifd's word for it, which decides whether firewall4 looks below the device. */
	devtype: 'bridge' | 'dsa' | 'ethernet' | 'loopback' | 'vlan' | 'wlan' | 'ppp';
	lower: readonly string[];
}

/** How the router reaches the Internet: by its port, or by PPPoE on a VLAN of it. */
export type Uplink = 'port' | 'PPPoE on a VLAN';

const DEVICES: readonly Device[] = [
	{ name: 'lo', devtype: 'loopback', lower: [] },
	{ name: 'br-lan', devtype: 'bridge', lower: ['lan1', 'lan2', 'lan3'] },
	{ name: 'lan1', devtype: 'dsa', lower: ['eth0'] },
	{ name: 'lan2', devtype: 'dsa', lower: ['eth0'] },
	{ name: 'lan3', devtype: 'dsa', lower: ['eth0'] },
	{ name: 'wan', devtype: 'dsa', lower: ['eth0'] },
	{ name: 'eth0', devtype: 'ethernet', lower: [] }
];

/** Of PPPoE netifd knows the VLAN, and the kernel links nothing below it. */
const PPPOE: readonly Device[] = [
	{ name: 'wan.7', devtype: 'vlan', lower: ['wan'] },
	{ name: 'pppoe-wan', devtype: 'ppp', lower: [] }
];

/** An access point that came into the bridge after the firewall was loaded. */
export const LATE: Device = { name: 'phy0-ap0', devtype: 'wlan', lower: [] };

export function devicesOf(uplink: Uplink): readonly Device[] {
	return uplink === 'port' ? DEVICES : [...DEVICES, ...PPPOE];
}

/** The layer 3 device of a logical interface, and the device that carries it: what netifd calls `l3_device` and `device`. */
export function carriersOf(network: string, uplink: Uplink): { device: string; carrier: string } | undefined {
	const device = INTERFACES[network];
	return device === 'wan' && uplink !== 'port'
		? { device: 'pppoe-wan', carrier: 'wan.7' }
		: device === undefined
			? undefined
			: { device, carrier: device };
}

/** The device of each logical interface: what firewall4 takes for a zone's networks. */
const INTERFACES: Readonly<Record<string, string>> = {
	lan: 'br-lan',
	loopback: 'lo',
	wan: 'wan',
	wan6: 'wan'
};

const ADDRESSES: Record<string, { proto: string; ipv4: JsonObject[]; ipv6: JsonObject[] }> = {
	lan: { proto: 'static', ipv4: [{ address: '192.168.1.1', mask: 24 }], ipv6: [] },
	loopback: { proto: 'static', ipv4: [{ address: '127.0.0.1', mask: 8 }], ipv6: [] },
	wan: { proto: 'dhcp', ipv4: [{ address: '203.0.113.1', mask: 24 }], ipv6: [] },
	wan6: {
		proto: 'dhcpv6',
		ipv4: [],
		ipv6: [{ address: '2001:db8:ffff::1', mask: 64, preferred: 14320, valid: 86320 }]
	}
};

const ASSIGNED: JsonObject = {
	address: '2001:db8:1::',
	mask: 60,
	'local-address': { address: '2001:db8:1::1', mask: 60 }
};

/** The router's own addresses as the kernel lists them: in its routes, and by 32 digits. */
export function showAddresses(kernel: Kernel): void {
	const leaves = ['127.0.0.1', '192.168.1.1', '203.0.113.1'].map(
		(address) => `           |-- ${address}\n              /32 host LOCAL\n`
	);
	kernel.write('proc/net/fib_trie', `Main:\n  +-- 0.0.0.0/0 2 0 2\n${leaves.join('')}`);
	kernel.write(
		'proc/net/if_inet6',
		[
			'20010db8000100000000000000000001 05 40 00 80   br-lan\n',
			'20010db8ffff00000000000000000001 04 40 00 80      wan\n',
			'00000000000000000000000000000001 01 80 10 80       lo\n'
		].join('')
	);
}

/** What `ip route get` says, by patterns of addresses (base/sbin/ip): the LAN, and the uplink for all else. */
export function showRoutes(kernel: Kernel): void {
	const uplink = carriersOf('wan', kernel.hardware.uplink)?.device ?? 'wan';
	kernel.write(
		'run/virtual-kernel/routes',
		[
			'192.168.1.1 local dev lo  src 192.168.1.1\n',
			'192.168.1.255 broadcast dev br-lan  src 192.168.1.1\n',
			'192.168.1.* unicast dev br-lan  src 192.168.1.1\n',
			'2001:db8:1:* unicast from :: dev br-lan  src 2001:db8:1::1  metric 1024\n',
			`*:* unicast from :: via fe80::1 dev ${uplink}  src 2001:db8:ffff::1  metric 512\n`,
			`* unicast via 203.0.113.254 dev ${uplink}  src 203.0.113.1\n`
		].join('')
	);
}

const DEFAULT_ROUTE = { target: '0.0.0.0', mask: 0, nexthop: '203.0.113.254', source: '203.0.113.1/32' };

/** `network.interface dump`. */
export function interfaceDump(uptime: number): JsonObject {
	return { interface: Object.entries(INTERFACES).map(([name, device]) => interfaceOf(name, device, uptime)) };
}

/** `network.device status`, of one device or of all. */
export function deviceStatus(
	name: string | undefined,
	devices: readonly Device[],
	engine: boolean | null
): JsonObject | undefined {
	if (name === undefined)
		return Object.fromEntries(devices.map((device) => [device.name, statusOf(device, engine)]));
	const device = devices.find((each) => each.name === name);
	return device && statusOf(device, engine);
}

/** `engine`: NETIF_F_HW_TC of the switch's conduit; null where its driver answers no ethtool. Every DSA port has it. */
function statusOf({ name, devtype, lower }: Device, engine: boolean | null): JsonObject {
	return {
		external: false,
		present: true,
		type: devtype === 'bridge' ? 'bridge' : 'Network device',
		up: true,
		carrier: true,
		devtype,
		...(devtype === 'bridge' ? { 'bridge-members': [...lower] } : {}),
		...(devtype === 'dsa' ? { conduit: 'eth0', 'hw-tc-offload': true } : {}),
		...(name === 'eth0' && engine !== null ? { 'hw-tc-offload': engine } : {}),
		mtu: name === 'lo' ? 65536 : 1500
	};
}

function interfaceOf(name: string, device: string, uptime: number): JsonObject {
	const { proto, ipv4, ipv6 } = ADDRESSES[name] ?? { proto: 'none', ipv4: [], ipv6: [] };
	const lists = {
		'ipv4-address': [],
		'ipv6-address': [],
		route: [],
		'dns-server': [],
		'dns-search': [],
		neighbors: []
	};
	return {
		interface: name,
		up: true,
		pending: false,
		available: true,
		autostart: true,
		dynamic: false,
		uptime,
		l3_device: device,
		proto,
		device,
		updated: ['addresses'],
		metric: 0,
		dns_metric: 0,
		delegation: true,
		'ipv4-address': ipv4,
		'ipv6-address': ipv6,
		'ipv6-prefix': [],
		'ipv6-prefix-assignment': name === 'lan' ? [ASSIGNED] : [],
		route: name === 'wan' ? [DEFAULT_ROUTE] : [],
		'dns-server': [],
		'dns-search': [],
		neighbors: [],
		inactive: lists,
		data: {}
	};
}
