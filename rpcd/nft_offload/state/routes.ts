// SPDX-License-Identifier: Apache-2.0
/** Where the routes lead. */
import { read_file } from 'nft_offload.base.files';
import { words_of } from 'nft_offload.base.value';

/** Bytes of a routing table that are read; the default routes stand first. */
const ROUTES_LIMIT = 262144;

/** The devices of default routes, none twice, and whether any route goes by a gateway. */
interface Routes {
	defaults: string[];
	gateways: boolean;
}

const NO_ADDRESS = '00000000';
const NO_ADDRESS6 = '00000000000000000000000000000000';

/** Null where the kernel shows no routes at all. Both tables give addresses in hexadecimal digits. */
function read_routes(): Routes | null {
	const ipv4 = read_file('/proc/net/route', ROUTES_LIMIT);
	const ipv6 = read_file('/proc/net/ipv6_route', ROUTES_LIMIT);
	if (ipv4 == null && ipv6 == null) {
		return null;
	}
	const found: Routes = { defaults: [], gateways: false };
	const add = (name: string, is_default: boolean, gateway: boolean): void => {
		found.gateways = found.gateways || gateway || is_default;
		if (is_default && index(found.defaults, name) === -1) {
			push(found.defaults, name);
		}
	};
	map(map(slice(split(ipv4 ?? '', '\n'), 1), words_of), (words) => {
		if (length(words) >= 8) {
			const is_default = words[1] === NO_ADDRESS && words[7] === NO_ADDRESS;
			add(words[0] ?? '', is_default, words[2] !== NO_ADDRESS);
		}
	});
	map(map(split(ipv6 ?? '', '\n'), words_of), (words) => {
		const name = words[9] ?? 'lo';
		if (name !== 'lo') {
			add(name, words[0] === NO_ADDRESS6 && words[1] === '00', words[4] !== NO_ADDRESS6);
		}
	});
	return found;
}

export { read_routes };
