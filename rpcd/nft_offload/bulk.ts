// SPDX-License-Identifier: Apache-2.0
/**
 * Many lines of the table at once. Every call of a function costs ucode as much as reading some hundred bytes, so
 * the text is cut at its counters, and a line is looked at only where it may be one of the largest.
 */
import type { Path, Total } from '../api.ts';
import { path_of } from 'nft_offload.conntrack';
import { add } from 'nft_offload.counters';
import type { Counters, Weights } from 'nft_offload.counters';
import { floor_of, offer } from 'nft_offload.largest';
import type { Largest } from 'nft_offload.largest';

/** A text cut at its counters: of line k, piece 2k+1 begins with its counter one way, 2k+2 with that of the other. */
interface Cut {
	/** The lines, and an empty text behind the last one's end. */
	lines: string[];
	bytes: string[];
	packets: string[];
}

/** Which lines are kept: the largest of one path, or of all where that is null. */
interface Kept {
	path: Path | null;
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

/** The counters of line k. */
function counters_at(pieces: Cut, k: number): Counters {
	const there = 2 * k + 1;
	const rest = pieces.bytes[there + 1] ?? '';
	return {
		path: path_of(rest),
		original_packets: int(pieces.packets[there]),
		original_bytes: int(pieces.bytes[there]),
		reply_packets: int(pieces.packets[there + 1]),
		reply_bytes: int(rest)
	};
}

/** Adds up all lines and keeps the largest. The same as counters_at, written out: a call for each line would double its time. */
function add_all(totals: Record<Path, Total>, kept: Kept, pieces: Cut): void {
	const weights = kept.weights;
	const keeping = kept.largest.capacity > 0;
	let floor = floor_of(kept.largest);
	// By far the most are the processor's: their sums stay out of the objects until the end.
	let flows = 0;
	let bytes = 0;
	let packets = 0;
	for (let k = 0; k < length(pieces.lines) - 1; k++) {
		const there = 2 * k + 1;
		const rest = pieces.bytes[there + 1] ?? '';
		const bytes_there = int(pieces.bytes[there]);
		const bytes_back = int(rest);
		const packets_there = int(pieces.packets[there]);
		const packets_back = int(pieces.packets[there + 1]);
		let path: Path = 'cpu';
		if (index(rest, 'OFFLOAD]') === -1) {
			flows += 1;
			bytes += bytes_there + bytes_back;
			packets += packets_there + packets_back;
		} else {
			path = path_of(rest);
			add(totals[path], 1, bytes_there + bytes_back, packets_there + packets_back);
		}
		if (keeping && (kept.path == null || kept.path === path)) {
			const size =
				bytes_there * weights.original_bytes +
				bytes_back * weights.reply_bytes +
				packets_there * weights.original_packets +
				packets_back * weights.reply_packets;
			if (size > floor) {
				offer(kept.largest, size, pieces.lines[k] ?? '');
				floor = floor_of(kept.largest);
			}
		}
	}
	add(totals.cpu, flows, bytes, packets);
}

export { add_all, counters_at, cut };
export type { Kept };
