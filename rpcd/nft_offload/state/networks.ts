// SPDX-License-Identifier: Apache-2.0
/** netifd's networks by their layer 3 devices: as firewall4 remembers them, or, where it remembers nothing, as netifd says. */
import { is_printable, is_text } from 'nft_offload.base.value';
import { ask_interfaces } from 'nft_offload.state.netifd';
import { is_device_name } from 'nft_offload.state.zones';
import type { Memory, Network } from 'nft_offload.state.zones';

interface Networks {
	networks: Network[];
	/** The carrier below a layer 3 device, where that is another. */
	carriers: Record<string, string>;
}

/** An interface of `network.interface dump`: firewall4 remembers it by the same fields (fw4.uc, read_ubus). */
function add_interface(found: Networks, each: Record<string, unknown>): void {
	const name = each['interface'];
	const device = each['l3_device'] ?? each['device'];
	const carrier = each['device'];
	if (is_text(name) && length(name) <= 32 && is_printable(name) && is_device_name(device)) {
		push(found.networks, { name: name, device: device });
		if (is_device_name(carrier) && carrier !== device) {
			found.carriers[device] = carrier;
		}
	}
}

function read_networks(memory: Memory): Networks {
	if (memory.known) {
		return { networks: memory.networks, carriers: memory.carriers };
	}
	const found: Networks = { networks: [], carriers: {} };
	map(ask_interfaces(), (each) => {
		add_interface(found, each);
	});
	return found;
}

export { read_networks };
export type { Networks };
