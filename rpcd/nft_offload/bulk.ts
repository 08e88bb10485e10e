// SPDX-License-Identifier: Apache-2.0
/**
 * Adds up many lines of the table at once. Every call of a function costs ucode as much as reading some hundred
 * bytes, so the text is cut at its counters instead of into lines, and a line is looked at only where it may be
 * one of the largest.
 */
import type { Path, Total } from '../api.ts';
import { path_of } from 'nft_offload.conntrack';
import { add } from 'nft_offload.counters';
import type { Weights } from 'nft_offload.counters';
import { passes } from 'nft_offload.filter';
import type { Filter } from 'nft_offload.filter';
import { floor_of, offer } from 'nft_offload.largest';
import type { Largest } from 'nft_offload.largest';

/** A text cut at its counters: of line k, piece 2k+1 begins with its counter one way, 2k+2 with that of the other. */
interface Cut {
	/** The lines, and an empty text behind the last one's end. */
	lines: string[];
	bytes: string[];
	packets: string[];
}

/** Which lines are wanted, and what became of them so far. */
interface Selection {
	wanted: Filter;
	/** Whether every line has to be looked at, or its path decides alone. */
	selective: boolean;
	/** The sums of what is wanted, kept up only when selective: otherwise the totals tell. */
	matched: Total;
	weights: Weights;
	largest: Largest;
}

/** Cuts whole lines with counters for both ways, as nearly all texts have them alone; null where one is another. */
function cut(text: string): Cut | null {
	const lines = split(text, '\n');
	const bytes = split(text, ' bytes=');
	const packets = split(text, ' packets=');
	const regular =
		length(bytes) === 2 * length(lines) - 1 &&
		length(packets) === length(bytes) &&
		length(split(text, ' use=')) === length(lines);
	return regular ? { lines: lines, bytes: bytes, packets: packets } : null;
}

/**
 * Adds up lines that have counters for both ways, and keeps what is wanted and large. False, and nothing is done,
 * where one has not. All in one loop: see above.
 */
function add_text(totals: Record<Path, Total>, selection: Selection, text: string): boolean {
	const pieces = cut(text);
	if (pieces == null) {
		return false;
	}
	const weights = selection.weights;
	const selective = selection.selective;
	const keeping = selection.largest.capacity > 0;
	const path_wanted = selection.wanted.path;
	const lines = pieces.lines;
	// By far the most are the processor's: their sums stay out of the objects until the end.
	let flows = 0;
	let bytes = 0;
	let packets = 0;
	let floor = floor_of(selection.largest);
	for (let k = 0; k < length(lines) - 1; k++) {
		const there = 2 * k + 1;
		const rest = pieces.bytes[there + 1] ?? '';
		const bytes_there = int(pieces.bytes[there]);
		const bytes_back = int(rest);
		const packets_there = int(pieces.packets[there]);
		const packets_back = int(pieces.packets[there + 1]);
		const both_bytes = bytes_there + bytes_back;
		const both_packets = packets_there + packets_back;
		let path: Path = 'cpu';
		if (index(rest, 'OFFLOAD]') === -1) {
			flows += 1;
			bytes += both_bytes;
			packets += both_packets;
		} else {
			path = path_of(rest);
			add(totals[path], 1, both_bytes, both_packets);
		}
		if (path_wanted != null && path_wanted !== path) {
			continue;
		}
		if (selective) {
			if (!passes(selection.wanted, lines[k] ?? '')) {
				continue;
			}
			add(selection.matched, 1, both_bytes, both_packets);
		}
		if (keeping) {
			const size =
				bytes_there * weights.original_bytes +
				bytes_back * weights.reply_bytes +
				packets_there * weights.original_packets +
				packets_back * weights.reply_packets;
			if (size > floor) {
				offer(selection.largest, size, lines[k] ?? '');
				floor = floor_of(selection.largest);
			}
		}
	}
	add(totals.cpu, flows, bytes, packets);
	return true;
}

export { add_text };
export type { Selection };
