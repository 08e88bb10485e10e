// SPDX-License-Identifier: Apache-2.0
/**
 * What a text of many lines is cut into, and where in the pieces a line says what. A line is named by the piece that it
 * begins in; in that piece the line before ends.
 */
import type { Family } from '../../../api/index.ts';
import type { Counters } from 'nft_offload.base.conntrack.counters';
import { first_word, path_of } from 'nft_offload.base.conntrack.line';

/** Where all lines of a text are cut, and which piece is which, counted by that in which a line begins. */
interface Form {
	at: string;
	/** How often a line is cut: so many pieces later it ends, and the next begins. */
	step: number;
	/** What has the addresses and ports of the original. Those of the reply are in the second piece behind the first. */
	original: number;
	/** What lies between the original and the reply, where `[UNREPLIED]` stands. */
	between: number;
}

/**
 * What ends in `s=` are the keys of the counters alone, so that a piece begins with each of them:
 *
 *     ipv4     2 tcp      6 src=... dst=... sport=... dport=... packet | 15 byte | 5080 src=... dst=... sport=...
 *         dport=... packet | 12 byte | 2542 [OFFLOAD] mark=0 zone=0 use=3
 */
const COUNTED: Form = { at: 's=', step: 4, original: 0, between: 2 };

/**
 * A line without counters has but its sources twice:
 *
 *     ipv4     2 tcp      6 | ... dst=... sport=... dport=... | ... dst=... sport=... dport=... [OFFLOAD] mark=0 zone=0 use=3
 */
const UNCOUNTED: Form = { at: ' src=', step: 2, original: 1, between: 1 };

interface Cut {
	form: Form;
	pieces: string[];
	/** Whether any line is marked as offloaded. */
	marked: boolean;
}

/** The first words of a line, as the kernel pads them: they tell the family and the protocol. */
const HEAD = 20;

/** Whether connections of a text were counted: each is from its beginning on, or never. */
function is_counted(text: string): boolean {
	return index(text, ' packets=') !== -1;
}

/** Cuts a text of whole lines; null where they cannot all have one form. */
function cut_text(text: string): Cut | null {
	const form = is_counted(text) ? COUNTED : UNCOUNTED;
	const pieces = split(text, form.at);
	const cuts = length(pieces) - 1;
	return cuts > 0 && (cuts & (form.step - 1)) === 0 && index(pieces[0] ?? '', '\n') === -1
		? { form: form, pieces: pieces, marked: index(text, 'OFFLOAD]') !== -1 }
		: null;
}

/** The counters of line `i`. */
function counters_at(cut: Cut, i: number): Counters {
	const pieces = cut.pieces;
	const last = pieces[i + cut.form.step] ?? '';
	const path = path_of(last);
	return cut.form === COUNTED
		? {
				path: path,
				original_packets: int(pieces[i + 1]),
				original_bytes: int(pieces[i + 2]),
				reply_packets: int(pieces[i + 3]),
				reply_bytes: int(last)
			}
		: { path: path, original_packets: 0, original_bytes: 0, reply_packets: 0, reply_bytes: 0 };
}

/**
 * What tells line `i` from others of the same size: the first count of bytes and the addresses and ports of the reply;
 * without counters the addresses and ports of the original.
 */
function place_at(cut: Cut, i: number): string {
	return cut.pieces[i + cut.form.between] ?? '';
}

/** The first words of the line that begins in the piece. */
function head_of(piece: string): string {
	return substr(piece, rindex(piece, '\n') + 1, HEAD);
}

/** What a piece says of an original or a reply, from its source on. */
function ends_in(piece: string): string {
	const key = index(piece, ' src=');
	return key === -1 ? piece : substr(piece, key + 5);
}

/** Who starts a connection, or who answers it. */
function source_in(piece: string): string {
	return first_word(ends_in(piece));
}

function family_in(piece: string): Family {
	return index(source_in(piece), ':') === -1 ? 'ipv4' : 'ipv6';
}

/** Puts line `i` together again, without its end. */
function line_at(cut: Cut, i: number): string {
	const step = cut.form.step;
	const parts = slice(cut.pieces, i, i + step + 1);
	const before = parts[0] ?? '';
	const last = parts[step] ?? '';
	parts[0] = substr(before, rindex(before, '\n') + 1);
	parts[step] = substr(last, 0, index(last, '\n'));
	return join(cut.form.at, parts);
}

export {
	COUNTED,
	counters_at,
	cut_text,
	ends_in,
	family_in,
	head_of,
	is_counted,
	line_at,
	place_at,
	source_in
};
export type { Cut };
