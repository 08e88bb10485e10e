// SPDX-License-Identifier: Apache-2.0
/**
 * Many lines of the table at once. Each instruction of ucode takes some 200 of the processor, and a call 1,500
 * more: a text is cut once, and a line is put together again only where it may be one of the largest.
 */
import type { FlowSort, Path, Total } from '../../api/index.ts';
import { path_of } from 'nft_offload.base.conntrack.line';
import { add, add_totals, no_totals } from 'nft_offload.base.conntrack.counters';
import { UNREACHABLE, keep_all } from 'nft_offload.flows.largest';
import type { Largest } from 'nft_offload.flows.largest';
import { CUT } from 'nft_offload.base.conntrack.pieces';
import { is_integer } from 'nft_offload.base.value';

/** Which of a line's four counters is the figure that rows are ordered by; none where it is a sum of two. */
const COUNTER: Partial<Record<FlowSort, number>> = {
	original_packets: 1,
	original_bytes: 2,
	reply_packets: 3,
	reply_bytes: 4
};

/** Which lines are kept: the largest of one path, or of all where that is null. */
interface Kept {
	path: Path | null;
	sort: FlowSort;
	largest: Largest;
}

/** Whether a line ends in this piece as all do, with the count of its users, and the next begins right behind it. */
function ends_line(piece: string): boolean {
	const use = index(piece, ' use=');
	const end = rindex(piece, '\n');
	return use > 0 && end > use && index(piece, '\n') === end && is_integer(int(substr(piece, use + 5)));
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
	const floor = kept == null ? UNREACHABLE : kept.largest.floor;
	const least = kept == null ? '' : kept.largest.least;
	const closer = marked || floor < UNREACHABLE;
	const wanted = kept == null ? null : kept.path;
	const counter = kept == null ? null : COUNTER[kept.sort];
	const of_packets = kept != null && kept.sort === 'packets';
	const sums = no_totals();
	const large: number[] = [];
	const sizes: number[] = [];
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
		if (!closer) {
			continue;
		}
		const path = marked ? path_of(last) : 'cpu';
		if (path !== 'cpu') {
			add(sums[path], 1, line_bytes, line_packets);
		}
		const size = counter != null ? number(pieces[i - 4 + counter]) : of_packets ? line_packets : line_bytes;
		if (
			size >= floor &&
			(size > floor || (pieces[i - 2] ?? '') >= least) &&
			(wanted == null || wanted === path)
		) {
			push(large, int(i / 4) - 1);
			push(sizes, size);
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
	add(sums.cpu, int(count / 4), bytes, packets);
	map([sums.software, sums.hardware], (offloaded) => {
		add(sums.cpu, -offloaded.flows, -offloaded.bytes, -offloaded.packets);
	});
	add_totals(totals, sums);
	if (kept != null) {
		keep_all(kept.largest, pieces, large, sizes);
	}
	return pieces;
}

export { add_all };
export type { Kept };
