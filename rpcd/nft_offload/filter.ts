// SPDX-License-Identifier: Apache-2.0
/** Which connections a reader of the list wants to see. */
import type { Family, Flow, FlowsArguments, Path, Tuple } from '../api.ts';
import { long_address, short_address } from 'nft_offload.address';
import { parse_line, path_of } from 'nft_offload.conntrack';
import { matches } from 'nft_offload.value';

/** Null where any will do. */
interface Filter {
	path: Path | null;
	family: Family | null;
	protocol: string | null;
	/** In lower case. */
	search: string | null;
	/** Whether the search is of digits and dots, which outside addresses and ports only counters have. */
	numeric: boolean;
	/** A client's address in the two forms that a line may have, each between its key and the next. */
	client: string[] | null;
}

/** IPv6 has two forms, as the kernel prints it and as the conntrack program does; IPv4 has one. */
function forms_of(address: string): string[] {
	const long = long_address(address);
	return long == null ? [`=${address} `] : [`=${long} `, `=${short_address(address)} `];
}

function filter_from(request: FlowsArguments): Filter {
	const search = request.search == null || request.search === '' ? null : lc(request.search);
	return {
		path: request.path ?? null,
		family: request.family ?? null,
		protocol: request.protocol ?? null,
		search: search,
		numeric: search != null && matches(search, /[0-9.]+/),
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

/** What precedes the counters of a tuple: addresses and ports, whose keys have neither digits nor dots. */
function ends_in(piece: string): string {
	const start = index(piece, 'src=');
	return start === -1 ? '' : substr(piece, start);
}

/** Looks for a numeric search in a line; null where only parsing tells, as ICMP's keys stand among the addresses. */
function finds_number(line: string, search: string): boolean | null {
	const pieces = split(line, ' packets=');
	return length(pieces) !== 3 || index(line, ' type=') !== -1
		? null
		: index(ends_in(pieces[0] ?? ''), search) !== -1 || index(ends_in(pieces[1] ?? ''), search) !== -1;
}

function passes_search(wanted: Filter, line: string): boolean {
	const search = wanted.search;
	if (search == null) {
		return true;
	}
	const ipv6 = index(line, ':') !== -1;
	if (!ipv6 && index(lc(line), search) === -1) {
		return false;
	}
	const found = wanted.numeric && !ipv6 ? finds_number(line, search) : null;
	if (found != null) {
		return found;
	}
	const flow = parse_line(line);
	return flow != null && contains(flow, search);
}

function passes_client(forms: string[] | null, line: string): boolean {
	return (
		forms == null || index(line, forms[0] ?? '') !== -1 || index(line, forms[1] ?? forms[0] ?? '') !== -1
	);
}

/** Whether a line that a parser understands is wanted. Its head, up to the protocol's name, is 24 bytes at most. */
function passes(wanted: Filter, line: string): boolean {
	return (
		(wanted.path == null || wanted.path === path_of(line)) &&
		(wanted.family == null || (wanted.family === 'ipv6') === (index(line, ':') !== -1)) &&
		(wanted.protocol == null || index(` ${substr(line, 0, 24)}`, ` ${wanted.protocol} `) !== -1) &&
		passes_client(wanted.client, line) &&
		passes_search(wanted, line)
	);
}

export { filter_from, is_selective, passes };
export type { Filter };
