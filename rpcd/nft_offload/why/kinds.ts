// SPDX-License-Identifier: Apache-2.0
/** What kind of device a network device is, by what the kernel says of it; never by its name. */
import type { LinkKind } from '../../api/index.ts';
import { is_there, read_line } from 'nft_offload.base.files';
import { kernel_type } from 'nft_offload.state.devices';

/** By DEVTYPE, which drivers set by SET_NETDEV_DEVTYPE. */
const KINDS: Record<string, LinkKind> = {
	bridge: 'bridge',
	vlan: 'vlan',
	dsa: 'dsa',
	wlan: 'wlan',
	ppp: 'ppp',
	wwan: 'modem',
	wireguard: 'tunnel',
	gretap: 'tunnel',
	ip6gretap: 'tunnel',
	erspan: 'tunnel',
	vxlan: 'tunnel',
	geneve: 'tunnel',
	l2tpeth: 'tunnel'
};

/**
 * Link layers that `type` in sysfs tells (linux/if_arp.h): 1 Ethernet; 512 PPP; 519 RAWIP, as modems speak (rmnet, qmi); 768 to 778
 * IP in IP, SIT and GRE, 823 GRE over IPv6; 65534 none, as tun and IPsec's devices have.
 */
const TUNNEL_LAYERS = ['768', '769', '776', '778', '823', '65534'];

function kind_of_layer(layer: string): LinkKind {
	return index(TUNNEL_LAYERS, layer) !== -1
		? 'tunnel'
		: layer === '1'
			? 'ethernet'
			: layer === '512'
				? 'ppp'
				: layer === '519'
					? 'modem'
					: 'other';
}

/** Only a tap or tun device has the first, only a conduit of DSA the second (drivers/net/tun.c, net/dsa/conduit.c). */
function link_kind(device: string): LinkKind {
	const folder = `/sys/class/net/${device}`;
	const told = KINDS[kernel_type(device)];
	return (
		told ??
		(is_there(`${folder}/tun_flags`)
			? 'tunnel'
			: is_there(`${folder}/dsa`)
				? 'conduit'
				: kind_of_layer(read_line(`${folder}/type`)))
	);
}

export { link_kind };
