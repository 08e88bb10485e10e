// SPDX-License-Identifier: Apache-2.0
/** The ubus objects besides `session` and `uci` that LuCI's pages and our plugin ask. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Status, text, type BusObject, type JsonObject, type Method } from './bus.ts';
import { dhcpLeases, hostHints, type Client } from './clients.ts';
import { KERNEL_RELEASE, type Kernel } from './kernel.ts';
import { deviceStatus, interfaceDump } from './network.ts';
import type { Sessions } from './session.ts';

/** As recorded from OpenWrt 25.12.2. */
const FEATURES: JsonObject = {
	firewall: true,
	firewall4: true,
	opkg: false,
	bonding: null,
	mii_tool: null,
	offloading: true,
	br2684ctl: false,
	swconfig: false,
	zram: false,
	sysntpd: true,
	ipv6: true,
	dropbear: true,
	cabundle: true,
	relayd: false,
	apk: true,
	wifi: false,
	ufpd: false,
	vrf: false,
	netifd_vrf: true,
	dnsmasq: {
		ipv6: true,
		'gnu-getopt': true,
		dbus: false,
		ubus: true,
		i18n: false,
		idn: false,
		dhcp: true,
		dhcpv6: false,
		lua: false,
		tftp: true,
		conntrack: false,
		ipset: false,
		nftset: false,
		auth: false,
		dnssec: false,
		id: false,
		'loop-detect': true,
		inotify: true,
		dumpfile: true
	},
	odhcpd: { ra: true, ndp: true, dhcpv6: true, dhcpv4: false, ubus: true }
};

export interface Surroundings {
	root: string;
	kernel: Kernel;
	sessions: Sessions;
	clients: readonly Client[];
	/** Seconds since boot. */
	uptime: () => number;
	/** Room on the flash, in KiB. */
	freeFlash: () => number;
}

export function stockObjects(around: Surroundings): Record<string, BusObject> {
	return {
		system: {
			board: constant(board()),
			info: { signature: {}, call: () => ({ status: Status.ok, data: info(around) }) }
		},
		luci: { getFeatures: constant(FEATURES) },
		'luci-rpc': {
			getHostHints: constant(hostHints(around.clients)),
			getDHCPLeases: { ...constant(dhcpLeases(around.clients)), signature: { family: 'number' } }
		},
		'network.interface': {
			dump: {
				signature: {},
				call: () => ({ status: Status.ok, data: interfaceDump(Math.floor(around.uptime())) })
			}
		},
		'network.device': { status: deviceMethod(around.kernel) },
		file: { read: readMethod(around) }
	};
}

function constant(data: JsonObject): Method {
	return { signature: {}, call: () => ({ status: Status.ok, data }) };
}

function board(): JsonObject {
	return {
		kernel: KERNEL_RELEASE,
		hostname: 'OpenWrt',
		system: 'Virtual CPU',
		model: 'Virtual Router',
		board_name: 'virtual-router',
		rootfs_type: 'squashfs',
		release: {
			distribution: 'OpenWrt',
			version: '25.12.2',
			firmware_url: 'https://downloads.openwrt.org/',
			revision: 'r32802-f505120278',
			target: 'x86/64',
			description: 'OpenWrt 25.12.2 r32802-f505120278',
			builddate: '1774469393'
		}
	};
}

/** Sizes of `root` and `tmp` are in KiB, those of memory in bytes. */
function info({ uptime, freeFlash }: Surroundings): JsonObject {
	const free = freeFlash();
	return {
		localtime: Math.floor(Date.now() / 1000),
		uptime: Math.floor(uptime()),
		load: [4096, 3072, 2048],
		memory: {
			total: 262_144_000,
			free: 180_000_000,
			shared: 700_000,
			buffered: 0,
			available: 170_000_000,
			cached: 9_000_000
		},
		root: { total: 24_576, free, used: 24_576 - free, avail: free },
		tmp: { total: 128_000, free: 127_000, used: 1_000, avail: 127_000 },
		swap: { total: 0, free: 0 }
	};
}

function deviceMethod(kernel: Kernel): Method {
	return {
		signature: { name: 'string' },
		call: (args) => {
			const data = deviceStatus(text(args, 'name'), kernel.devices, kernel.hasEngine);
			return data ? { status: Status.ok, data } : { status: Status.not_found };
		}
	};
}

/** A path that the ACL does not grant is refused, whether or not it is there. */
function readMethod({ root, sessions }: Surroundings): Method {
	return {
		signature: { path: 'string', base64: 'boolean', ubus_rpc_session: 'string' },
		call: (args) => {
			const path = text(args, 'path');
			const sid = text(args, 'ubus_rpc_session');
			if (path === undefined) return { status: Status.invalid_argument };
			if (sid !== undefined && !sessions.access(sid, 'file', path, 'read'))
				return { status: Status.permission_denied };
			try {
				return { status: Status.ok, data: { data: readFileSync(join(root, path), 'utf8') } };
			} catch {
				return { status: Status.not_found };
			}
		}
	};
}
