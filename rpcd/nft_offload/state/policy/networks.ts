// SPDX-License-Identifier: Apache-2.0
/** Sets of addresses and networks, in which one look-up for each length of prefix finds an address. */
import type { Family } from '../../../api/index.ts';
import { is_printable, matches, number_or } from 'nft_offload.base.value';

interface Prefix {
	family: Family;
	/** Of the network, without bits of hosts. */
	bytes: number[];
	length: number;
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

/** An address, or a network as `ADDRESS/LENGTH`; null for any other text. */
function prefix_of(text: string): Prefix | null {
	const parts = is_printable(text) && length(text) <= 64 ? split(text, '/') : [];
	const bytes = length(parts) === 1 || length(parts) === 2 ? iptoarr(parts[0] ?? '') : null;
	if (bytes == null) {
		return null;
	}
	const family: Family = length(bytes) === 4 ? 'ipv4' : 'ipv6';
	const given = parts[1] ?? `${BITS[family]}`;
	const bits = matches(given, /[0-9]{1,3}/) ? number_or(given, -1) : -1;
	return bits < 0 || bits > BITS[family]
		? null
		: { family: family, bytes: masked_bytes(bytes, bits), length: bits };
}

function key_of_prefix(bytes: number[], bits: number): string {
	return `${join('.', masked_bytes(bytes, bits))}/${bits}`;
}

/** Whether an address, or a network, lies in one of them that is `shorter` than so many bits or as long. */
function covered(prefixes: Prefixes, family: Family, bytes: number[], bits: number): boolean {
	const lengths = prefixes.lengths[family];
	for (let i = 0; i < length(lengths); i++) {
		const each = lengths[i] ?? 0;
		if (each <= bits && exists(prefixes.found, key_of_prefix(bytes, each))) {
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
		if (!covered(set, prefix.family, prefix.bytes, prefix.length)) {
			const lengths = set.lengths[prefix.family];
			if (index(lengths, prefix.length) === -1) {
				push(lengths, prefix.length);
			}
			set.found[key_of_prefix(prefix.bytes, prefix.length)] = true;
			push(set.all, prefix);
		}
	});
	return set;
}

/** Whether an address is one of them, or in one. */
function holds(prefixes: Prefixes, address: string): boolean {
	const bytes = iptoarr(address);
	if (bytes == null) {
		return false;
	}
	const family: Family = length(bytes) === 4 ? 'ipv4' : 'ipv6';
	return covered(prefixes, family, bytes, BITS[family]);
}

/** As nft reads it: made of numbers alone, whatever was given. */
function prefix_text(prefix: Prefix): string {
	const address = arrtoip(prefix.bytes) ?? '';
	return prefix.length === BITS[prefix.family] ? address : `${address}/${prefix.length}`;
}

export { holds, prefix_of, prefix_text, prefixes_of };
export type { Prefixes };
