// SPDX-License-Identifier: Apache-2.0
/** Where the routes lead. */
import { read_file } from 'nft_offload.base.files';
import { words_of } from 'nft_offload.base.value';

/** Bytes of a routing table that are read; the default routes stand first. */
const ROUTES_LIMIT = 262144;

/** The devices of default routes, those of all, and whether any route goes by a gateway. Routes that together lead everywhere are a default route. */
interface Routes {
	defaults: string[];
	/** The devices of any route but those that each device has. */
	devices: string[];
	gateways: boolean;
}

const NO_ADDRESS = '00000000';
const NO_ADDRESS6 = '00000000000000000000000000000000';

const DIGITS = '0123456789abcdef';
/** Masks of no to eight bits. */
const MASKS = ['00', '80', 'c0', 'e0', 'f0', 'f8', 'fc', 'fe', 'ff'];

/** Networks of eight bits at the most, by their first byte and their bits: `128/1`. */
type ShortNetworks = Record<string, true>;

function byte_of(digits: string): number {
	return 16 * index(DIGITS, substr(digits, 0, 1)) + index(DIGITS, substr(digits, 1, 1));
}

/** A network of /proc/net/route, whose first byte stands first or last, as the processor orders bytes. Null where it is longer. */
function network_of(address: string, mask: string): string | null {
	const at = substr(mask, 0, 6) === '000000' ? 6 : 0;
	const bits = index(MASKS, substr(mask, at, 2));
	return bits === -1 || (at === 0 && substr(mask, 2) !== '000000')
		? null
		: `${byte_of(substr(address, at, 2))}/${bits}`;
}

/** Whether networks together make up one: OpenVPN has `0.0.0.0/1` and `128.0.0.0/1`, which come before the uplink's `0.0.0.0/0`. */
function make_up(networks: ShortNetworks, first: number, bits: number): boolean {
	return (
		exists(networks, `${first}/${bits}`) ||
		(bits < 8 && make_up(networks, first, bits + 1) && make_up(networks, first + (128 >> bits), bits + 1))
	);
}

/** Whether all of IPv4, or all of IPv6 that is in use, `2000::/3`, lies in them. */
function is_default(ipv4: ShortNetworks, ipv6: ShortNetworks): boolean {
	const around = filter(['0/0', '0/1', '0/2'], (network) => exists(ipv6, network));
	return make_up(ipv4, 0, 0) || length(around) > 0 || make_up(ipv6, 32, 3);
}

/** Link-local, `fe80::/10`, and multicast, `ff00::/8`: each device has routes to these. */
function is_of_each_device(network: string): boolean {
	return (
		substr(network, 0, 2) === 'ff' ||
		(substr(network, 0, 2) === 'fe' && index('89ab', substr(network, 2, 1)) !== -1)
	);
}

/** Null where the kernel shows no routes at all. Both tables give addresses in hexadecimal digits. */
function read_routes(): Routes | null {
	const ipv4 = read_file('/proc/net/route', ROUTES_LIMIT);
	const ipv6 = read_file('/proc/net/ipv6_route', ROUTES_LIMIT);
	if (ipv4 == null && ipv6 == null) {
		return null;
	}
	const networks: Record<string, { ipv4: ShortNetworks; ipv6: ShortNetworks }> = {};
	const found: Routes = { defaults: [], devices: [], gateways: false };
	const add = (name: string, family: 'ipv4' | 'ipv6', network: string | null, gateway: boolean): void => {
		const of_device = networks[name] ?? { ipv4: {}, ipv6: {} };
		networks[name] = of_device;
		found.devices = keys(networks);
		found.gateways = found.gateways || gateway;
		if (network != null) {
			of_device[family][network] = true;
		}
	};
	map(map(slice(split(ipv4 ?? '', '\n'), 1), words_of), (words) => {
		if (length(words) >= 8) {
			const network = network_of(lc(words[1] ?? ''), lc(words[7] ?? ''));
			add(words[0] ?? '', 'ipv4', network, words[2] !== NO_ADDRESS);
		}
	});
	map(map(split(ipv6 ?? '', '\n'), words_of), (words) => {
		const name = words[9] ?? 'lo';
		if (name !== 'lo' && !is_of_each_device(words[0] ?? '')) {
			const network = `${byte_of(words[0] ?? '')}/${byte_of(words[1] ?? '')}`;
			add(name, 'ipv6', network, words[4] !== NO_ADDRESS6);
		}
	});
	found.defaults = filter(keys(networks), (name) => {
		const of_device = networks[name];
		return of_device != null && is_default(of_device.ipv4, of_device.ipv6);
	});
	found.gateways = found.gateways || length(found.defaults) > 0;
	return found;
}

export { read_routes };
export type { Routes };
