// SPDX-License-Identifier: Apache-2.0
/**
 * The devices that firewall4 would hook, found the way it finds them (fw4.uc, resolve_offload_devices): the
 * carriers of every zone's networks, and for some modes the devices below their bridges and VLANs.
 */
import type { Mode } from '../../api/index.ts';
import { call } from 'nft_offload.base.bus';
import { is_there, list, read_file } from 'nft_offload.base.files';
import { is_array, is_object, is_text, matches, parse_json, sorted_set } from 'nft_offload.base.value';

/** What firewall4 remembers of the load that is in effect; absent while it is stopped. */
const STATE_FILE = '/var/run/fw4.state';
const STATE_LIMIT = 4194304;

/**
 * Below which carriers firewall4 goes, by its version:
 * `hardware` only for hardware (since 2024-06: OpenWrt 24.10); `always` (2023-09 to 2024-06: 23.05);
 * `capable` always, and for hardware only to those that netifd says can do it (before: 22.03).
 */
type Descent = 'hardware' | 'always' | 'capable';

/** What is hooked, or that nobody knows while firewall4 is stopped. */
type Hooked = { known: true; devices: string[] } | { known: false };

function descent(): Descent {
	const source = read_file('/usr/share/ucode/fw4.uc', 524288) ?? '';
	if (index(source, 'require_hwoffload') !== -1) {
		return 'capable';
	}
	return index(source, 'resolve_offload_devices') === -1 || index(source, 'resolve_hw_offload_devices') !== -1
		? 'hardware'
		: 'always';
}

/** A name that Linux gives a device and that is harmless in nft's language and in a path. */
function is_device_name(name: unknown): name is string {
	return (
		is_text(name) &&
		length(name) <= 15 &&
		matches(name, /[A-Za-z0-9_.@:~+-]+/) &&
		name !== '.' &&
		name !== '..'
	);
}

function is_present(device: string): boolean {
	return is_there(`/sys/class/net/${device}`);
}

/** Whether the device is a bridge or a VLAN, as the kernel tells netifd and netifd tells firewall4. */
function has_lower(device: string): boolean {
	const uevent = read_file(`/sys/class/net/${device}/uevent`, 4096) ?? '';
	return index(uevent, 'DEVTYPE=bridge\n') !== -1 || index(uevent, 'DEVTYPE=vlan\n') !== -1;
}

/** The devices below a carrier, itself where it is neither bridge nor VLAN. No loop of devices outlives eight levels. */
function lower_devices(device: string, level: number): string[] {
	if (!is_present(device)) {
		return [];
	}
	if (level === 0 || !has_lower(device)) {
		return [device];
	}
	const found: string[] = [];
	const names = list(`/sys/class/net/${device}`);
	for (let i = 0; i < length(names); i++) {
		const name = names[i] ?? '';
		const lower = substr(name, 6);
		if (index(name, 'lower_') === 0 && is_device_name(lower)) {
			const below = lower_devices(lower, level - 1);
			for (let j = 0; j < length(below); j++) {
				push(found, below[j] ?? '');
			}
		}
	}
	return found;
}

/** The zones of the load that is in effect, or null while firewall4 is stopped. */
function zones(): Record<string, unknown>[] | null {
	const text = read_file(STATE_FILE, STATE_LIMIT);
	if (text == null || length(text) === 0) {
		return null;
	}
	const state = parse_json(text);
	const found = is_object(state) ? state['zones'] : null;
	return is_array(found) ? filter(found, is_object) : [];
}

/** The device names in a list of unknown origin. */
function names_in(list: unknown): string[] {
	return is_array(list) ? filter(list, is_device_name) : [];
}

/** The carriers of every zone, or null while firewall4 is stopped. */
function carriers(): string[] | null {
	const all = zones();
	if (all == null) {
		return null;
	}
	const found: string[] = [];
	map(all, (zone) => map(names_in(zone['related_physdevs']), (device) => push(found, device)));
	return found;
}

/** The devices that zones match packets by, and whether their zone masquerades. None while firewall4 is stopped. */
function zone_devices(): Record<string, { masquerades: boolean }> {
	const found: Record<string, { masquerades: boolean }> = {};
	map(zones() ?? [], (zone) => {
		const rules = is_array(zone['match_rules']) ? filter(zone['match_rules'], is_object) : [];
		const masquerades = zone['masq'] === true || zone['masq6'] === true;
		map(rules, (rule) =>
			map(names_in(rule['devices_pos']), (device) => (found[device] = { masquerades: masquerades }))
		);
	});
	return found;
}

/** Where netifd calls none capable, firewall4 falls back to software on all of them. */
function capable_or_all(devices: string[]): string[] {
	const known = call('network.device', 'status', {}).data;
	const capable = filter(devices, (device) => {
		const status = known[device];
		return is_object(status) && status['hw-tc-offload'] === true;
	});
	return length(capable) > 0 ? capable : devices;
}

/** The devices that a mode would hook, sorted. */
function hooked_devices(mode: Mode): Hooked {
	const upper = carriers();
	if (upper == null) {
		return { known: false };
	}
	const way = descent();
	const found: string[] = [];
	for (let i = 0; i < length(upper); i++) {
		const devices = lower_devices(upper[i] ?? '', way === 'hardware' && mode !== 'hardware' ? 0 : 8);
		for (let j = 0; j < length(devices); j++) {
			push(found, devices[j] ?? '');
		}
	}
	const devices = sorted_set(found);
	return {
		known: true,
		devices: way === 'capable' && mode === 'hardware' ? capable_or_all(devices) : devices
	};
}

export { hooked_devices, zone_devices };
export type { Hooked };
