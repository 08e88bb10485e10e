// SPDX-License-Identifier: Apache-2.0
/** get_flows: totals and one page of the connection tracking table, in one pass and constant memory. */
import type { Flow, Flows, FlowsArguments, FlowSort, Path, ProblemOf, Total } from '../api.ts';
import { now_us } from 'nft_offload.board';
import { parse_line } from 'nft_offload.conntrack';
import { add, counters_of, no_total, size_of } from 'nft_offload.counters';
import { filter_from, needs_parsing, passes } from 'nft_offload.filter';
import type { Filter } from 'nft_offload.filter';
import { descending, new_largest, offer } from 'nft_offload.largest';
import type { Largest } from 'nft_offload.largest';
import { conntrack_source, each_text, open_table } from 'nft_offload.table';

/** What a pass over the table adds up and keeps. */
interface Pass {
	wanted: Filter;
	parsing: boolean;
	sort: FlowSort;
	totals: Record<Path, Total>;
	matched: Total;
	largest: Largest;
	skipped: number;
}

function read_line(pass: Pass, line: string): void {
	const counters = counters_of(line);
	if (counters == null) {
		pass.skipped += 1;
		return;
	}
	add(pass.totals[counters.path], counters);
	if (pass.wanted.path != null && pass.wanted.path !== counters.path) {
		return;
	}
	if (pass.parsing && !passes(pass.wanted, line)) {
		return;
	}
	add(pass.matched, counters);
	offer(pass.largest, size_of(counters, pass.sort), line);
}

function read_text(pass: Pass, text: string): void {
	const lines = split(text, '\n');
	for (let i = 0; i < length(lines) - 1; i++) {
		read_line(pass, lines[i] ?? '');
	}
}

function page(pass: Pass, offset: number): Flow[] {
	const lines = descending(pass.largest);
	const flows: Flow[] = [];
	for (let i = offset; i < length(lines); i++) {
		const flow = parse_line(lines[i] ?? '');
		if (flow != null) {
			push(flows, flow);
		}
	}
	return flows;
}

function new_pass(request: FlowsArguments, kept: number): Pass {
	const wanted = filter_from(request);
	return {
		wanted: wanted,
		parsing: needs_parsing(wanted),
		sort: request.sort ?? 'bytes',
		totals: { cpu: no_total(), software: no_total(), hardware: no_total() },
		matched: no_total(),
		largest: new_largest(kept),
		skipped: 0
	};
}

function get_flows(request: FlowsArguments): Flows | ProblemOf<'no_conntrack'> {
	const started = now_us();
	const source = conntrack_source();
	const table = source === 'none' ? null : open_table(source);
	if (table == null || source === 'none') {
		return { problem: 'no_conntrack', install: 'conntrack' };
	}
	const limit = request.limit ?? 50;
	const offset = request.offset ?? 0;
	const pass = new_pass(request, limit === 0 ? 0 : offset + limit);
	const left_out = each_text(table, (text) => {
		read_text(pass, text);
	});
	table.close();
	return {
		totals: pass.totals,
		matched: pass.matched,
		flows: page(pass, offset),
		skipped: pass.skipped + left_out,
		source: source,
		took_us: now_us() - started
	};
}

export { get_flows };
