// SPDX-License-Identifier: Apache-2.0
/** Sets of addresses and networks, in which one look-up for each length of prefix finds an address. */
import type { Family } from '../../../api/index.ts';

interface Prefix {
	family: Family;
	/** Of the network, without bits of hosts. */
	bytes: number[];
	length: number;
	/** Both as one text, by which it is found. */
	key: string;
}

/** Networks of which none lies in another. */
interface Prefixes {
	lengths: Record<Family, number[]>;
	found: Record<string, true>;
	all: Prefix[];
}

const BITS: Record<Family, number> = { ipv4: 32, ipv6: 128 };

function masked_bytes(bytes: number[], bits: number): number[] {
	const result: number[] = [];
	for (let i = 0; i < length(bytes); i++) {
		const kept = max(0, min(8, bits - 8 * i));
		push(result, (bytes[i] ?? 0) & (0xff00 >> kept) & 0xff);
	}
	return result;
}

function prefix_from(bytes: number[], bits: number): Prefix {
	const family: Family = length(bytes) === 4 ? 'ipv4' : 'ipv6';
	const network = bits === BITS[family] ? bytes : masked_bytes(bytes, bits);
	return { family: family, bytes: network, length: bits, key: `${join('.', network)}/${bits}` };
}

/** An address, or a network as `ADDRESS/LENGTH`; null for any other text. */
function prefix_of(text: string): Prefix | null {
	// One match instead of a look at each byte, of which there may be many thousands; at a NUL byte it ends.
	const written = match(text, /[0-9A-Fa-f:.]+(\/[0-9]{1,3})?/);
	const parts = written != null && written[0] === text ? split(text, '/') : [];
	const bytes = length(parts) === 0 ? null : iptoarr(parts[0] ?? '');
	if (bytes == null) {
		return null;
	}
	const most = 8 * length(bytes);
	const bits = parts[1] == null ? most : int(parts[1]);
	return bits <= most ? prefix_from(bytes, bits) : null;
}

/** Whether a network lies in one of them. */
function covered(prefixes: Prefixes, prefix: Prefix): boolean {
	const lengths = prefixes.lengths[prefix.family];
	for (let i = 0; i < length(lengths); i++) {
		const each = lengths[i] ?? 0;
		const wider = each === prefix.length ? prefix : prefix_from(prefix.bytes, each);
		if (each <= prefix.length && exists(prefixes.found, wider.key)) {
			return true;
		}
	}
	return false;
}

/** Makes a set of texts that prefix_of() understands. What lies in another one of them is left out: nft takes no overlap. */
function prefixes_of(texts: string[]): Prefixes {
	const set: Prefixes = { lengths: { ipv4: [], ipv6: [] }, found: {}, all: [] };
	const read: Prefix[] = [];
	map(texts, (text) => {
		const prefix = prefix_of(text);
		if (prefix != null) {
			push(read, prefix);
		}
	});
	sort(read, (a, b) => a.length - b.length);
	map(read, (prefix) => {
		if (!covered(set, prefix)) {
			const lengths = set.lengths[prefix.family];
			if (index(lengths, prefix.length) === -1) {
				push(lengths, prefix.length);
			}
			set.found[prefix.key] = true;
			push(set.all, prefix);
		}
	});
	return set;
}

/** Whether an address is one of them, or in one. */
function holds(prefixes: Prefixes, address: string): boolean {
	const bytes = iptoarr(address);
	return bytes != null && covered(prefixes, prefix_from(bytes, 8 * length(bytes)));
}

/** As nft reads it: made of numbers alone, whatever was given. */
function prefix_text(prefix: Prefix): string {
	const address = arrtoip(prefix.bytes) ?? '';
	return prefix.length === BITS[prefix.family] ? address : `${address}/${prefix.length}`;
}

export { holds, prefix_from, prefix_of, prefix_text, prefixes_of };
export type { Prefixes };
