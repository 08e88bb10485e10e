// SPDX-License-Identifier: Apache-2.0
/** get_flows: totals and one page of the connection tracking table, in one pass and constant memory. */
import type { Breakdown, Flow, Flows, FlowsArguments, ProblemOf, Total } from '../../api/index.ts';
import { own_addresses } from 'nft_offload.base.address';
import { now_ms, now_us } from 'nft_offload.base.clock';
import { in_time } from 'nft_offload.base.command';
import { add_text } from 'nft_offload.base.conntrack.bulk';
import type { Large } from 'nft_offload.base.conntrack.bulk';
import { add_counters, add_total, no_sums, no_total, size_of } from 'nft_offload.base.conntrack.counters';
import type { Sums } from 'nft_offload.base.conntrack.counters';
import { parse_line } from 'nft_offload.base.conntrack.line';
import { counters_at, source_in } from 'nft_offload.base.conntrack.pieces';
import type { Cut } from 'nft_offload.base.conntrack.pieces';
import { conntrack_source, open_table } from 'nft_offload.base.conntrack.table';
import { TO_THE_END, each_text } from 'nft_offload.base.lines';
import { filter_from, is_selective, passes } from 'nft_offload.flows.filter';
import type { Filter } from 'nft_offload.flows.filter';
import { descending, keep, new_largest, reaches } from 'nft_offload.base.conntrack.largest';
import type { Largest } from 'nft_offload.base.conntrack.largest';
import { deciders_of, keeper_of, known_for } from 'nft_offload.state.policy.decide';
import { rules_in_force } from 'nft_offload.state.policy.force';
import { leave_whole_look } from 'nft_offload.state.whole_look';
import { clients_page, no_breakdown, no_clients, tally_client, tally_lines } from 'nft_offload.flows.tally';
import type { ClientTally } from 'nft_offload.flows.tally';

/** The rows sent when nobody says how many. */
const USUAL_LIMIT = 50;

/** The most addresses of the router's own that are told. */
const OWN = 256;

/** What a pass over the table adds up and keeps. */
interface Pass {
	wanted: Filter;
	/** Whether the rows asked for are the largest of a path or of all, so that no line needs a look at its ends. */
	plain: boolean;
	largest: Largest;
	sums: Sums;
	/** The sums of what is wanted; not kept up by a plain pass, where the totals tell. */
	matched: Total;
	/** Null where nobody asked for it. */
	clients: ClientTally | null;
	breakdown: Breakdown | null;
	/** The router's own addresses, for the breakdown. */
	own: Record<string, true>;
	skipped: number;
}

/** Adds up the wanted lines of what a text was cut into. Returns those that may be among the largest. */
function take_wanted(pass: Pass, cut: Cut): Large {
	const bar = pass.largest.bar;
	const large: Large = { lines: [], sizes: [] };
	const step = cut.form.step;
	for (let i = 0; i < length(cut.pieces) - 1; i += step) {
		if (!passes(pass.wanted, cut, i)) {
			continue;
		}
		const counters = counters_at(cut, i);
		const size = size_of(counters, bar.sort);
		add_counters(pass.matched, counters);
		if (pass.clients != null) {
			tally_client(pass.clients, source_in(cut.pieces[i + cut.form.original] ?? ''), counters, size);
		}
		if (reaches(bar, cut, i, size)) {
			push(large.lines, i);
			push(large.sizes, size);
		}
	}
	return large;
}

function take_text(pass: Pass, text: string): void {
	pass.skipped += add_text(pass.sums, pass.plain ? pass.largest.bar : null, text, (cut, large) => {
		if (pass.breakdown != null) {
			tally_lines(pass.breakdown, pass.own, cut);
		}
		keep(pass.largest, cut, pass.plain ? large : take_wanted(pass, cut));
	});
}

/** The sums of what is wanted. A plain pass wants one path or all. */
function matched_by(pass: Pass): Total {
	if (!pass.plain) {
		return pass.matched;
	}
	if (pass.wanted.path != null) {
		return pass.sums.totals[pass.wanted.path];
	}
	const all = no_total();
	map(values(pass.sums.totals), (total) => {
		add_total(all, total);
	});
	return all;
}

function page(largest: Largest, offset: number): Flow[] {
	const lines = slice(descending(largest), offset);
	const rules = length(lines) > 0 ? rules_in_force() : [];
	const deciders = deciders_of(rules);
	const known = length(rules) > 0 ? known_for(rules) : null;
	const flows = map(lines, (line) => {
		const flow = parse_line(line);
		if (known != null && flow != null && flow.path === 'cpu') {
			const keeper = keeper_of(deciders, known, flow, line);
			const rule = keeper === -1 ? null : rules[keeper];
			if (rule != null) {
				flow.kept = rule.name;
			}
		}
		return flow;
	});
	return filter(flows, (flow) => flow != null);
}

function new_pass(request: FlowsArguments): Pass {
	const wanted = filter_from(request);
	const grouped = request.group != null;
	const divided = request.breakdown === true;
	const limit = grouped ? 0 : (request.limit ?? USUAL_LIMIT);
	return {
		wanted: wanted,
		plain: !is_selective(wanted) && !grouped,
		largest: new_largest(
			limit === 0 ? 0 : (request.offset ?? 0) + limit,
			wanted.path,
			request.sort ?? 'bytes'
		),
		sums: no_sums(),
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
		totals: pass.sums.totals,
		matched: matched_by(pass),
		flows: page(pass.largest, offset),
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
		pass.breakdown.own = slice(sort(keys(pass.own)), 0, OWN);
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
	const reading = each_text(table, TO_THE_END, (text) => {
		take_text(pass, text);
	});
	if (!in_time(table.close())) {
		return { problem: 'no_answer', program: source };
	}
	leave_whole_look(pass.sums.moving);
	const flows = answer(pass, request, source, pass.skipped + reading.left_out);
	flows.took_us = now_us() - started;
	return flows;
}

export { get_flows };
