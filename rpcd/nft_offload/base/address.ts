// SPDX-License-Identifier: Apache-2.0
/** IP addresses in the forms that the kernel's lists have, and the router's own. */
import { open } from 'fs';
import type { Flow } from '../../api/index.ts';
import { read_file } from 'nft_offload.base.files';
import { each_text } from 'nft_offload.base.lines';

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

/**
 * Bytes of the routing tables that are looked through: some 80,000 routes, of which each has 100 bytes, twice where
 * `Local` and `Main` are one table (fib_trie.c, fib_trie_seq_show).
 */
const ROUTES_LIMIT = 16777216;

/** Adds the addresses that the routing tables call local: `|-- 192.168.1.1`, and below it `/32 host LOCAL`. */
function add_ipv4(own: Record<string, true>): void {
	const file = open('/proc/net/fib_trie', 'r');
	if (file == null) {
		return;
	}
	let leaf = '';
	each_text(file, ROUTES_LIMIT, (text) => {
		// The last piece has what is below the last local address.
		const pieces = split(text, '/32 host LOCAL');
		for (let i = 0; i < length(pieces); i++) {
			const piece = pieces[i] ?? '';
			const at = rindex(piece, '|-- ');
			leaf = at === -1 ? leaf : (split(substr(piece, at + 4, 16), '\n')[0] ?? '');
			if (i < length(pieces) - 1) {
				own[leaf] = true;
			}
		}
	});
	file.close();
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

/** Whether a connection passes through the router, and neither begins nor ends there. */
function passes_through(own: Record<string, true>, flow: Flow): boolean {
	return !exists(own, flow.original.source) && !exists(own, flow.reply.source);
}

export { long_address, own_addresses, passes_through, short_address };
