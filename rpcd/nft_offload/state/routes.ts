// SPDX-License-Identifier: Apache-2.0
/** The default routes. */
import { read_file } from 'nft_offload.base.files';
import { words_of } from 'nft_offload.base.value';

/** Bytes of a routing table that are read; the default routes stand first. */
const ROUTES_LIMIT = 262144;

/** The devices of default routes, none twice; null where the kernel shows no routes at all. Both tables give a destination in hexadecimal digits. */
function default_devices(): string[] | null {
	const ipv4 = read_file('/proc/net/route', ROUTES_LIMIT);
	const ipv6 = read_file('/proc/net/ipv6_route', ROUTES_LIMIT);
	if (ipv4 == null && ipv6 == null) {
		return null;
	}
	const found: string[] = [];
	const add = (name: string): void => {
		if (name !== 'lo' && index(found, name) === -1) {
			push(found, name);
		}
	};
	map(map(split(ipv4 ?? '', '\n'), words_of), (words) => {
		if (words[1] === '00000000' && words[7] === '00000000') {
			add(words[0] ?? '');
		}
	});
	map(map(split(ipv6 ?? '', '\n'), words_of), (words) => {
		if (words[0] === '00000000000000000000000000000000' && words[1] === '00') {
			add(words[9] ?? '');
		}
	});
	return found;
}

export { default_devices };
