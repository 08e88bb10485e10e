// SPDX-License-Identifier: Apache-2.0
/** The job that installs the package, as the page sees it: started, watched, and never waited for. */
import { stat } from 'fs';
import type { Failure, Job, JobReport, Problem } from '../../api/index.ts';
import { uptime } from 'nft_offload.base.clock';
import { launch } from 'nft_offload.base.command';
import type { Outcome } from 'nft_offload.base.command';
import { BUSY, comes_soon, is_lock_of_guard, lives, START } from 'nft_offload.base.job';
import { LOG, read_log, read_state } from 'nft_offload.install.job_files';
import type { JobState } from 'nft_offload.install.job_files';
import { printable } from 'nft_offload.base.printable';
import { running_change } from 'nft_offload.state.pending';

/** Bytes of the log in one reply; each may become four. */
const PIECE = 8192;

function report(state: JobState, offset: number): JobReport {
	const piece = read_log(offset, PIECE);
	const next = offset + length(piece);
	return {
		id: state.id,
		step: state.step,
		step_seconds: max(uptime() - state.step_started, 0),
		step_limit: state.step_limit,
		progress: state.progress,
		log: printable(piece),
		log_next: next,
		log_more: next < (stat(LOG)?.size ?? 0)
	};
}

/** The job, and its log from an offset on. One that should run and has no process any more was interrupted. */
function get_job(offset: number): Job {
	const first = read_state();
	const lost = first?.state === 'running' && !lives(first);
	// The process may have written down its end and gone between the two looks.
	const state = lost ? read_state() : first;
	if (state == null) {
		return { state: 'none' };
	}
	const told = report(state, offset);
	if (state.state === 'succeeded') {
		return { state: 'succeeded', report: told, changes: state.changes };
	}
	if (state.state === 'running' && !lost) {
		return { state: 'running', report: told };
	}
	const failure: Failure = state.failure ?? { code: 'interrupted' };
	return { state: 'failed', report: told, changes: state.changes, failure: failure };
}

/** Has it start. The guard of a change that has just ended is waited for. */
function launch_job(id: number): Outcome {
	let outcome = launch(START, ['install', `${id}`]);
	if (outcome.status === BUSY && is_lock_of_guard() && running_change() == null) {
		comes_soon(() => {
			outcome = launch(START, ['install', `${id}`]);
			return outcome.status !== BUSY;
		});
	}
	return outcome;
}

/** Starts the job, and answers with it as soon as it lives. */
function install_package(): Job | Problem {
	const moment = clock(true);
	const id = moment[0] * 1000 + int(moment[1] / 1000000);
	const outcome = launch_job(id);
	if (outcome.status === BUSY) {
		return running_change() ?? { problem: 'job_running' };
	}
	if (outcome.status !== 0) {
		return { problem: 'job_not_started', reason: substr(trim(printable(outcome.output)), 0, 256) };
	}
	return comes_soon(() => read_state()?.id === id)
		? get_job(0)
		: { problem: 'job_not_started', reason: substr(trim(printable(read_log(0, PIECE))), 0, 256) };
}

export { get_job, install_package };
