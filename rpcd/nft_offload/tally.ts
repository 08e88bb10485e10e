// SPDX-License-Identifier: Apache-2.0
/** Sums of the table by family, protocol and client. A line is cut only as far as they need. */
import type { Breakdown, ClientTotal, Family, Path, Total } from '../api.ts';
import { short_address } from 'nft_offload.address';
import { first_word } from 'nft_offload.conntrack';
import { add_counters, no_total } from 'nft_offload.counters';
import type { Counters } from 'nft_offload.counters';

/** The most clients that are told apart: whoever invents addresses must not fill the memory. */
const CLIENTS = 1024;

/** What a line says before its first tuple, and both ends of its connection. */
interface Ends {
	head: string;
	source: string;
	/** Who answers: the destination, or whom it was translated to. */
	answerer: string;
}

/** A client's sums, and the figure that clients are ordered by. */
interface ClientSums {
	paths: Record<Path, Total>;
	size: number;
}

interface ClientTally {
	clients: Record<string, ClientSums>;
	/** All clients, those that are not told apart among them. */
	count: number;
}

function no_totals(): Record<Path, Total> {
	return { cpu: no_total(), software: no_total(), hardware: no_total() };
}

function no_breakdown(): Breakdown {
	return {
		family: { ipv4: no_totals(), ipv6: no_totals() },
		protocol: { tcp: no_totals(), udp: no_totals(), other: no_totals() },
		eligible: no_totals()
	};
}

function no_clients(): ClientTally {
	return { clients: {}, count: 0 };
}

function ends_of(line: string): Ends {
	const parts = split(line, ' src=');
	return {
		head: ` ${parts[0] ?? ''} `,
		source: first_word(parts[1] ?? ''),
		answerer: first_word(parts[2] ?? '')
	};
}

function add_to(totals: Record<Path, Total>, counters: Counters): void {
	add_counters(totals[counters.path], counters);
}

/** Adds a line. `own` has the router's addresses. */
function tally_line(breakdown: Breakdown, own: Record<string, true>, line: string, counters: Counters): void {
	const ends = ends_of(line);
	const family: Family = index(ends.source, ':') === -1 ? 'ipv4' : 'ipv6';
	const protocol =
		index(ends.head, ' tcp ') !== -1 ? 'tcp' : index(ends.head, ' udp ') !== -1 ? 'udp' : 'other';
	add_to(breakdown.family[family], counters);
	add_to(breakdown.protocol[protocol], counters);
	const local = exists(own, ends.source) || exists(own, ends.answerer);
	if (protocol !== 'other' && !local && index(line, '[UNREPLIED]') === -1) {
		add_to(breakdown.eligible, counters);
	}
}

/** Adds a line to the sums of who started its connection. */
function tally_client(tally: ClientTally, line: string, counters: Counters, size: number): void {
	const address = ends_of(line).source;
	let sums = tally.clients[address];
	if (sums == null) {
		tally.count += 1;
		if (tally.count > CLIENTS) {
			return;
		}
		sums = { paths: no_totals(), size: 0 };
		tally.clients[address] = sums;
	}
	sums.size += size;
	add_to(sums.paths, counters);
}

/** One page of the clients, largest first, equal ones by their address. */
function clients_page(tally: ClientTally, offset: number, limit: number): ClientTotal[] {
	const size = (address: string): number => tally.clients[address]?.size ?? 0;
	const addresses = sort(keys(tally.clients), (a, b) => {
		const difference = size(b) - size(a);
		return difference !== 0 ? difference : a < b ? -1 : 1;
	});
	return map(slice(addresses, offset, offset + limit), (address) => ({
		address: short_address(address),
		paths: tally.clients[address]?.paths ?? no_totals()
	}));
}

export { clients_page, no_breakdown, no_clients, tally_client, tally_line };
export type { ClientTally };
