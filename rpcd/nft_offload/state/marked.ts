// SPDX-License-Identifier: Apache-2.0
/** The marked connections of a text of the connection tracking table. Nothing is done for a line without a mark. */
import { first_word, number_after } from 'nft_offload.base.conntrack.line';

/** The end of both marks, `[OFFLOAD]` and `[HW_OFFLOAD]`, and what the second has before it. */
const MARK = 'OFFLOAD]';
const HARDWARE = '[HW_';

/** Bytes of a line that tell its connection; whoever prints more is not the kernel. */
const KEY = 160;

interface Marked {
	path: 'software' | 'hardware';
	/** What tells it from all others as long as it lives. */
	key: string;
	ipv6: boolean;
	/** Both ways together; null where the kernel counts nothing. */
	packets: number | null;
	bytes: number;
	/** The addresses and ports as an engine's table has them, of what the initiator sends and of what comes back. */
	ways: [string, string];
}

function word_after(text: string, key: string): string {
	return first_word(split(text, key)[1] ?? '');
}

/** `192.0.2.10:40000->198.51.100.1:443` of `192.0.2.10 dst=198.51.100.1 sport=40000 dport=443 ...`. */
function way_of(tuple: string): string {
	const source = first_word(tuple);
	const destination = word_after(tuple, ' dst=');
	return `${source}:${word_after(tuple, ' sport=')}->${destination}:${word_after(tuple, ' dport=')}`;
}

/** The addresses and ports of the original, as the line has them. */
function ends_of(original: string): string {
	return split(split(original, ' packets=')[0] ?? '', ' [')[0] ?? '';
}

/** What tells the connection of a line from all others as long as it lives. */
function key_of(line: string): string {
	const parts = split(line, ' src=');
	const protocol = index(parts[0] ?? '', 'udp') === -1 ? 'tcp' : 'udp';
	return substr(`${protocol} ${ends_of(parts[1] ?? '')}`, 0, KEY);
}

/** Reads a line up to its mark; null for what is none. */
function read_marked(start: string): Marked | null {
	const parts = split(start, ' src=');
	const original = parts[1] ?? '';
	const reply = parts[2] ?? '';
	if (length(parts) !== 3) {
		return null;
	}
	const sent = number_after(original, ' packets=');
	const received = number_after(reply, ' packets=');
	const ends = ends_of(original);
	return {
		path: substr(start, -4) === HARDWARE ? 'hardware' : 'software',
		key: key_of(start),
		ipv6: index(ends, ':') !== -1,
		packets: sent == null || received == null ? null : sent + received,
		bytes: (number_after(original, ' bytes=') ?? 0) + (number_after(reply, ' bytes=') ?? 0),
		ways: [way_of(original), way_of(reply)]
	};
}

/** The marked connections of a text of whole lines, in its order. */
function marked_in(text: string): Marked[] {
	const pieces = split(text, MARK);
	const found: Marked[] = [];
	for (let i = 0; i < length(pieces) - 1; i++) {
		const piece = pieces[i] ?? '';
		const marked = read_marked(substr(piece, rindex(piece, '\n') + 1));
		if (marked != null) {
			push(found, marked);
		}
	}
	return found;
}

export { key_of, marked_in };
export type { Marked };
