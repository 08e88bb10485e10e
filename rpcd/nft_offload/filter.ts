// SPDX-License-Identifier: Apache-2.0
/** Which connections a reader of the list wants to see. */
import type { Family, Flow, FlowsArguments, Path, Tuple } from '../api.ts';
import { parse_line, short_address } from 'nft_offload.conntrack';

/** Null where any will do. */
interface Filter {
	path: Path | null;
	family: Family | null;
	protocol: string | null;
	/** In lower case. */
	search: string | null;
	/** In the form that short_address gives. */
	client: string | null;
}

function filter_from(request: FlowsArguments): Filter {
	return {
		path: request.path ?? null,
		family: request.family ?? null,
		protocol: request.protocol ?? null,
		search: request.search == null || request.search === '' ? null : lc(request.search),
		client: request.client == null ? null : short_address(request.client)
	};
}

/** Whether anything but the path is asked for, so that a line has to be parsed. */
function needs_parsing(wanted: Filter): boolean {
	return wanted.family != null || wanted.protocol != null || wanted.search != null || wanted.client != null;
}

function is_end_of(tuple: Tuple, client: string): boolean {
	return tuple.source === client || tuple.destination === client;
}

function contains(flow: Flow, search: string): boolean {
	const ends = [flow.original, flow.reply];
	const words: unknown[] = [flow.state ?? ''];
	for (let i = 0; i < length(ends); i++) {
		const tuple = ends[i];
		if (tuple != null) {
			push(words, tuple.source, tuple.destination, tuple.source_port ?? '', tuple.destination_port ?? '');
		}
	}
	return index(lc(join('\n', words)), search) !== -1;
}

/** A cheap test that no wanted line fails: IPv6 addresses are compared in another form than the line's. */
function may_pass(wanted: Filter, line: string): boolean {
	const ipv6 = index(line, ':') !== -1;
	return (
		(wanted.protocol == null || index(line, wanted.protocol) !== -1) &&
		(wanted.search == null || ipv6 || index(lc(line), wanted.search) !== -1) &&
		(wanted.client == null || ipv6 || index(line, wanted.client) !== -1)
	);
}

/** Whether the line is wanted, path aside. */
function passes(wanted: Filter, line: string): boolean {
	const flow = may_pass(wanted, line) ? parse_line(line) : null;
	return (
		flow != null &&
		(wanted.family == null || flow.family === wanted.family) &&
		(wanted.protocol == null || flow.protocol === wanted.protocol) &&
		(wanted.search == null || contains(flow, wanted.search)) &&
		(wanted.client == null || is_end_of(flow.original, wanted.client) || is_end_of(flow.reply, wanted.client))
	);
}

export { filter_from, needs_parsing, passes };
export type { Filter };
