// SPDX-License-Identifier: Apache-2.0
/**
 * One line of the connection tracking table (kernel: nf_conntrack_standalone.c, ct_seq_show):
 *
 *     ipv4     2 tcp      6 7438 ESTABLISHED src=... dst=... sport=... dport=... packets=15 bytes=5080 src=...
 *         dst=... sport=... dport=... packets=12 bytes=2542 [ASSURED] mark=0 zone=0 use=2
 *
 * Offloaded connections have no timeout, and those of TCP no state; without accounting there are no counters; protocols
 * without ports have other keys or none; `conntrack -L` without `-o extended` leaves out the family.
 */
import type { ExplainFlowArguments, Flow, Path, Tuple } from '../../../api/index.ts';
import { short_address } from 'nft_offload.base.address';
import { LINE_LIMIT } from 'nft_offload.base.lines';
import { is_integer, words_of } from 'nft_offload.base.value';

/** The path that a line tells. Of its marks the kernel prints only the strongest. */
function path_of(line: string): Path {
	if (index(line, 'OFFLOAD]') === -1) {
		return 'cpu';
	}
	return index(line, '[HW_OFFLOAD]') === -1 ? 'software' : 'hardware';
}

function first_word(text: string): string {
	const end = index(text, ' ');
	return end === -1 ? text : substr(text, 0, end);
}

/** The number after a key such as ` sport=`; null where there is none. */
function number_after(text: string, key: string): number | null {
	const number = int(split(text, key)[1] ?? '');
	return number >= 0 ? number : null;
}

/** Reads what follows ` src=`; null where there is no destination. */
function read_tuple(text: string): Tuple | null {
	const destination = index(text, ' dst=');
	return destination <= 0
		? null
		: {
				source: short_address(first_word(text)),
				destination: short_address(first_word(substr(text, destination + 5, 40))),
				source_port: number_after(text, ' sport='),
				destination_port: number_after(text, ' dport='),
				packets: number_after(text, ' packets='),
				bytes: number_after(text, ' bytes=')
			};
}

/** The words before the first tuple: family and its number unless left out, protocol and its number, timeout, state. */
function head_words(text: string): string[] {
	const words = words_of(text);
	return words[0] === 'ipv4' || words[0] === 'ipv6' ? slice(words, 2, 6) : words;
}

/**
 * The state among the words before the first tuple. Of the kernel's protocols TCP, SCTP and DCCP print theirs there, and GRE
 * prints what it waits, `timeout=30, stream_timeout=180` (nf_conntrack_proto_gre.c, gre_print_conntrack): no name has a `=`.
 */
function state_in(word: string | null | undefined): string | null {
	return word == null || index(word, '=') !== -1 ? null : substr(word, 0, 32);
}

/** Protocols that the kernel prints as `unknown` (l4proto_name), by their numbers as /etc/protocols has them. */
const UNNAMED: [number: string, name: string][] = [
	['2', 'igmp'],
	['4', 'ipip'],
	['41', 'ipv6'],
	['50', 'esp'],
	['51', 'ah'],
	['103', 'pim'],
	['115', 'l2tp']
];

function protocol_of(words: string[]): string {
	const printed = substr(words[0] ?? '', 0, 32);
	const named = printed === 'unknown' ? filter(UNNAMED, (each) => each[0] === words[1])[0] : null;
	return named == null ? printed : named[1];
}

/** Whether the line can be one that is not cut off: it ends as all do, with the count of its users. */
function looks_whole(line: string): boolean {
	return (
		length(line) <= LINE_LIMIT &&
		index(line, ' use=') !== -1 &&
		index(line, chr(0)) === -1 &&
		match(line, /[^ -~]/) == null
	);
}

/** Parses a line without its end; null for what is none. */
function parse_line(line: string): Flow | null {
	const parts = split(line, ' src=');
	const original = length(parts) === 3 && looks_whole(line) ? read_tuple(parts[1] ?? '') : null;
	const reply = read_tuple(parts[2] ?? '');
	if (original == null || reply == null) {
		return null;
	}
	const words = head_words(parts[0] ?? '');
	const timeout = int(words[2] ?? '');
	const timed = is_integer(timeout);
	const state = state_in(words[timed ? 3 : 2]);
	return {
		family: index(original.source, ':') === -1 ? 'ipv4' : 'ipv6',
		protocol: protocol_of(words),
		path: path_of(line),
		state: state,
		timeout: timed ? timeout : null,
		replied: index(line, '[UNREPLIED]') === -1,
		original: original,
		reply: reply
	};
}

/** The connection that is meant; without ports where the protocol has none. */
function question_of(flow: Flow): ExplainFlowArguments {
	const tuple = flow.original;
	const question: ExplainFlowArguments = {
		family: flow.family,
		protocol: flow.protocol,
		source: tuple.source,
		destination: tuple.destination
	};
	if (tuple.source_port != null && tuple.destination_port != null) {
		question.source_port = tuple.source_port;
		question.destination_port = tuple.destination_port;
	}
	return question;
}

export { first_word, number_after, parse_line, path_of, question_of };
