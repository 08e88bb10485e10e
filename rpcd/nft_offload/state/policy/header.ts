// SPDX-License-Identifier: Apache-2.0
/** What a rule may go by besides addresses: a MAC address, a DSCP, a mark, from texts of anybody's. */
import { matches, number_or } from 'nft_offload.base.value';

const HEX = '0123456789abcdef';

/** `02:00:00:00:00:50` in small letters; null for any other text. */
function mac_of(text: string): string | null {
	return matches(text, /[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}/) ? lc(text) : null;
}

/** The value of a DSCP by its number or name (RFC 2474, 2597, 3246); -1 for any other text. */
function dscp_of(text: string): number {
	const name = lc(text);
	if (matches(name, /[0-9]{1,2}/)) {
		const value = number_or(name, -1);
		return value <= 63 ? value : -1;
	}
	const digit = (at: number): number => number_or(substr(name, at, 1), 0);
	return name === 'ef'
		? 46
		: matches(name, /cs[0-7]/)
			? 8 * digit(2)
			: matches(name, /af[1-4][1-3]/)
				? 8 * digit(2) + 2 * digit(3)
				: -1;
}

interface Mark {
	value: number;
	mask: number;
}

function number_of_hex(digits: string): number {
	let value = 0;
	for (let i = 0; i < length(digits); i++) {
		value = value * 16 + index(HEX, substr(digits, i, 1));
	}
	return value;
}

/**
 * `0x10` or `0x10/0xf0`; null for any other text, where bits are asked for that do not count, which would never match, and where
 * none counts, which would match always.
 */
function mark_of(text: string): Mark | null {
	const parts = matches(text, /0x[0-9A-Fa-f]{1,8}(\/0x[0-9A-Fa-f]{1,8})?/) ? split(lc(text), '/') : [];
	if (length(parts) === 0) {
		return null;
	}
	const value = number_of_hex(substr(parts[0] ?? '', 2));
	const mask = number_of_hex(substr(parts[1] ?? '0xffffffff', 2));
	return mask > 0 && (value & mask) === (value | 0) ? { value: value, mask: mask } : null;
}

/** Whether a connection of this mark has it. */
function has_mark(wanted: Mark, mark: number): boolean {
	return (mark & wanted.mask) === (wanted.value & wanted.mask);
}

export { dscp_of, has_mark, mac_of, mark_of };
export type { Mark };
