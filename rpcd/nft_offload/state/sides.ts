// SPDX-License-Identifier: Apache-2.0
/** The layer 3 devices of the router's zones, and which way they lead. */
import { list, read_line } from 'nft_offload.base.files';
import { entrances, is_present } from 'nft_offload.state.devices';
import type { Ways } from 'nft_offload.state.devices';
import type { Forwarding } from 'nft_offload.state.firewall';
import type { Routes } from 'nft_offload.state.routes';
import { ends_in_star, is_device_name, is_named_by } from 'nft_offload.state.zones';
import type { DeviceMatch, Memory, Zone } from 'nft_offload.state.zones';

/** `wan`: a default route goes by it, or its zone masquerades, and not for what it sends out by another that has one. */
interface SidedDevice {
	device: string;
	zone: string | null;
	side: 'lan' | 'wan';
	/** The lowest devices by which its packets enter. */
	entrances: string[];
}

/** Whether it is up and below no other, as a bridge's port or a switch's conduit is: a pattern may mean these as well. */
function is_on_top(device: string): boolean {
	const folder = `/sys/class/net/${device}`;
	return (
		device !== 'lo' &&
		// The kernel tells it of what is up.
		read_line(`${folder}/carrier`) !== '' &&
		length(filter(list(folder), (name) => index(name, 'upper_') === 0)) === 0
	);
}

/** Present devices that a zone's rule matches, in the rule's order. */
function matched(rule: DeviceMatch): string[] {
	const found = filter(rule.of, (name) => !ends_in_star(name) && is_present(name));
	const patterns = filter(rule.of, ends_in_star);
	const is_matched = (device: string): boolean =>
		length(rule.of) === 0 || length(filter(patterns, (pattern) => is_named_by(pattern, device))) > 0;
	if (length(patterns) > 0 || length(rule.of) === 0) {
		const present = sort(filter(list('/sys/class/net'), is_device_name));
		map(
			filter(present, (device) => is_matched(device) && is_on_top(device)),
			(device) => push(found, device)
		);
	}
	return filter(found, (device) => length(filter(rule.not, (pattern) => is_named_by(pattern, device))) === 0);
}

/** Zones that a default route goes out by. */
function zones_with_uplink(zones: Zone[], uplinks: string[]): string[] {
	const found = filter(
		zones,
		(zone) =>
			length(
				filter(
					zone.matches,
					(rule) => length(filter(matched(rule), (device) => index(uplinks, device) !== -1)) > 0
				)
			) > 0
	);
	return map(found, (zone) => zone.name);
}

/**
 * Present layer 3 devices that zones have, and those of default routes that no zone has. Where `unzoned` traffic is let through, or
 * that of a zone's subnets, also whatever else is routed.
 */
function sided_devices(
	memory: Memory,
	routes: Routes | null,
	unzoned: boolean,
	forwardings: Forwarding[]
): SidedDevice[] {
	const uplinks = routes?.defaults ?? [];
	const found: Record<string, SidedDevice> = {};
	const known: Ways = {};
	const add = (device: string, zone: string | null, side: 'lan' | 'wan'): void => {
		found[device] = found[device] ?? {
			device: device,
			zone: zone,
			side: side,
			entrances: entrances(device, memory, known)
		};
	};
	const zones = memory.known ? memory.zones : [];
	const ways_out = zones_with_uplink(zones, uplinks);
	const goes_out_elsewhere = (zone: Zone): boolean =>
		length(
			filter(
				forwardings,
				(each) => each.src === zone.name && each.dest !== zone.name && index(ways_out, each.dest) !== -1
			)
		) > 0;
	map(zones, (zone) => {
		const is_outside = zone.masquerades && !goes_out_elsewhere(zone);
		map(zone.matches, (rule) =>
			map(matched(rule), (device) => {
				const side = is_outside || index(uplinks, device) !== -1 ? 'wan' : 'lan';
				add(device, zone.name, side);
			})
		);
	});
	map(filter(uplinks, is_present), (device) => {
		add(device, null, 'wan');
	});
	if (unzoned || length(filter(zones, (zone) => zone.by_subnets)) > 0) {
		map(
			filter(
				routes?.devices ?? [],
				(device) => is_device_name(device) && is_present(device) && is_on_top(device)
			),
			(device) => {
				add(device, null, 'lan');
			}
		);
	}
	return values(found);
}

export { sided_devices };
export type { SidedDevice };
