// SPDX-License-Identifier: Apache-2.0
/**
 * Many lines of the table at once. Each instruction of ucode costs as much as the kernel's printing of some bytes,
 * and each search through a text as much as reading it ten times: a text is cut once, and a line is put together
 * again only where it may be one of the largest.
 */
import type { Family, FlowSort, Path, Total } from '../api.ts';
import { first_word, parse_line, path_of } from 'nft_offload.conntrack';
import { add, size_of } from 'nft_offload.counters';
import type { Counters } from 'nft_offload.counters';
import { keep } from 'nft_offload.largest';
import type { Largest } from 'nft_offload.largest';
import { is_integer } from 'nft_offload.value';

/**
 * What ends in `s=` are the keys of the counters alone: packets and bytes one way, then those of the other. So of
 * line k the pieces 4k+1 to 4k+4 begin with its counters, and the last of them goes on into the next line.
 */
const CUT = 's=';

/** Which of a line's four counters is the figure that rows are ordered by; none where it is a sum of two. */
const COUNTER: Partial<Record<FlowSort, number>> = {
	original_packets: 1,
	original_bytes: 2,
	reply_packets: 3,
	reply_bytes: 4
};

/** The first words of a line, as the kernel pads them: they tell the family and the protocol. */
const HEAD = 20;

/** Which lines are kept: the largest of one path, or of all where that is null. */
interface Kept {
	path: Path | null;
	sort: FlowSort;
	largest: Largest;
}

/** The counters of line k. */
function counters_at(pieces: string[], k: number): Counters {
	const i = 4 * k;
	const last = pieces[i + 4] ?? '';
	return {
		path: path_of(last),
		original_packets: int(pieces[i + 1]),
		original_bytes: int(pieces[i + 2]),
		reply_packets: int(pieces[i + 3]),
		reply_bytes: int(last)
	};
}

/** The first words of a line, of the piece before its first counter. */
function head_of(piece: string): string {
	return substr(piece, rindex(piece, '\n') + 1, HEAD);
}

/** What a piece says from its source on. */
function ends_in(piece: string): string {
	return substr(piece, index(piece, 'src=') + 4);
}

/** Who starts a connection, or who answers it. */
function source_in(piece: string): string {
	return first_word(ends_in(piece));
}

function family_in(piece: string): Family {
	return index(source_in(piece), ':') === -1 ? 'ipv4' : 'ipv6';
}

/** Cuts a line that is not like the kernel's as if it were; null where no parser understands it. */
function cut_line(line: string): string[] | null {
	const flow = parse_line(line);
	const parts = split(line, ' src=');
	return flow == null
		? null
		: [
				`${parts[0]} src=${parts[1]}`,
				`${flow.original.packets ?? 0}`,
				`${flow.original.bytes ?? 0} ${parts[1]} src=${parts[2]}`,
				`${flow.reply.packets ?? 0}`,
				`${flow.reply.bytes ?? 0} ${line}`
			];
}

/** Puts line k together again, without its end. */
function line_at(pieces: string[], k: number): string {
	const parts = slice(pieces, 4 * k, 4 * k + 5);
	const before = parts[0] ?? '';
	const last = parts[4] ?? '';
	parts[0] = substr(before, rindex(before, '\n') + 1);
	parts[4] = substr(last, 0, index(last, '\n'));
	return join(CUT, parts);
}

/** Whether a line ends in this piece as all do, with the count of its users, and the next begins right behind it. */
function ends_line(piece: string): boolean {
	const use = index(piece, ' use=');
	const end = rindex(piece, '\n');
	return use > 0 && end > use && index(piece, '\n') === end && is_integer(int(substr(piece, use + 5)));
}

/** Moves what offloaded lines count from the sums of the processor to those of their paths. */
function move(totals: Record<Path, Total>, pieces: string[], offloaded: number[]): void {
	for (let j = 0; j < length(offloaded); j++) {
		const counters = counters_at(pieces, offloaded[j] ?? 0);
		const bytes = size_of(counters, 'bytes');
		const packets = size_of(counters, 'packets');
		add(totals[counters.path], 1, bytes, packets);
		add(totals.cpu, -1, -bytes, -packets);
	}
}

function keep_largest(kept: Kept, pieces: string[], large: number[]): void {
	for (let j = 0; j < length(large); j++) {
		const k = large[j] ?? 0;
		const counters = counters_at(pieces, k);
		const size = size_of(counters, kept.sort);
		if (size > (kept.largest.floor ?? size) && (kept.path == null || kept.path === counters.path)) {
			keep(kept.largest, size, line_at(pieces, k));
		}
	}
}

/**
 * Adds up all lines of a text and keeps the largest, if any are to be kept. Returns what the text was cut into; null,
 * and nothing is added, where a line has no counters or is not like the kernel's. What a line costs is written out
 * here: a call for each would double it.
 */
function add_all(totals: Record<Path, Total>, kept: Kept | null, text: string): string[] | null {
	// A local name is found faster than a builtin's.
	const number = int;
	const find = index;
	const find_last = rindex;
	const pieces = split(text, CUT);
	const count = length(pieces);
	const marked = index(text, 'OFFLOAD]') !== -1;
	// Of an offloaded path are none but the marked.
	const possible = kept != null && (marked || kept.path == null || kept.path === 'cpu');
	const floor = possible ? kept.largest.floor : null;
	const counter = kept == null ? null : COUNTER[kept.sort];
	const of_bytes = kept?.sort === 'bytes';
	const offloaded: number[] = [];
	const large: number[] = [];
	let bytes = 0;
	let packets = 0;
	for (let i = 4; i < count; i += 4) {
		const last = pieces[i] ?? '';
		const use = find(last, ' use=');
		// Nearly always fewer than ten use a connection.
		if ((use < 1 || find_last(last, '\n') !== use + 6) && !ends_line(last)) {
			return null;
		}
		const line_packets = number(pieces[i - 3]) + number(pieces[i - 1]);
		const line_bytes = number(pieces[i - 2]) + number(last);
		packets += line_packets;
		bytes += line_bytes;
		if (marked && find(last, 'OFFLOAD]') !== -1) {
			push(offloaded, int(i / 4) - 1);
		}
		if (floor != null) {
			const size = counter != null ? number(pieces[i - 4 + counter]) : of_bytes ? line_bytes : line_packets;
			if (size > floor) {
				push(large, int(i / 4) - 1);
			}
		}
	}
	if (
		(count & 3) !== 1 ||
		index(pieces[0] ?? '', '\n') !== -1 ||
		!is_integer(bytes) ||
		!is_integer(packets)
	) {
		return null;
	}
	add(totals.cpu, int(count / 4), bytes, packets);
	move(totals, pieces, offloaded);
	if (kept != null) {
		keep_largest(kept, pieces, large);
	}
	return pieces;
}

export { add_all, counters_at, cut_line, ends_in, family_in, head_of, line_at, source_in };
export type { Kept };
