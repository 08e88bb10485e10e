// SPDX-License-Identifier: Apache-2.0
/** IP addresses in the forms that the kernel's lists have, and the router's own. */
import { read_file } from 'nft_offload.base.files';

/** An IPv6 address as the kernel prints it in /proc, with all of its zeros; null for another. */
function long_address(address: string): string | null {
	const bytes = iptoarr(address) ?? [];
	if (length(bytes) !== 16) {
		return null;
	}
	const words: string[] = [];
	for (let i = 0; i < 16; i += 2) {
		push(words, sprintf('%02x%02x', bytes[i], bytes[i + 1]));
	}
	return join(':', words);
}

/** An IPv6 address as people write it; any other text as it is. */
function short_address(address: string): string {
	const bytes = index(address, ':') === -1 ? null : iptoarr(address);
	return bytes == null ? address : (arrtoip(bytes) ?? address);
}

/** Adds the addresses that the routing table calls local: `|-- 192.168.1.1` and on the next line `/32 host LOCAL`. */
function add_ipv4(own: Record<string, true>): void {
	const lines = split(read_file('/proc/net/fib_trie', 262144) ?? '', '\n');
	for (let i = 1; i < length(lines); i++) {
		const leaf = split(lines[i - 1] ?? '', '|-- ')[1];
		if (leaf != null && index(lines[i] ?? '', '/32 host LOCAL') !== -1) {
			own[leaf] = true;
		}
	}
}

/** Adds the addresses of all devices: 32 digits at the start of each line. */
function add_ipv6(own: Record<string, true>): void {
	const lines = split(read_file('/proc/net/if_inet6', 65536) ?? '', '\n');
	for (let i = 0; i < length(lines) - 1; i++) {
		const words: string[] = [];
		for (let j = 0; j < 32; j += 4) {
			push(words, substr(lines[i] ?? '', j, 4));
		}
		const long = join(':', words);
		own[long] = true;
		own[short_address(long)] = true;
	}
}

/** The router's own addresses, IPv6 in both forms that a list of connections may have. */
function own_addresses(): Record<string, true> {
	const own: Record<string, true> = {};
	add_ipv4(own);
	add_ipv6(own);
	return own;
}

export { long_address, own_addresses, short_address };
