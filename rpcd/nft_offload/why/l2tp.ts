// SPDX-License-Identifier: Apache-2.0
/** The router's L2TP and PPTP tunnels. */
import { is_there } from 'nft_offload.base.files';
import { ask_interfaces } from 'nft_offload.state.netifd';
import { is_device_name } from 'nft_offload.state.zones';

/** netifd's devices of interfaces with these protocols; it is asked only where a module for them is loaded. */
function l2tp_devices(): string[] {
	const found: string[] = [];
	if (is_there('/sys/module/l2tp_ppp') || is_there('/sys/module/pptp')) {
		map(ask_interfaces(), (each) => {
			const device = each['l3_device'];
			if ((each['proto'] === 'l2tp' || each['proto'] === 'pptp') && is_device_name(device)) {
				push(found, device);
			}
		});
	}
	return found;
}

export { l2tp_devices };
