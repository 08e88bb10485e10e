// SPDX-License-Identifier: Apache-2.0
/** The line of one connection in the connection tracking table, in constant memory. */
import type { ExplainFlowArguments, Flow } from '../../../api/index.ts';
import { long_address, short_address } from 'nft_offload.base.address';
import { in_time } from 'nft_offload.base.command';
import { parse_line } from 'nft_offload.base.conntrack.line';
import { conntrack_source, open_table } from 'nft_offload.base.conntrack.table';
import { TO_THE_END, each_text } from 'nft_offload.base.lines';

interface FoundLine {
	line: string;
	flow: Flow;
}

/** `none`: no list of connections. `late`: the program that lists them did not end. */
type Search = { answer: 'none' } | { answer: 'late' } | { answer: 'read'; found: FoundLine | null };

/**
 * What a line says of its original: the kernel writes IPv6 with all zeros, the conntrack program in short. With the ports, where they
 * are given: two hosts may have thousands of connections with each other.
 */
function spellings(wanted: ExplainFlowArguments): string[] {
	const source = wanted.source_port;
	const destination = wanted.destination_port;
	const ports = source == null || destination == null ? '' : `sport=${source} dport=${destination}`;
	const spelling = (a: string, b: string): string => `src=${a} dst=${b} ${ports}`;
	const short = spelling(short_address(wanted.source), short_address(wanted.destination));
	const long_source = long_address(wanted.source);
	const long_destination = long_address(wanted.destination);
	return long_source == null || long_destination == null
		? [short]
		: [short, spelling(long_source, long_destination)];
}

function is_wanted(flow: Flow, wanted: ExplainFlowArguments): boolean {
	const original = flow.original;
	return (
		flow.family === wanted.family &&
		flow.protocol === wanted.protocol &&
		original.source === short_address(wanted.source) &&
		original.destination === short_address(wanted.destination) &&
		(wanted.source_port == null || original.source_port === wanted.source_port) &&
		(wanted.destination_port == null || original.destination_port === wanted.destination_port)
	);
}

/** The line of a text that is the connection. A text is only cut where the addresses are in it, and most have them not. */
function find_in(text: string, spelling: string, wanted: ExplainFlowArguments): FoundLine | null {
	if (index(text, spelling) === -1) {
		return null;
	}
	const candidates = filter(split(text, '\n'), (line) => index(line, spelling) !== -1);
	for (let i = 0; i < length(candidates); i++) {
		const line = candidates[i] ?? '';
		const flow = parse_line(line);
		if (flow != null && is_wanted(flow, wanted)) {
			return { line: line, flow: flow };
		}
	}
	return null;
}

/** Reads the table once. */
function look_for(wanted: ExplainFlowArguments): Search {
	const source = conntrack_source();
	const table = source === 'none' ? null : open_table(source);
	if (table == null) {
		return { answer: 'none' };
	}
	const ways = spellings(wanted);
	let found: FoundLine | null = null;
	each_text(table, TO_THE_END, (text) => {
		for (let i = 0; i < length(ways); i++) {
			found = find_in(text, ways[i] ?? '', wanted) ?? found;
		}
	});
	return in_time(table.close()) ? { answer: 'read', found: found } : { answer: 'late' };
}

/**
 * Looks for a connection by its original: the last that the table has, where several fit what is asked for. What is not found is
 * looked for again: the kernel goes on by counting, and one that ends between two of its pages has it leave out another
 * (nf_conntrack_standalone.c, ct_get_idx, up to 6.12; a download of 4 MB was not found).
 */
function find_connection(wanted: ExplainFlowArguments): Search {
	const first = look_for(wanted);
	return first.answer === 'read' && first.found == null ? look_for(wanted) : first;
}

export { find_connection };
export type { FoundLine };
