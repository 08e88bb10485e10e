// SPDX-License-Identifier: Apache-2.0
/**
 * Whether devices have a flow engine. OpenWrt's kernel takes `flags offload` for any device (its patch
 * 701-netfilter-nf_tables-ignore-EOPNOTSUPP-on-flowtable-d), so the flag proves nothing; that the driver has NETIF_F_HW_TC,
 * which netifd tells as `hw-tc-offload`, is what an engine needs.
 */
import type { Engine } from '../../api/index.ts';
import { below, kernel_type } from 'nft_offload.state.devices';
import type { Netifd } from 'nft_offload.state.netifd';

/** Every DSA port has NETIF_F_HW_TC (net/dsa/user.c): what counts is the conduit below it. */
function carrier_of(device: string): string {
	return kernel_type(device) === 'dsa' ? (below(device)[0] ?? device) : device;
}

function engines_of(devices: string[], netifd: Netifd | null): Engine[] {
	return map(devices, (device): Engine => {
		const told = ((netifd ?? {})[carrier_of(device)] ?? {})['hw-tc-offload'];
		return { device: device, engine: told === true ? 'yes' : told === false ? 'no' : 'unknown' };
	});
}

/** Of these engines' devices, those of which this is known. */
function devices_with(engines: Engine[], engine: Engine['engine']): string[] {
	return map(
		filter(engines, (each) => each.engine === engine),
		(each) => each.device
	);
}

/** Whether no device can take a flow: each is known to have no engine. */
function none_has_engine(engines: Engine[]): boolean {
	return length(engines) > 0 && length(devices_with(engines, 'no')) === length(engines);
}

export { devices_with, engines_of, none_has_engine };
