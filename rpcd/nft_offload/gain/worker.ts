// SPDX-License-Identifier: Apache-2.0
/**
 * The comparison: a program of its own, started by /usr/libexec/nft-offload/start with its number, the mode, what is done at the
 * end, and in whose name. It measures, has the plugin start a trial of the other mode, as any caller would, measures again, and has
 * it kept or taken back. Where it dies, the change's own guard takes that back when its time is over.
 */
'use strict';
import type {
	Answer,
	Change,
	ChangeOutcome,
	Doubt,
	Effective,
	Mode,
	Passing,
	Phase,
	Problem
} from '../../api/index.ts';
import { now_ms, uptime } from 'nft_offload.base.clock';
import { run } from 'nft_offload.base.command';
import { is_accounting, conntrack_source } from 'nft_offload.base.conntrack.table';
import { question_of } from 'nft_offload.base.conntrack.line';
import { read_line } from 'nft_offload.base.files';
import { myself } from 'nft_offload.base.job';
import { ask_plugin } from 'nft_offload.base.plugin';
import { is_problem } from 'nft_offload.base.problem';
import { is_mode } from 'nft_offload.base.request';
import { number_or } from 'nft_offload.base.value';
import { compare, doubt_about, traffic_in } from 'nft_offload.gain.answer';
import { begin_latency, end_latency, gateway, latency_now } from 'nft_offload.gain.latency';
import {
	begin_look,
	largest_beside,
	look_once,
	look_when_due,
	moved_a_second,
	moved_so_far
} from 'nft_offload.gain.moved';
import type { Watch } from 'nft_offload.gain.moved';
import { is_by_devices, passed_by, phase_of } from 'nft_offload.gain.phase';
import {
	kernel_threads,
	page_server,
	passing_between,
	read_clock,
	read_now,
	ticks_between
} from 'nft_offload.gain.reading';
import type { Reading, Ways } from 'nft_offload.gain.reading';
import { save_job, stopped_by } from 'nft_offload.gain.record';
import type { Job } from 'nft_offload.gain.record';
import { gather } from 'nft_offload.state.evidence';
import { read_flowtables } from 'nft_offload.state.flowtable';
import { counted_devices } from 'nft_offload.state.load';
import { read_shapers } from 'nft_offload.state.qdiscs';

/** Milliseconds between two readings. */
const REST = 1000;
/** Seconds: for traffic to come, until it is not there by chance, until it is told that it goes elsewhere, and of a phase. */
const WAIT = 120;
const STEADY = 3;
const ELSEWHERE = 15;
const LASTS = 20;
/** Seconds that a router is given to load the other mode, and its connections to find their path; to prove it; and to go back. */
const LOAD_LIMIT = 90;
const SETTLE = 5;
const PROOF_LIMIT = 30;
const BACK_LIMIT = 120;
/** Seconds after which the change goes back, whatever becomes of us: a bit more than all of this can take. */
const CHANGE_SECONDS = 300;
/** Bits a second below which the router is at rest. */
const AT_REST = 1000000;

/** What a comparison has at hand. */
interface Bench {
	job: Job;
	ways: Ways;
	gateway: string | null;
	/** rpcd's process. */
	server: string | null;
	last: Reading;
}

/** From a moment on: what is counted then, and the connections that are watched. */
interface Span {
	first: Reading;
	watch: Watch;
}

/** Begins a step that ends in so many seconds at the latest; null where nobody knows. */
function enter(job: Job, step: Job['step'], seconds: number | null): void {
	job.step = step;
	job.step_ends = seconds == null ? null : uptime() + seconds;
	save_job(job);
}

function doubt(found: Doubt): Answer {
	return { code: 'cannot_tell', doubt: found };
}

function refused(problem: Problem): Answer {
	return doubt({ cause: 'refused', problem: problem });
}

/** What passed since a moment; where the devices miss it, as what an engine forwards, by what the connections have moved since then. */
function passed_since(span: Span, now: Reading, ways: Ways): Passing | null {
	look_when_due(span.watch);
	const passing = passing_between(span.first, now, ways);
	const moved = moved_so_far(span.watch);
	return is_by_devices(passing, moved) ? null : passed_by(passing, moved);
}

/** Waits a second and tells what passed in it. The answer where somebody has stopped the comparison. */
function tick(bench: Bench, span: Span | null): Answer | null {
	sleep(REST);
	const now = read_now(bench.server);
	const missed = span == null ? null : passed_since(span, now, bench.ways);
	bench.job.passing = missed ?? passing_between(bench.last, now, bench.ways);
	bench.last = now;
	save_job(bench.job);
	const wish = stopped_by(bench.job.id);
	return wish == null ? null : { code: 'stopped', by: wish.by };
}

/** Waits for traffic, as long as it may take. What there is in the end is measured, and judged, in any case. */
function wait_for_traffic(bench: Bench): Answer | null {
	const span: Span = { watch: begin_look(), first: read_now(bench.server) };
	enter(bench.job, 'waiting', WAIT);
	const limit = uptime() + WAIT;
	let steady = 0;
	let elsewhere = 0;
	while (steady < STEADY && elsewhere < ELSEWHERE && uptime() < limit) {
		const stopped = tick(bench, span);
		if (stopped != null) {
			return stopped;
		}
		const traffic = bench.job.passing == null ? 'little' : traffic_in(bench.job.passing);
		steady = traffic === 'enough' ? steady + 1 : 0;
		elsewhere = traffic === 'inside' ? elsewhere + 1 : 0;
	}
	return null;
}

/** Why a phase alone says nothing: with the connection that stayed beside the fast path, while it is there. */
function doubt_of(phase: Phase, watch: Watch): Doubt | null {
	const found = doubt_about(phase);
	if (found?.cause !== 'not_offloaded') {
		return found;
	}
	const flow = largest_beside(watch, phase.mode === 'hardware' ? 'hardware' : 'software');
	const told = flow == null ? null : ask_plugin('explain_flow', question_of(flow));
	const reasons = told == null || is_problem(told) ? [] : told.reasons;
	return { cause: 'not_offloaded', mode: found.mode, flow: flow, reasons: reasons };
}

/** What is set up, which has to be the mode that is measured; null where somebody has set another. */
function set_up_for(mode: Mode): Effective | null {
	const effective = read_flowtables();
	// nft is interrupted by a load beside it, and says nothing of either.
	return effective.error != null || effective.mode === mode ? effective : null;
}

/** Measures the mode that is set up, for as long as a phase lasts. What stops it is returned. */
function measure(bench: Bench, mode: Mode): Answer | null {
	const job = bench.job;
	const effective = set_up_for(mode);
	if (effective == null) {
		return doubt({ cause: 'change_ended', outcome: null });
	}
	const watch = begin_look();
	const ping = begin_latency(bench.gateway, LASTS);
	enter(job, 'measuring', LASTS);
	const threads = kernel_threads();
	const first = read_now(bench.server);
	bench.last = first;
	const limit = now_ms() + LASTS * 1000;
	let stopped: Answer | null = null;
	let clocks = 0;
	let seconds = 0;
	while (stopped == null && now_ms() < limit) {
		stopped = tick(bench, { watch: watch, first: first });
		clocks += read_clock();
		seconds += 1;
	}
	if (stopped != null) {
		// ping ends with us.
		return stopped;
	}
	const last = bench.last;
	const of_kernel = ticks_between(threads, kernel_threads());
	look_once(watch);
	const latency = end_latency(ping);
	if (set_up_for(mode) == null) {
		return doubt({ cause: 'change_ended', outcome: null });
	}
	const phase = phase_of({
		mode: mode,
		counter: effective.counter,
		lasted: int((last.at_us - first.at_us) / 1000),
		passing: passing_between(first, last, bench.ways, of_kernel),
		clock: int(clocks / seconds),
		moved: moved_a_second(watch),
		latency: latency
	});
	push(job.phases, phase);
	const found = doubt_of(phase, watch);
	return found == null ? null : doubt(found);
}

/** Whether the trial is set up, or on its way to be; and what ended it. */
type Standing = { stands: 'set_up' | 'coming' } | { stands: 'over'; outcome: ChangeOutcome | null };

function standing_of(change: Change, id: number | null): Standing {
	if (change.state === 'none' || change.state === 'lost' || change.report.id !== id) {
		return { stands: 'over', outcome: null };
	}
	switch (change.state) {
		case 'starting':
		case 'loading':
			return { stands: 'coming' };
		case 'proving':
			return { stands: 'set_up' };
		case 'reverting':
			return { stands: 'over', outcome: null };
		case 'ended':
			return { stands: 'over', outcome: change.outcome };
	}
}

/** Why the trial is not what was measured, or will not be; null where it is set up, or may still come. */
function why_over(job: Job, may_come: boolean): Answer | null {
	const change = ask_plugin('get_change', {});
	if (is_problem(change)) {
		return refused(change);
	}
	const standing = standing_of(change, job.change);
	if (standing.stands === 'set_up' || (may_come && standing.stands === 'coming')) {
		return null;
	}
	return doubt({ cause: 'change_ended', outcome: standing.stands === 'over' ? standing.outcome : null });
}

/** Has the other mode set up, on trial. */
function change_mode(bench: Bench): Answer | null {
	const job = bench.job;
	enter(job, 'changing', LOAD_LIMIT);
	const started = ask_plugin('start_change', { mode: job.mode, seconds: CHANGE_SECONDS, trial: true });
	if (is_problem(started)) {
		return refused(started);
	}
	job.change = started.state === 'none' ? null : started.state === 'lost' ? started.id : started.report.id;
	const limit = uptime() + LOAD_LIMIT;
	let answer = why_over(job, false);
	while (answer != null && uptime() < limit) {
		const over = tick(bench, null) ?? why_over(job, true);
		if (over != null) {
			return over;
		}
		answer = why_over(job, false);
	}
	return answer;
}

/** Lets the connections find their path. */
function settle(bench: Bench): Answer | null {
	let stopped: Answer | null = null;
	for (let second = 0; stopped == null && second < SETTLE; second++) {
		stopped = tick(bench, null);
	}
	return stopped;
}

/** A shaper that would be measured in the place of the router, be it passed by or not; null where there is none. */
function shaper_beside(): Answer | null {
	const shapers = read_shapers((path, words) => run(path, words).output);
	// What enters by a device is shaped in an ifb device, whose name says less.
	const found = filter(shapers, (each) => each.direction === 'ingress')[0] ?? shapers[0];
	return found == null ? null : doubt({ cause: 'shaped', device: found.device, kind: found.kind });
}

/** What makes a comparison idle before it begins, and the latency of a router at rest. */
function look_around(bench: Bench): Answer | null {
	const job = bench.job;
	enter(job, 'looking', null);
	if (!is_accounting() || conntrack_source() === 'none') {
		return doubt({ cause: 'not_counted' });
	}
	const shaped = shaper_beside();
	if (shaped != null) {
		return shaped;
	}
	const stopped = tick(bench, null);
	const passing = job.passing;
	if (passing != null && passing.received + passing.sent < AT_REST) {
		job.idle_latency = latency_now(bench.gateway);
	}
	return stopped;
}

/** From the mode that is set up to the other. What there is to say is said before anything is changed. */
function run_comparison(bench: Bench): Answer {
	const job = bench.job;
	const stopped =
		look_around(bench) ??
		wait_for_traffic(bench) ??
		measure(bench, job.previous) ??
		change_mode(bench) ??
		settle(bench) ??
		wait_for_traffic(bench) ??
		measure(bench, job.mode) ??
		why_over(job, false);
	const before = job.phases[0];
	const after = job.phases[1];
	if (stopped != null || before == null || after == null) {
		return stopped ?? doubt({ cause: 'change_ended', outcome: null });
	}
	const found = compare(before, after);
	return found.cause == null
		? { code: 'compared', limit: found.limit, better: found.better, kept: false }
		: doubt(found);
}

/** Waits until packets were seen to take the mode, for it is not kept before; whether they were. */
function becomes_proved(job: Job): boolean {
	const limit = uptime() + PROOF_LIMIT;
	while (uptime() < limit) {
		const change = ask_plugin('get_change', {});
		if (is_problem(change) || standing_of(change, job.change).stands !== 'set_up') {
			return false;
		}
		if (change.state === 'proving' && change.proof.lacks == null) {
			return true;
		}
		sleep(REST);
	}
	return false;
}

/** Whether nothing more comes of a change; a plugin that did not answer, or that memory was full for, is asked again. */
function is_done(change: Change | Problem): boolean {
	return is_problem(change)
		? change.problem !== 'no_answer' && change.problem !== 'internal'
		: change.state === 'ended' || change.state === 'none' || change.state === 'lost';
}

/** Keeps the mode where that was wanted, and has the router go back in any other case: whether it was kept. */
function end_change(job: Job, answer: Answer): boolean {
	const id = job.change;
	if (id == null) {
		return false;
	}
	const keeps = job.keep_better && answer.code === 'compared' && answer.better && becomes_proved(job);
	const method = keeps ? 'keep_change' : 'undo_change';
	const limit = uptime() + BACK_LIMIT;
	let change = ask_plugin(method, { id: id });
	// The guard may be loading the firewall, and takes the decision up when it is done.
	while (uptime() < limit && !is_done(change)) {
		sleep(REST);
		change = is_problem(change) ? ask_plugin(method, { id: id }) : ask_plugin('get_change', {});
	}
	return !is_problem(change) && change.state === 'ended' && change.outcome.code === 'kept';
}

/** The devices to count at: those that offloaded packets pass, too. */
function ways_of(): Ways {
	const evidence = gather();
	const ways: Ways = { uplinks: [], inside: [] };
	map(counted_devices(evidence.devices, evidence.effective.mode), (each) => {
		push(each.side === 'wan' ? ways.uplinks : ways.inside, each.name);
	});
	return ways;
}

function new_job(mode: Mode): Job {
	const being = myself();
	const by = ARGV[3] ?? '';
	return {
		pid: being.pid,
		born: being.born,
		id: number_or(ARGV[0] ?? null, 0),
		by: by === '' ? null : by,
		previous: read_flowtables().mode,
		mode: mode,
		keep_better: ARGV[2] === 'keep_better',
		kernel: read_line('/proc/sys/kernel/osrelease'),
		began: clock(false)[0],
		change: null,
		idle_latency: null,
		phases: [],
		step: 'looking',
		step_ends: null,
		passing: null,
		answer: null
	};
}

function work(mode: Mode): void {
	const job = new_job(mode);
	save_job(job);
	const server = page_server();
	const bench: Bench = {
		job: job,
		ways: ways_of(),
		gateway: gateway(),
		server: server,
		last: read_now(server)
	};
	const answer = run_comparison(bench);
	enter(job, 'ending', BACK_LIMIT);
	const kept = end_change(job, answer);
	if (answer.code === 'compared') {
		answer.kept = kept;
	}
	job.answer = answer;
	// Memory may be full for a while.
	const limit = uptime() + BACK_LIMIT;
	while (!save_job(job) && uptime() < limit) {
		sleep(REST);
	}
}

const wanted_mode = ARGV[1];
if (is_mode(wanted_mode)) {
	work(wanted_mode);
}
