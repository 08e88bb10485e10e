// SPDX-License-Identifier: Apache-2.0
/**
 * Zones in the rules of a policy: variables of nft's, whose devices are known when the firewall is loaded. firewall4 loads it
 * anew when a network of a zone gets another device.
 */
import { sorted_set } from 'nft_offload.base.value';
import { is_named_by } from 'nft_offload.state.zones';
import type { Memory, Zone } from 'nft_offload.state.zones';

/** What a zone's name follows. */
const ZONE_WORD = '$zone_';

/** Its devices, with patterns, as firewall4's own rules have them. */
function devices_of(zone: Zone): string[] {
	const found: string[] = [];
	map(zone.matches, (rule) =>
		map(
			filter(rule.of, (device) => length(filter(rule.not, (each) => is_named_by(each, device))) === 0),
			(device) => push(found, device)
		)
	);
	return sorted_set(found);
}

/** Rules of nft with what they need before them, without those of zones that have no device, and zones that no rule can go by: there are none, or they are not of devices alone. */
interface Placed {
	lines: string[];
	defines: string[];
	unknown: string[];
}

/** @param ask_memory asked where a zone is named alone */
function place_zones(lines: string[], ask_memory: () => Memory): Placed {
	const parts = split(join('\n', lines), ZONE_WORD);
	const names = sorted_set(map(slice(parts, 1), (part) => split(part, ' ')[0] ?? ''));
	const memory = length(names) === 0 ? null : ask_memory();
	const placed: Placed = { lines: lines, defines: [], unknown: [] };
	map(names, (name) => {
		const zone = filter(memory?.known === true ? memory.zones : [], (each) => each.name === name)[0];
		const is_usable = zone != null && zone.by_devices_alone;
		const devices = is_usable ? devices_of(zone) : [];
		if (!is_usable && memory?.known === true) {
			push(placed.unknown, name);
		}
		if (length(devices) === 0) {
			placed.lines = filter(placed.lines, (line) => index(line, `${ZONE_WORD}${name} `) === -1);
		} else {
			push(placed.defines, `define zone_${name} = { "${join('", "', devices)}" }`);
		}
	});
	return placed;
}

export { place_zones, ZONE_WORD };
export type { Placed };
