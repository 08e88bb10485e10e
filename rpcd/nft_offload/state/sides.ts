// SPDX-License-Identifier: Apache-2.0
/** The layer 3 devices of the router's zones, and which way they lead. */
import { is_present } from 'nft_offload.state.devices';
import type { Memory } from 'nft_offload.state.zones';

/** `wan`: a default route goes by it, or its zone masquerades. */
interface SidedDevice {
	device: string;
	zone: string | null;
	side: 'lan' | 'wan';
}

/** Present layer 3 devices that zones have, and those of default routes that no zone has. */
function sided_devices(memory: Memory, uplinks: string[] | null): SidedDevice[] {
	const found: Record<string, SidedDevice> = {};
	map(memory.known ? memory.zones : [], (zone) =>
		map(filter(zone.devices, is_present), (device) => {
			const side = zone.masquerades || index(uplinks ?? [], device) !== -1 ? 'wan' : 'lan';
			found[device] = found[device] ?? { device: device, zone: zone.name, side: side };
		})
	);
	map(filter(uplinks ?? [], is_present), (device) => {
		found[device] = found[device] ?? { device: device, zone: null, side: 'wan' };
	});
	return values(found);
}

export { sided_devices };
export type { SidedDevice };
