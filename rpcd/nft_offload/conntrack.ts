// SPDX-License-Identifier: Apache-2.0
/**
 * One line of the connection tracking table (kernel: nf_conntrack_standalone.c, ct_seq_show):
 *
 *     ipv4     2 tcp      6 7438 ESTABLISHED src=... dst=... sport=... dport=... packets=15 bytes=5080 src=...
 *         dst=... sport=... dport=... packets=12 bytes=2542 [ASSURED] mark=0 zone=0 use=2
 *
 * Offloaded connections have neither timeout nor state; without accounting there are no counters; protocols
 * without ports have other keys or none; `conntrack -L` without `-o extended` leaves out the family.
 */
import type { Family, Flow, Path, Tuple } from '../api.ts';
import { LINE_LIMIT } from 'nft_offload.table';
import { is_integer, is_printable } from 'nft_offload.value';

/** The path that a line tells. Of its marks the kernel prints only the strongest. */
function path_of(line: string): Path {
	if (index(line, 'OFFLOAD]') === -1) {
		return 'cpu';
	}
	return index(line, '[HW_OFFLOAD]') === -1 ? 'software' : 'hardware';
}

function number_of(text: string): number | null {
	const number = int(text);
	return is_integer(number) ? number : null;
}

/** An IPv6 address as people write it: the kernel prints all of its zeros. */
function short_address(address: string): string {
	const bytes = index(address, ':') === -1 ? null : iptoarr(address);
	return bytes == null ? address : (arrtoip(bytes) ?? address);
}

function new_tuple(source: string): Tuple {
	return {
		source: short_address(source),
		destination: '',
		source_port: null,
		destination_port: null,
		packets: null,
		bytes: null
	};
}

function read_key(tuple: Tuple, key: string, value: string): void {
	switch (key) {
		case 'dst':
			tuple.destination = short_address(value);
			break;
		case 'sport':
			tuple.source_port = number_of(value);
			break;
		case 'dport':
			tuple.destination_port = number_of(value);
			break;
		case 'packets':
			tuple.packets = number_of(value);
			break;
		case 'bytes':
			tuple.bytes = number_of(value);
			break;
	}
}

/** The words of a line, without the empty ones between two spaces. */
function words_of(line: string): string[] {
	return filter(split(line, ' '), (word) => length(word) > 0);
}

/** Reads both tuples, each of which begins with its source. Null unless there are exactly two, each with a destination. */
function read_tuples(words: string[], first: number): Tuple[] | null {
	const tuples: Tuple[] = [];
	let tuple: Tuple | null = null;
	for (let i = first; i < length(words); i++) {
		const pair = split(words[i] ?? '', '=');
		if (pair[0] === 'src') {
			tuple = new_tuple(pair[1] ?? '');
			push(tuples, tuple);
		} else if (tuple != null) {
			read_key(tuple, pair[0] ?? '', pair[1] ?? '');
		}
	}
	const whole = length(tuples) === 2 && tuples[0]?.destination !== '' && tuples[1]?.destination !== '';
	return whole ? tuples : null;
}

function family_of(word: string, address: string): Family {
	return word === 'ipv6' || index(address, ':') !== -1 ? 'ipv6' : 'ipv4';
}

/** Whether the line can be one that is not cut off: it ends as all do, with the count of its users. */
function looks_whole(line: string): boolean {
	return length(line) <= LINE_LIMIT && index(line, ' use=') !== -1 && is_printable(line);
}

/** Parses a line without its end; null for what is none. */
function parse_line(line: string): Flow | null {
	if (!looks_whole(line)) {
		return null;
	}
	const words = words_of(line);
	const start = words[0] === 'ipv4' || words[0] === 'ipv6' ? 2 : 0;
	let next = start + 2;
	const timeout = number_of(words[next] ?? '');
	next += timeout == null ? 0 : 1;
	const stated = index(words[next] ?? '', '=') === -1;
	const tuples = read_tuples(words, next);
	const original = tuples?.[0];
	const reply = tuples?.[1];
	if (original == null || reply == null) {
		return null;
	}
	return {
		family: family_of(words[0] ?? '', original.source),
		protocol: substr(words[start] ?? '', 0, 32),
		path: path_of(line),
		state: stated ? substr(words[next] ?? '', 0, 32) : null,
		timeout: timeout,
		replied: index(line, '[UNREPLIED]') === -1,
		original: original,
		reply: reply
	};
}

export { parse_line, path_of, short_address };
