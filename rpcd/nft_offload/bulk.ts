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
import { floor_of, offer } from 'nft_offload.largest';
import type { Largest } from 'nft_offload.largest';

/** A text cut at its counters: of line k, piece 2k+1 begins with its counter one way, 2k+2 with that of the other. */
interface Cut {
	lines: number;
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
	const lines = length(split(text, ' use=')) - 1;
	const bytes = split(text, ' bytes=');
	const packets = split(text, ' packets=');
	const regular =
		length(bytes) === 2 * lines + 1 &&
		length(packets) === 2 * lines + 1 &&
		length(split(text, '\n')) === lines + 1;
	return regular ? { lines: lines, bytes: bytes, packets: packets } : null;
}

/** Adds up lines that have counters for both ways. False, and nothing is added, where one has not. */
function add_text(totals: Record<Path, Total>, kept: Kept, text: string): boolean {
	const pieces = cut(text);
	if (pieces == null) {
		return false;
	}
	const weights = kept.weights;
	const keeping = kept.largest.capacity > 0;
	let floor = floor_of(kept.largest);
	let lines: string[] | null = null;
	for (let k = 0; k < pieces.lines; k++) {
		const there = 2 * k + 1;
		const back = there + 1;
		const rest = pieces.bytes[back] ?? '';
		const bytes_there = int(pieces.bytes[there]);
		const bytes_back = int(rest);
		const packets_there = int(pieces.packets[there]);
		const packets_back = int(pieces.packets[back]);
		const path = index(rest, 'OFFLOAD]') === -1 ? 'cpu' : path_of(rest);
		add(totals[path], 1, bytes_there + bytes_back, packets_there + packets_back);
		if (!keeping || (kept.path != null && kept.path !== path)) {
			continue;
		}
		const size =
			bytes_there * weights.original_bytes +
			bytes_back * weights.reply_bytes +
			packets_there * weights.original_packets +
			packets_back * weights.reply_packets;
		if (size > floor) {
			lines ??= split(text, '\n');
			offer(kept.largest, size, lines[k] ?? '');
			floor = floor_of(kept.largest);
		}
	}
	return true;
}

export { add_text };
export type { Kept };
