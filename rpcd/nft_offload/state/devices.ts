// SPDX-License-Identifier: Apache-2.0
/**
 * Devices: what lies below one, and which ones firewall4 would hook, found the way it finds them (fw4.uc,
 * resolve_offload_devices): the carriers of every zone's networks, and for some modes the devices below their bridges and
 * VLANs.
 */
import type { Mode } from '../../api/index.ts';
import { is_there, list, read_file } from 'nft_offload.base.files';
import { sorted_set } from 'nft_offload.base.value';
import type { Netifd } from 'nft_offload.state.netifd';
import { is_device_name } from 'nft_offload.state.zones';
import type { Memory } from 'nft_offload.state.zones';

/**
 * Below which carriers firewall4 goes, by its version:
 * `hardware` only for hardware (since 2024-06: OpenWrt 24.10); `always` (2023-09 to 2024-06: 23.05);
 * `capable` always, and for hardware only to those that netifd says can do it (before: 22.03).
 */
type Descent = 'hardware' | 'always' | 'capable';

/** What is hooked, or that nobody knows where firewall4 has no memory of its zones. */
type Hooked = { known: true; devices: string[] } | { known: false };

/** No loop of devices outlives so many levels. */
const LEVELS = 8;

function descent(): Descent {
	const source = read_file('/usr/share/ucode/fw4.uc', 524288) ?? '';
	if (index(source, 'require_hwoffload') !== -1) {
		return 'capable';
	}
	return index(source, 'resolve_offload_devices') === -1 || index(source, 'resolve_hw_offload_devices') !== -1
		? 'hardware'
		: 'always';
}

function is_present(device: string): boolean {
	return is_there(`/sys/class/net/${device}`);
}

/** The kernel's type of a device: `bridge`, `vlan`, `dsa`, `wlan`, ...; empty for a plain Ethernet device. */
function kernel_type(device: string): string {
	const uevent = read_file(`/sys/class/net/${device}/uevent`, 4096) ?? '';
	return split(split(uevent, 'DEVTYPE=')[1] ?? '', '\n')[0] ?? '';
}

/** The devices directly below one, as the kernel links them. */
function below(device: string): string[] {
	const found: string[] = [];
	map(list(`/sys/class/net/${device}`), (name) => {
		const lower = substr(name, 6);
		if (index(name, 'lower_') === 0 && is_device_name(lower)) {
			push(found, lower);
		}
	});
	return found;
}

/** The lowest present devices below one, itself where `descends` says that there are none. */
function lowest(device: string, descends: (device: string) => boolean, level: number): string[] {
	if (!is_present(device)) {
		return [];
	}
	if (level === 0 || !descends(device)) {
		return [device];
	}
	const found: string[] = [];
	map(below(device), (lower) => map(lowest(lower, descends, level - 1), (each) => push(found, each)));
	return found;
}

/** Whether it is a bridge or a VLAN: to netifd, which firewall4 asks, or to the kernel where netifd says nothing at all. */
function has_lower(device: string, netifd: Netifd | null): boolean {
	const found = netifd == null ? kernel_type(device) : (netifd[device] ?? {})['devtype'];
	return found === 'bridge' || found === 'vlan';
}

/** Where netifd calls none capable, firewall4 falls back to software on all of them. */
function capable_or_all(devices: string[], netifd: Netifd | null): string[] {
	const capable = filter(devices, (device) => ((netifd ?? {})[device] ?? {})['hw-tc-offload'] === true);
	return length(capable) > 0 ? capable : devices;
}

/** The devices that a mode would hook, sorted. `netifd` is asked only by versions and modes that go below the carriers. */
function hooked_devices(mode: Mode, memory: Memory, netifd: () => Netifd | null): Hooked {
	if (!memory.known) {
		return { known: false };
	}
	const way = descent();
	const goes_below = way !== 'hardware' || mode === 'hardware';
	const known = goes_below ? netifd() : null;
	const found: string[] = [];
	map(memory.zones, (zone) =>
		map(zone.carriers, (carrier) =>
			map(
				lowest(carrier, (device) => goes_below && has_lower(device, known), LEVELS),
				(device) => push(found, device)
			)
		)
	);
	const devices = sorted_set(found);
	return {
		known: true,
		devices: way === 'capable' && mode === 'hardware' ? capable_or_all(devices, known) : devices
	};
}

/** The lowest devices below each device that was looked at: zones share bridges, whose many ports are read once. */
type Ways = Record<string, string[]>;

/** Down through bridges and VLANs, as the kernel follows a path down (dev_fill_forward_path). */
function ways_below(device: string, known: Ways, levels: number): string[] {
	const told = known[device];
	if (told != null) {
		return told;
	}
	const found: string[] = [];
	if (levels > 0 && index(['bridge', 'vlan'], kernel_type(device)) !== -1) {
		map(filter(below(device), is_present), (lower) =>
			map(ways_below(lower, known, levels - 1), (each) => push(found, each))
		);
	} else {
		push(found, device);
	}
	known[device] = found;
	return found;
}

/**
 * The lowest devices by which packets of a layer 3 device enter, as the kernel follows its path down: through bridges, VLANs and
 * PPPoE to Ethernet, a DSA port or whatever else. Sorted.
 */
function entrances(device: string, memory: Memory, known: Ways): string[] {
	const carrier = memory.known ? (memory.carriers[device] ?? device) : device;
	const start = kernel_type(device) === 'ppp' || !is_present(device) ? carrier : device;
	return is_present(start) ? sorted_set(ways_below(start, known, LEVELS)) : [];
}

export { below, entrances, hooked_devices, is_present, kernel_type };
export type { Hooked, Ways };
