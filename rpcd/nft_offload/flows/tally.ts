// SPDX-License-Identifier: Apache-2.0
/** Sums of the table by family, protocol and client. */
import type { Breakdown, ClientTotal, Family, Path, Total } from '../../api/index.ts';
import { short_address } from 'nft_offload.base.address';
import { add_counters, add_totals, no_totals } from 'nft_offload.base.conntrack.counters';
import type { Counters } from 'nft_offload.base.conntrack.counters';
import { counters_at, family_in, head_of, source_in } from 'nft_offload.base.conntrack.pieces';
import type { Cut } from 'nft_offload.base.conntrack.pieces';

/** The most clients that are told apart: whoever invents addresses must not fill the memory. */
const CLIENTS = 1024;

/** The sums of the lines that begin with the same words. */
interface Kind {
	family: Family;
	protocol: keyof Breakdown['protocol'];
	all: Record<Path, Total>;
	eligible: Record<Path, Total>;
}

/** A client's sums, and the figure that clients are ordered by. */
interface ClientSums {
	paths: Record<Path, Total>;
	size: number;
}

interface ClientTally {
	clients: Record<string, ClientSums>;
	/** How many are told apart; one more than can be when there are others. */
	count: number;
}

function no_breakdown(): Breakdown {
	return {
		family: { ipv4: no_totals(), ipv6: no_totals() },
		protocol: { tcp: no_totals(), udp: no_totals(), other: no_totals() },
		eligible: no_totals(),
		own: []
	};
}

function no_clients(): ClientTally {
	return { clients: {}, count: 0 };
}

function new_kind(head: string, original: string): Kind {
	return {
		family: family_in(original),
		protocol: index(` ${head}`, ' tcp ') !== -1 ? 'tcp' : index(` ${head}`, ' udp ') !== -1 ? 'udp' : 'other',
		all: no_totals(),
		eligible: no_totals()
	};
}

/**
 * Whether TCP in line `i` is established: only then a flowtable takes it (nft_flow_offload.c, nft_flow_offload_eval), and what it has
 * taken has no state.
 */
function is_established(cut: Cut, i: number, path: Path): boolean {
	return path !== 'cpu' || index(cut.pieces[i] ?? '', ' ESTABLISHED') !== -1;
}

/** Whether line `i` is of a connection that was answered, and neither from nor to the router itself. */
function is_forwarded(own: Record<string, true>, cut: Cut, i: number): boolean {
	const pieces = cut.pieces;
	return (
		index(pieces[i + cut.form.between] ?? '', '[UNREPLIED]') === -1 &&
		!exists(own, source_in(pieces[i + cut.form.original] ?? '')) &&
		!exists(own, source_in(pieces[i + 2] ?? ''))
	);
}

/** Adds the lines that a text was cut into. `own` has the router's addresses. */
function tally_lines(breakdown: Breakdown, own: Record<string, true>, cut: Cut): void {
	const kinds: Record<string, Kind> = {};
	const pieces = cut.pieces;
	const step = cut.form.step;
	for (let i = 0; i < length(pieces) - 1; i += step) {
		const counters = counters_at(cut, i);
		const head = head_of(pieces[i] ?? '');
		const kind = kinds[head] ?? new_kind(head, pieces[i + cut.form.original] ?? '');
		kinds[head] = kind;
		add_counters(kind.all[counters.path], counters);
		if (
			kind.protocol !== 'other' &&
			(kind.protocol === 'udp' || is_established(cut, i, counters.path)) &&
			is_forwarded(own, cut, i)
		) {
			add_counters(kind.eligible[counters.path], counters);
		}
	}
	map(values(kinds), (kind) => {
		add_totals(breakdown.family[kind.family], kind.all);
		add_totals(breakdown.protocol[kind.protocol], kind.all);
		add_totals(breakdown.eligible, kind.eligible);
	});
}

/** Adds a connection to the sums of the address that started it. */
function tally_client(tally: ClientTally, address: string, counters: Counters, size: number): void {
	let sums = tally.clients[address];
	if (sums == null) {
		tally.count = min(tally.count, CLIENTS) + 1;
		if (tally.count > CLIENTS) {
			return;
		}
		sums = { paths: no_totals(), size: 0 };
		tally.clients[address] = sums;
	}
	sums.size += size;
	add_counters(sums.paths[counters.path], counters);
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

export { clients_page, no_breakdown, no_clients, tally_client, tally_lines };
export type { ClientTally };
