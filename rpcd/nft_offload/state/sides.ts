// SPDX-License-Identifier: Apache-2.0
/** The layer 3 devices of the router's zones, and which way they lead. */
import { entrances, is_present } from 'nft_offload.state.devices';
import type { Ways } from 'nft_offload.state.devices';
import type { Memory } from 'nft_offload.state.zones';

/** `wan`: a default route goes by it, or its zone masquerades. */
interface SidedDevice {
	device: string;
	zone: string | null;
	side: 'lan' | 'wan';
	/** The lowest devices by which its packets enter. */
	entrances: string[];
}

/** Present layer 3 devices that zones have, and those of default routes that no zone has. */
function sided_devices(memory: Memory, uplinks: string[] | null): SidedDevice[] {
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
	map(memory.known ? memory.zones : [], (zone) =>
		map(filter(zone.devices, is_present), (device) => {
			const side = zone.masquerades || index(uplinks ?? [], device) !== -1 ? 'wan' : 'lan';
			add(device, zone.name, side);
		})
	);
	map(filter(uplinks ?? [], is_present), (device) => {
		add(device, null, 'wan');
	});
	return values(found);
}

export { sided_devices };
export type { SidedDevice };
