// SPDX-License-Identifier: Apache-2.0
/** What a text of many lines is cut into, and where in the pieces a line says what. */
import type { Family } from '../../../api/index.ts';
import { first_word, parse_line, path_of } from 'nft_offload.base.conntrack.line';
import type { Counters } from 'nft_offload.base.conntrack.counters';

/**
 * What ends in `s=` are the keys of the counters alone: packets and bytes one way, then those of the other. So of
 * line k the pieces 4k+1 to 4k+4 begin with its counters, and the last of them goes on into the next line.
 */
const CUT = 's=';

/** The first words of a line, as the kernel pads them: they tell the family and the protocol. */
const HEAD = 20;

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

export { CUT, counters_at, cut_line, ends_in, family_in, head_of, line_at, source_in };
