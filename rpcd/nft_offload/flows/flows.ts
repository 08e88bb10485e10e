// SPDX-License-Identifier: Apache-2.0
/** get_flows: totals and one page of the connection tracking table, in one pass and constant memory. */
import type { Breakdown, Flow, Flows, FlowsArguments, Path, ProblemOf, Total } from '../../api/index.ts';
import { own_addresses } from 'nft_offload.base.address';
import { now_ms, now_us } from 'nft_offload.base.clock';
import { add_all } from 'nft_offload.flows.bulk';
import type { Kept } from 'nft_offload.flows.bulk';
import { parse_line } from 'nft_offload.base.conntrack.line';
import { add_counters, add_total, no_total, no_totals, size_of } from 'nft_offload.base.conntrack.counters';
import { filter_from, is_selective, passes } from 'nft_offload.flows.filter';
import type { Filter } from 'nft_offload.flows.filter';
import { descending, keep, new_largest } from 'nft_offload.flows.largest';
import type { Largest } from 'nft_offload.flows.largest';
import { counters_at, cut_line } from 'nft_offload.base.conntrack.pieces';
import { in_time } from 'nft_offload.base.command';
import { conntrack_source, each_text, open_table } from 'nft_offload.base.conntrack.table';
import { clients_page, no_breakdown, no_clients, tally_client, tally_lines } from 'nft_offload.flows.tally';
import type { ClientTally } from 'nft_offload.flows.tally';

/** The rows sent when nobody says how many. */
const USUAL_LIMIT = 50;

/** What a pass over the table adds up and keeps. */
interface Pass {
	wanted: Filter;
	/** Whether the rows asked for are the largest of a path or of all, so that no line needs a look at its ends. */
	plain: boolean;
	kept: Kept;
	totals: Record<Path, Total>;
	/** The sums of what is wanted; not kept up by a plain pass, where the totals tell. */
	matched: Total;
	/** Null where nobody asked for it. */
	clients: ClientTally | null;
	breakdown: Breakdown | null;
	/** The router's own addresses, for the breakdown. */
	own: Record<string, true>;
	skipped: number;
}

/** Takes line k of what a text was cut into, if it is wanted. `line` is the line itself where it had to be cut alone. */
function take_line(pass: Pass, pieces: string[], k: number, line: string | null): void {
	if (!passes(pass.wanted, pieces, k, line)) {
		return;
	}
	const counters = counters_at(pieces, k);
	const size = size_of(counters, pass.kept.sort);
	add_counters(pass.matched, counters);
	if (pass.clients != null) {
		tally_client(pass.clients, pieces[4 * k] ?? '', counters, size);
	}
	keep(pass.kept.largest, size, pieces, k, line);
}

/** Takes lines of which some are not like the others: each is parsed. */
function take_mixed(pass: Pass, lines: string[]): void {
	for (let i = 0; i < length(lines) - 1; i++) {
		const line = lines[i] ?? '';
		const pieces = cut_line(line);
		if (pieces == null) {
			pass.skipped += 1;
			continue;
		}
		const counters = counters_at(pieces, 0);
		add_counters(pass.totals[counters.path], counters);
		if (pass.breakdown != null) {
			tally_lines(pass.breakdown, pass.own, pieces);
		}
		take_line(pass, pieces, 0, line);
	}
}

function take_text(pass: Pass, text: string): void {
	const pieces = add_all(pass.totals, pass.plain ? pass.kept : null, text);
	if (pieces == null) {
		take_mixed(pass, split(text, '\n'));
		return;
	}
	if (pass.breakdown != null) {
		tally_lines(pass.breakdown, pass.own, pieces);
	}
	for (let k = 0; !pass.plain && 4 * k + 1 < length(pieces); k++) {
		take_line(pass, pieces, k, null);
	}
}

/** The sums of what is wanted. A plain pass wants one path or all. */
function matched_by(pass: Pass): Total {
	if (!pass.plain) {
		return pass.matched;
	}
	if (pass.wanted.path != null) {
		return pass.totals[pass.wanted.path];
	}
	const all = no_total();
	map(values(pass.totals), (total) => {
		add_total(all, total);
	});
	return all;
}

function page(largest: Largest, offset: number): Flow[] {
	return filter(map(slice(descending(largest), offset), parse_line), (flow) => flow != null);
}

function new_pass(request: FlowsArguments): Pass {
	const wanted = filter_from(request);
	const grouped = request.group != null;
	const divided = request.breakdown === true;
	const limit = grouped ? 0 : (request.limit ?? USUAL_LIMIT);
	return {
		wanted: wanted,
		plain: !is_selective(wanted) && !grouped,
		kept: {
			path: wanted.path,
			sort: request.sort ?? 'bytes',
			largest: new_largest(limit === 0 ? 0 : (request.offset ?? 0) + limit)
		},
		totals: no_totals(),
		matched: no_total(),
		clients: grouped ? no_clients() : null,
		breakdown: divided ? no_breakdown() : null,
		own: divided ? own_addresses() : {},
		skipped: 0
	};
}

function answer(pass: Pass, request: FlowsArguments, source: Flows['source'], skipped: number): Flows {
	const offset = request.offset ?? 0;
	const flows: Flows = {
		totals: pass.totals,
		matched: matched_by(pass),
		flows: page(pass.kept.largest, offset),
		skipped: skipped,
		source: source,
		at_ms: now_ms(),
		took_us: 0
	};
	if (pass.clients != null) {
		flows.clients = clients_page(pass.clients, offset, request.limit ?? USUAL_LIMIT);
		flows.client_count = pass.clients.count;
	}
	if (pass.breakdown != null) {
		flows.breakdown = pass.breakdown;
	}
	return flows;
}

function get_flows(request: FlowsArguments): Flows | ProblemOf<'no_conntrack'> | ProblemOf<'no_answer'> {
	const started = now_us();
	const source = conntrack_source();
	const table = source === 'none' ? null : open_table(source);
	if (table == null || source === 'none') {
		return { problem: 'no_conntrack', install: 'conntrack' };
	}
	const pass = new_pass(request);
	const left_out = each_text(table, (text) => {
		take_text(pass, text);
	});
	if (!in_time(table.close())) {
		return { problem: 'no_answer', program: source };
	}
	const flows = answer(pass, request, source, pass.skipped + left_out);
	flows.took_us = now_us() - started;
	return flows;
}

export { get_flows };
