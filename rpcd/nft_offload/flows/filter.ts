// SPDX-License-Identifier: Apache-2.0
/** Which connections a reader of the list wants to see. */
import type { Family, Flow, FlowsArguments, Path, Tuple } from '../../api/index.ts';
import { long_address, short_address } from 'nft_offload.base.address';
import { parse_line, path_of } from 'nft_offload.base.conntrack.line';
import { ends_in, family_in, head_of, line_at } from 'nft_offload.base.conntrack.pieces';
import type { Cut } from 'nft_offload.base.conntrack.pieces';
import { matches } from 'nft_offload.base.value';

/** Null where any will do. */
interface Filter {
	path: Path | null;
	family: Family | null;
	protocol: string | null;
	/** In lower case. */
	search: string | null;
	/** Whether the search is of digits and dots, which outside addresses and ports only counters have. */
	numeric: boolean;
	/** What a line with an IPv6 address, which the kernel prints with all zeros, has if the search fits one. */
	part: string;
	/** A client's address in the two forms that a line may have, each between its key and the next. */
	client: string[] | null;
}

/** IPv6 has two forms, as the kernel prints it and as the conntrack program does; IPv4 has one. */
function forms_of(address: string): string[] {
	const long = long_address(address);
	return long == null ? [`=${address} `] : [`=${long} `, `=${short_address(address)} `];
}

/** The longest part between colons; of an address with dots, the zeros before it. */
function part_of(search: string): string {
	let longest = '';
	map(split(search, ':'), (part) => {
		longest = length(part) > length(longest) ? part : longest;
	});
	return index(search, '.') === -1 ? longest : '0000:0000:0000';
}

function filter_from(request: FlowsArguments): Filter {
	const search = request.search == null || request.search === '' ? null : lc(request.search);
	return {
		path: request.path ?? null,
		family: request.family ?? null,
		protocol: request.protocol ?? null,
		search: search,
		numeric: search != null && matches(search, /[0-9.]+/),
		part: part_of(search ?? ''),
		client: request.client == null ? null : forms_of(request.client)
	};
}

/** Whether anything but the path is asked for, so that every line has to be looked at. */
function is_selective(wanted: Filter): boolean {
	return wanted.family != null || wanted.protocol != null || wanted.search != null || wanted.client != null;
}

function ends_contain(tuple: Tuple, search: string): boolean {
	const ends = [tuple.source, tuple.destination, tuple.source_port ?? '', tuple.destination_port ?? ''];
	return index(join('\n', ends), search) !== -1;
}

function contains(flow: Flow, search: string): boolean {
	return (
		index(lc(flow.state ?? ''), search) !== -1 ||
		ends_contain(flow.original, search) ||
		ends_contain(flow.reply, search)
	);
}

/** Whether a number is found in an original or a reply, before whatever follows the last port, of five digits at most. */
function has_number(piece: string, search: string): boolean {
	const ends = ends_in(piece);
	const at = index(ends, search);
	return at !== -1 && at < index(ends, ' dport=') + 12;
}

/**
 * Looks for a numeric search in an IPv4 line with ports, where nothing else has digits; null where only parsing tells:
 * ICMP's `type=8 code=0 id=7` has some, and GRE's `srckey=0x7`.
 */
function finds_number(original: string, reply: string, search: string): boolean | null {
	return index(original, ':') !== -1 || index(original, ' dport=') === -1
		? null
		: has_number(original, search) || has_number(reply, search);
}

/** Whether it is worth to parse a line: neither its text nor, for an IPv6 address, a part of it speaks against. */
function may_contain(wanted: Filter, search: string, text: string): boolean {
	return index(text, search) !== -1 || (index(text, ':') !== -1 && index(text, wanted.part) !== -1);
}

function passes_search(wanted: Filter, cut: Cut, i: number, original: string, reply: string): boolean {
	const search = wanted.search;
	if (search == null) {
		return true;
	}
	const found = wanted.numeric ? finds_number(original, reply, search) : null;
	if (found != null) {
		return found;
	}
	const text = lc(join(' ', slice(cut.pieces, i, i + 3)));
	const flow = may_contain(wanted, search, text) ? parse_line(line_at(cut, i)) : null;
	return flow != null && contains(flow, search);
}

function passes_client(forms: string[], original: string, reply: string): boolean {
	const ends = `=${original} =${reply}`;
	return index(ends, forms[0] ?? '') !== -1 || index(ends, forms[1] ?? forms[0] ?? '') !== -1;
}

/** Whether line `i` of what a text was cut into is wanted. */
function passes(wanted: Filter, cut: Cut, i: number): boolean {
	const pieces = cut.pieces;
	const original = pieces[i + cut.form.original] ?? '';
	const reply = pieces[i + 2] ?? '';
	return (
		(wanted.path == null || wanted.path === path_of(pieces[i + cut.form.step] ?? '')) &&
		(wanted.family == null || wanted.family === family_in(original)) &&
		(wanted.protocol == null || index(` ${head_of(pieces[i] ?? '')}`, ` ${wanted.protocol} `) !== -1) &&
		(wanted.client == null || passes_client(wanted.client, original, reply)) &&
		passes_search(wanted, cut, i, original, reply)
	);
}

export { filter_from, is_selective, passes };
export type { Filter };
