// SPDX-License-Identifier: Apache-2.0
/** Which connections a reader of the list wants to see. */
import type { Family, Flow, FlowsArguments, Path, Tuple } from '../../api/index.ts';
import { long_address, short_address } from 'nft_offload.base.address';
import { parse_line, path_of } from 'nft_offload.base.conntrack.line';
import { ends_in, family_in, head_of, line_at } from 'nft_offload.base.conntrack.pieces';
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

/**
 * Looks for a numeric search in an IPv4 line with ports, where nothing else has digits; null where only parsing tells:
 * ICMP's `type=8 code=0 id=7` has some, and GRE's `srckey=0x7`.
 */
function finds_number(first: string, second: string, search: string): boolean | null {
	return index(first, ':') !== -1 || index(first, ' sport=') === -1
		? null
		: index(ends_in(first), search) !== -1 || index(ends_in(second), search) !== -1;
}

/** Whether it is worth to parse a line: neither its text nor, for an IPv6 address, a part of it speaks against. */
function may_contain(wanted: Filter, search: string, first: string, second: string): boolean {
	const text = lc(`${first} ${second}`);
	return index(text, search) !== -1 || (index(first, ':') !== -1 && index(text, wanted.part) !== -1);
}

function passes_search(wanted: Filter, pieces: string[], k: number, line: string | null): boolean {
	const search = wanted.search;
	if (search == null) {
		return true;
	}
	const first = pieces[4 * k] ?? '';
	const second = pieces[4 * k + 2] ?? '';
	const found = wanted.numeric && line == null ? finds_number(first, second, search) : null;
	if (found != null) {
		return found;
	}
	const flow = may_contain(wanted, search, first, second) ? parse_line(line ?? line_at(pieces, k)) : null;
	return flow != null && contains(flow, search);
}

function passes_client(forms: string[], first: string, second: string): boolean {
	const ends = `${first} ${second}`;
	return index(ends, forms[0] ?? '') !== -1 || index(ends, forms[1] ?? forms[0] ?? '') !== -1;
}

/** Whether line k of what a text was cut into is wanted. `line` is the line itself where it had to be cut alone. */
function passes(wanted: Filter, pieces: string[], k: number, line: string | null): boolean {
	const first = pieces[4 * k] ?? '';
	return (
		(wanted.path == null || wanted.path === path_of(pieces[4 * k + 4] ?? '')) &&
		(wanted.family == null || wanted.family === family_in(first)) &&
		(wanted.protocol == null || index(` ${head_of(first)}`, ` ${wanted.protocol} `) !== -1) &&
		(wanted.client == null || passes_client(wanted.client, first, pieces[4 * k + 2] ?? '')) &&
		passes_search(wanted, pieces, k, line)
	);
}

export { filter_from, is_selective, passes };
export type { Filter };
