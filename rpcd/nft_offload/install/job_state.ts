// SPDX-License-Identifier: Apache-2.0
/** The job's own record of itself, written for whoever asks, and the programs it runs. */
import { stat } from 'fs';
import type { Failure, JobStep, Progress } from '../../api/index.ts';
import { uptime } from 'nft_offload.base.clock';
import { launch, run } from 'nft_offload.base.command';
import { list, read_file, read_line } from 'nft_offload.base.files';
import { DIRECTORY, write_record } from 'nft_offload.base.record';
import { birth_of, myself, process_fields } from 'nft_offload.base.job';
import { LOG, read_log, STATE } from 'nft_offload.install.job_files';
import type { JobState } from 'nft_offload.install.job_files';
import { matches, number_or } from 'nft_offload.base.value';

/** Runs a program and returns at once. */
const BESIDE = '/usr/libexec/nft-offload/beside';

/** Milliseconds between two looks at a program. */
const REST = 200;

/** Seconds that a program has to end by itself after its downloads were stopped. */
const GRACE = 20;

/** Looks at which a program has no process any more before its status is given up: there was no room to write it. */
const LOST = 25;

/** Bytes of what a program printed that are kept to be understood. */
const PRINTED_LIMIT = 131072;

/** Seconds for each step. Lists and packages come over slow lines, to slow flash. */
const LIMITS: Record<JobStep, number> = {
	check: 30,
	update: 300,
	match: 60,
	install: 600,
	load: 60,
	reload: 120,
	verify: 30
};

/** How a program ended: its status is null where it took too long. */
interface Ended {
	status: number | null;
	/** It took too long, has not ended yet, and is left alone. */
	runs: boolean;
	output: string;
}

type ReadProgress = (output: string, progress: string) => Progress | null;

function begin(id: number): JobState {
	const being = myself();
	const state: JobState = {
		id: id,
		pid: being.pid,
		born: being.born,
		state: 'running',
		step: 'check',
		step_started: uptime(),
		step_limit: LIMITS.check,
		progress: null,
		changes: { installed: [], module_loaded: false, firewall_reloaded: false },
		failure: null
	};
	write_record(STATE, state);
	return state;
}

function enter(state: JobState, step: JobStep): void {
	state.step = step;
	state.step_started = uptime();
	state.step_limit = LIMITS[step];
	state.progress = null;
	write_record(STATE, state);
}

function end(state: JobState, failure: Failure | null): void {
	state.state = failure == null ? 'succeeded' : 'failed';
	state.failure = failure;
	write_record(STATE, state);
}

function show_progress(state: JobState, progress: Progress | null): void {
	if (progress != null && progress.done !== state.progress?.done) {
		state.progress = progress;
		write_record(STATE, state);
	}
}

/** The downloaders that a program has started. A package manager that loses one ends by itself, all tidied up. */
function downloads_of(parent: string): string[] {
	return filter(list('/proc'), (pid) => {
		if (!matches(pid, /[0-9]+/) || process_fields(pid)[1] !== parent) {
			return false;
		}
		const name = read_line(`/proc/${pid}/comm`);
		return name === 'wget' || name === 'uclient-fetch';
	});
}

/**
 * Runs a program (its path, its arguments) until it ends or the step is over. Then only its downloads are stopped:
 * a package manager that is killed while it writes loses its database. One that still does not end is left alone.
 */
function run_beside(state: JobState, words: string[], read_progress: ReadProgress | null): Ended {
	const before = stat(LOG)?.size ?? 0;
	const started = launch(BESIDE, words);
	if (started.status !== 0) {
		return { status: 127, runs: false, output: started.output };
	}
	const limit = state.step_started + state.step_limit;
	let status = '';
	let lost = 0;
	while (length(status) === 0 && lost < LOST && uptime() < limit + GRACE) {
		sleep(REST);
		const pid = read_line(`${DIRECTORY}/pid`);
		lost += length(pid) > 0 && length(birth_of(pid)) === 0 ? 1 : 0;
		status = read_line(`${DIRECTORY}/status`);
		if (read_progress != null) {
			const progress = read_file(`${DIRECTORY}/progress`, 65536) ?? '';
			show_progress(state, read_progress(read_log(before, PRINTED_LIMIT), progress));
		}
		if (uptime() >= limit) {
			map(downloads_of(pid), (each) => run('/bin/kill', [each]));
		}
	}
	const runs = length(status) === 0 && lost < LOST;
	return {
		status: runs || uptime() >= limit ? null : number_or(status, 1),
		runs: runs,
		output: read_log(before, PRINTED_LIMIT)
	};
}

export { begin, end, enter, run_beside };
export type { Ended };
