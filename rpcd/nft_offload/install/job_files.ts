// SPDX-License-Identifier: Apache-2.0
/** Where a job keeps what it has to say. It lies in memory, and is gone after a reboot. */
import type { Failure, JobChanges, JobStep, Progress } from '../../api/index.ts';
import { read_piece } from 'nft_offload.base.files';
import type { Being } from 'nft_offload.base.job';
import { DIRECTORY, read_record } from 'nft_offload.base.record';
import { is_integer, is_object, is_text } from 'nft_offload.base.value';

/** The record of the job's state. */
const STATE = 'job.json';
/** What the programs printed, until the next job starts. */
const LOG = `${DIRECTORY}/log`;

/** A job as its process writes it down. */
interface JobState extends Being {
	id: number;
	state: 'running' | 'succeeded' | 'failed';
	step: JobStep;
	/** Seconds since the router's boot. */
	step_started: number;
	step_limit: number;
	progress: Progress | null;
	changes: JobChanges;
	failure: Failure | null;
}

/** Whether it is one of ours: the directory is root's alone, and the file is replaced as a whole. */
function is_state(value: unknown): value is JobState {
	return (
		is_object(value) &&
		is_integer(value['id']) &&
		is_text(value['pid']) &&
		is_text(value['born']) &&
		is_integer(value['step_started']) &&
		is_object(value['changes'])
	);
}

/** The last job; null where there was none since the boot. */
function read_state(): JobState | null {
	const value = read_record(STATE);
	return is_state(value) ? value : null;
}

/** What was printed from an offset on, at most so many bytes. */
function read_log(offset: number, limit: number): string {
	return read_piece(LOG, offset, limit) ?? '';
}

export { LOG, read_log, read_state, STATE };
export type { JobState };
