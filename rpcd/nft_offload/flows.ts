// SPDX-License-Identifier: Apache-2.0
/** get_flows: totals and one page of the connection tracking table, in one pass and constant memory. */
import type { Flow, Flows, FlowsArguments, Path, ProblemOf, Total } from '../api.ts';
import { now_us } from 'nft_offload.board';
import { add_text } from 'nft_offload.bulk';
import type { Selection } from 'nft_offload.bulk';
import { parse_line } from 'nft_offload.conntrack';
import { add, add_counters, counters_of, no_total, size_of, WEIGHTS } from 'nft_offload.counters';
import { filter_from, is_selective, passes } from 'nft_offload.filter';
import { descending, new_largest, offer } from 'nft_offload.largest';
import type { Largest } from 'nft_offload.largest';
import { conntrack_source, each_text, open_table } from 'nft_offload.table';

/** What a pass over the table adds up and keeps. */
interface Pass {
	selection: Selection;
	totals: Record<Path, Total>;
	skipped: number;
}

/** Adds up and keeps line by line, where lines are not alike. */
function read_lines(pass: Pass, lines: string[]): void {
	const selection = pass.selection;
	for (let i = 0; i < length(lines) - 1; i++) {
		const line = lines[i] ?? '';
		const counters = counters_of(line);
		if (counters == null) {
			pass.skipped += 1;
			continue;
		}
		add_counters(pass.totals[counters.path], counters);
		if (passes(selection.wanted, line)) {
			add_counters(selection.matched, counters);
			offer(selection.largest, size_of(counters, selection.weights), line);
		}
	}
}

/** What is wanted. Where the path decides alone the totals tell it. */
function matched_by(pass: Pass): Total {
	const path = pass.selection.wanted.path;
	if (pass.selection.selective) {
		return pass.selection.matched;
	}
	if (path != null) {
		return pass.totals[path];
	}
	const all = no_total();
	map([pass.totals.cpu, pass.totals.software, pass.totals.hardware], (total) => {
		add(all, total.flows, total.bytes, total.packets);
	});
	return all;
}

function page(largest: Largest, offset: number): Flow[] {
	const lines = descending(largest);
	const flows: Flow[] = [];
	for (let i = offset; i < length(lines); i++) {
		const flow = parse_line(lines[i] ?? '');
		if (flow != null) {
			push(flows, flow);
		}
	}
	return flows;
}

function new_pass(request: FlowsArguments): Pass {
	const wanted = filter_from(request);
	const limit = request.limit ?? 50;
	const capacity = limit === 0 ? 0 : (request.offset ?? 0) + limit;
	return {
		selection: {
			wanted: wanted,
			selective: is_selective(wanted),
			matched: no_total(),
			weights: WEIGHTS[request.sort ?? 'bytes'],
			largest: new_largest(capacity)
		},
		totals: { cpu: no_total(), software: no_total(), hardware: no_total() },
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
	const pass = new_pass(request);
	const left_out = each_text(table, (text) => {
		if (!add_text(pass.totals, pass.selection, text)) {
			read_lines(pass, split(text, '\n'));
		}
	});
	table.close();
	return {
		totals: pass.totals,
		matched: matched_by(pass),
		flows: page(pass.selection.largest, request.offset ?? 0),
		skipped: pass.skipped + left_out,
		source: source,
		took_us: now_us() - started
	};
}

export { get_flows };
