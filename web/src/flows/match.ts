// SPDX-License-Identifier: Apache-2.0
/** What the rows at hand say to a new question, until the router has answered it. */
import type { Flow } from '../../../rpcd/api/index.ts';
import { shortenIPv6 } from '../ui/format.ts';
import { directionOf, measureOf, type Query } from './query.ts';
import type { Row } from './rows.ts';

/** The rows that a query would keep, in its order. They are at most what was loaded: the router may find more. */
export function narrowed(rows: readonly Row[], query: Query): Row[] {
	const search = query.search.toLowerCase();
	const client = query.client === null ? null : shortenIPv6(query.client);
	return rows
		.filter(
			({ flow }) =>
				(query.path === null || flow.path === query.path) &&
				(query.family === null || flow.family === query.family) &&
				(query.protocol === null || flow.protocol === query.protocol) &&
				(client === null || addresses(flow).some((address) => shortenIPv6(address) === client)) &&
				contains(flow, search)
		)
		.sort((a, b) => size(b.flow, query) - size(a.flow, query))
		.slice(0, query.sort === 'rate' ? undefined : query.limit);
}

const addresses = ({ original, reply }: Flow) => [
	original.source,
	original.destination,
	reply.source,
	reply.destination
];

function contains(flow: Flow, search: string): boolean {
	if (search === '') return true;
	const { original, reply, state } = flow;
	const ports = [
		original.source_port,
		original.destination_port,
		reply.source_port,
		reply.destination_port
	].map(String);
	const texts = [...addresses(flow), ...addresses(flow).map(shortenIPv6), ...ports, state ?? ''];
	return texts.some((text) => text.toLowerCase().includes(search));
}

function size({ original, reply }: Flow, { sort }: Query): number {
	const measure = measureOf(sort);
	const direction = directionOf(sort);
	const sent = direction === 'reply' ? 0 : (original[measure] ?? 0);
	return sent + (direction === 'original' ? 0 : (reply[measure] ?? 0));
}
