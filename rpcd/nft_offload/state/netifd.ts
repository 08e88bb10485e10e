// SPDX-License-Identifier: Apache-2.0
/** What netifd says of the devices: firewall4 asks it which of them are bridges and VLANs, and which have a flow engine. */
import { call, STATUS_OK } from 'nft_offload.base.bus';
import { is_array, is_object } from 'nft_offload.base.value';

/** `network.device status` by device. */
type Netifd = Record<string, Record<string, unknown>>;

/** Null where netifd does not answer. */
function ask_netifd(): Netifd | null {
	const reply = call('network.device', 'status', {});
	if (reply.status !== STATUS_OK) {
		return null;
	}
	const found: Netifd = {};
	map(keys(reply.data), (device) => {
		const status = reply.data[device];
		if (is_object(status)) {
			found[device] = status;
		}
	});
	return found;
}

/** The interfaces of `network.interface dump`; none where netifd does not answer. */
function ask_interfaces(): Record<string, unknown>[] {
	const reply = call('network.interface', 'dump', {});
	const told = reply.status === STATUS_OK ? reply.data['interface'] : null;
	return is_array(told) ? filter(told, is_object) : [];
}

export { ask_interfaces, ask_netifd };
export type { Netifd };
