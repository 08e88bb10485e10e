// SPDX-License-Identifier: Apache-2.0
/**
 * firewall4's memory of its last load, /var/run/fw4.state: the zones and networks as they were then (fw4.uc, load). It is
 * removed before each reload and written anew before nft is asked, so it can be there without a firewall, and be gone
 * beside a loaded one.
 */
import { stat } from 'fs';
import { is_there, read_file } from 'nft_offload.base.files';
import {
	is_array,
	is_integer,
	is_object,
	is_printable,
	is_text,
	matches,
	parse_json
} from 'nft_offload.base.value';

const STATE_FILE = '/var/run/fw4.state';
/** Bytes. A set with many entries is in it, too. */
const STATE_LIMIT = 4194304;

/** Names of devices that a zone has, all where it has none, and of those that it has not: `tun*` is for all that begin so. */
interface DeviceMatch {
	of: string[];
	not: string[];
}

/** A zone: what its layer 3 devices match, the devices that carry its networks, and whether it masquerades. */
interface Zone {
	name: string;
	matches: DeviceMatch[];
	/** Some of it are subnets, whatever device they are behind. */
	by_subnets: boolean;
	/** The devices that it names are all of it: no subnet makes it less, nor is it all but some devices. */
	by_devices_alone: boolean;
	carriers: string[];
	masquerades: boolean;
}

/** A network as netifd calls it, `wan`, and its layer 3 device. */
interface Network {
	name: string;
	device: string;
}

/** What firewall4 remembers. `absent`: it has no memory of a load. `unreadable`: it is being written, was cut off, or is too long. */
type Memory =
	| {
			known: true;
			zones: Zone[];
			/** netifd's, be they in a zone or not. */
			networks: Network[];
			/** The carrier below a network's layer 3 device, where that is another: `pppoe-wan` on `wan.7`. */
			carriers: Record<string, string>;
			/** When it was written, in seconds of the router's calendar. */
			written: number;
	  }
	| { known: false; cause: 'absent' | 'unreadable' };

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

/** The device names in a list of unknown origin. */
function names_in(list: unknown): string[] {
	return is_array(list) ? filter(list, is_device_name) : [];
}

function ends_in_star(pattern: string): boolean {
	return substr(pattern, length(pattern) - 1) === '*';
}

/** The same, with patterns as firewall4 renders `tun+`, and as nft reads them. */
function patterns_in(list: unknown): string[] {
	const is_pattern = (name: unknown): name is string =>
		is_text(name) && is_device_name(ends_in_star(name) ? substr(name, 0, length(name) - 1) : name);
	return is_array(list) ? filter(list, is_pattern) : [];
}

/** Whether a device is the one of this name, or, with `tun*`, one of those that begin so. */
function is_named_by(pattern: string, device: string): boolean {
	return ends_in_star(pattern)
		? index(device, substr(pattern, 0, length(pattern) - 1)) === 0
		: pattern === device;
}

/** A rule by subnets alone tells no device. */
function is_by_subnets(rule: Record<string, unknown>): boolean {
	return rule['devices_pos'] == null && is_array(rule['subnets_pos']) && length(rule['subnets_pos']) > 0;
}

/** Whether it is less than the devices it names: some of their subnets, or one family; or all but some devices. */
function is_narrowed(rule: Record<string, unknown>): boolean {
	const has = (name: string): boolean => is_array(rule[name]) && length(rule[name]) > 0;
	const family = rule['family'];
	return (
		has('subnets_pos') ||
		has('subnets_neg') ||
		has('subnets_masked') ||
		(is_integer(family) && family > 0) ||
		(!has('devices_pos') && (has('devices_neg') || has('devices_neg_wildcard')))
	);
}

function matches_of(rules: Record<string, unknown>[]): DeviceMatch[] {
	const found: DeviceMatch[] = [];
	map(rules, (rule) => {
		const not = patterns_in(rule['devices_neg']);
		map(patterns_in(rule['devices_neg_wildcard']), (pattern) => push(not, pattern));
		const of = patterns_in(rule['devices_pos']);
		if (length(of) > 0 || (length(not) > 0 && rule['devices_pos'] == null)) {
			push(found, { of: of, not: not });
		}
	});
	return found;
}

function zone_of(value: Record<string, unknown>): Zone {
	const rules = is_array(value['match_rules']) ? filter(value['match_rules'], is_object) : [];
	return {
		name: is_text(value['name']) ? substr(value['name'], 0, 32) : '',
		matches: matches_of(rules),
		by_subnets: length(filter(rules, is_by_subnets)) > 0,
		by_devices_alone: length(filter(rules, is_narrowed)) === 0,
		carriers: names_in(value['related_physdevs']),
		masquerades: value['masq'] === true || value['masq6'] === true
	};
}

function carriers_of(networks: unknown): Record<string, string> {
	const found: Record<string, string> = {};
	map(is_object(networks) ? values(networks) : [], (network) => {
		if (is_object(network)) {
			const device = network['device'];
			const carrier = network['physdev'];
			if (is_device_name(device) && is_device_name(carrier) && device !== carrier) {
				found[device] = carrier;
			}
		}
	});
	return found;
}

/** Its networks by netifd's names, in their order. A dynamic one may be called as its server likes. */
function networks_of(networks: unknown): Network[] {
	const found: Network[] = [];
	map(is_object(networks) ? keys(networks) : [], (name) => {
		const network = is_object(networks) ? networks[name] : null;
		const device = is_object(network) ? network['device'] : null;
		if (is_device_name(device) && length(name) <= 32 && is_printable(name)) {
			push(found, { name: name, device: device });
		}
	});
	return found;
}

function read_memory(): Memory {
	const text = read_file(STATE_FILE, STATE_LIMIT);
	const state = parse_json(text ?? '');
	if (!is_object(state) || !is_array(state['zones'])) {
		return { known: false, cause: is_there(STATE_FILE) ? 'unreadable' : 'absent' };
	}
	return {
		known: true,
		zones: map(filter(state['zones'], is_object), zone_of),
		networks: networks_of(state['networks']),
		carriers: carriers_of(state['networks']),
		written: stat(STATE_FILE)?.mtime ?? 0
	};
}

export { ends_in_star, is_device_name, is_named_by, read_memory, STATE_FILE };
export type { DeviceMatch, Memory, Network, Zone };
