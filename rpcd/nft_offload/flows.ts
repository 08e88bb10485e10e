// SPDX-License-Identifier: Apache-2.0
/** get_flows: totals and one page of the connection tracking table, in one pass and constant memory. */
import type { Flow, Flows, FlowsArguments, Path, ProblemOf, Total } from '../api.ts';
import { now_us } from 'nft_offload.board';
import { add_text } from 'nft_offload.bulk';
import type { Kept } from 'nft_offload.bulk';
import { parse_line } from 'nft_offload.conntrack';
import { add, add_counters, counters_of, no_total, size_of, WEIGHTS } from 'nft_offload.counters';
import type { Counters } from 'nft_offload.counters';
import { filter_from, is_selective, passes } from 'nft_offload.filter';
import type { Filter } from 'nft_offload.filter';
import { descending, new_largest, offer } from 'nft_offload.largest';
import type { Largest } from 'nft_offload.largest';
import { conntrack_source, each_text, open_table } from 'nft_offload.table';

/** What a pass over the table adds up and keeps. */
interface Pass {
	wanted: Filter;
	/** Whether every line has to be looked at. */
	selective: boolean;
	kept: Kept;
	totals: Record<Path, Total>;
	matched: Total;
	skipped: number;
}

/** For lines that are counted first and looked at afterwards. */
const NOTHING: Kept = { path: null, weights: WEIGHTS.bytes, largest: new_largest(0) };

/** Takes a line that is wanted. */
function keep(pass: Pass, counters: Counters, line: string): void {
	add_counters(pass.matched, counters);
	offer(pass.kept.largest, size_of(counters, pass.kept.weights), line);
}

/** Counts and keeps line by line. */
function read_lines(pass: Pass, lines: string[]): void {
	for (let i = 0; i < length(lines) - 1; i++) {
		const line = lines[i] ?? '';
		const counters = counters_of(line);
		if (counters == null) {
			pass.skipped += 1;
			continue;
		}
		add_counters(pass.totals[counters.path], counters);
		if (passes(pass.wanted, line)) {
			keep(pass, counters, line);
		}
	}
}

/** Keeps what is wanted of lines that are already counted. */
function select_lines(pass: Pass, lines: string[]): void {
	for (let i = 0; i < length(lines) - 1; i++) {
		const line = lines[i] ?? '';
		const counters = passes(pass.wanted, line) ? counters_of(line) : null;
		if (counters != null) {
			keep(pass, counters, line);
		}
	}
}

function read_text(pass: Pass, text: string): void {
	if (!add_text(pass.totals, pass.selective ? NOTHING : pass.kept, text)) {
		read_lines(pass, split(text, '\n'));
	} else if (pass.selective) {
		select_lines(pass, split(text, '\n'));
	}
}

/** What passes the filter. Where that is decided by the path alone the totals tell it. */
function matched_by(pass: Pass): Total {
	if (pass.selective) {
		return pass.matched;
	}
	if (pass.wanted.path != null) {
		return pass.totals[pass.wanted.path];
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
		wanted: wanted,
		selective: is_selective(wanted),
		kept: { path: wanted.path, weights: WEIGHTS[request.sort ?? 'bytes'], largest: new_largest(capacity) },
		totals: { cpu: no_total(), software: no_total(), hardware: no_total() },
		matched: no_total(),
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
		read_text(pass, text);
	});
	table.close();
	return {
		totals: pass.totals,
		matched: matched_by(pass),
		flows: page(pass.kept.largest, request.offset ?? 0),
		skipped: pass.skipped + left_out,
		source: source,
		took_us: now_us() - started
	};
}

export { get_flows };
