// SPDX-License-Identifier: Apache-2.0
/** What a comparison writes down of itself, in memory, and the wish to stop it. */
import type {
	Answer,
	ChangeAuthor,
	Comparison,
	ComparisonReport,
	ComparisonStep,
	Passing
} from '../../api/index.ts';
import { uptime } from 'nft_offload.base.clock';
import { lives } from 'nft_offload.base.job';
import type { Being } from 'nft_offload.base.job';
import { read_record, write_record } from 'nft_offload.base.record';
import { is_array, is_integer, is_object, is_text } from 'nft_offload.base.value';

const RECORD = 'comparison.json';
const STOP_RECORD = 'comparison-stop.json';

/** A comparison as its process writes it down. */
interface Job extends Being, ComparisonReport {
	step: ComparisonStep;
	/** Seconds since the boot; null where nobody knows. */
	step_ends: number | null;
	passing: Passing | null;
	/** Null until the end. */
	answer: Answer | null;
}

/** Whether it is one of ours: the directory is root's alone, and the file is replaced as a whole. */
function is_job(value: unknown): value is Job {
	return (
		is_object(value) &&
		is_integer(value['id']) &&
		is_text(value['pid']) &&
		is_text(value['born']) &&
		is_text(value['step']) &&
		is_array(value['phases'])
	);
}

function read_job(): Job | null {
	const value = read_record(RECORD);
	return is_job(value) ? value : null;
}

/** Writes it down, whether that worked. */
function save_job(job: Job): boolean {
	return write_record(RECORD, job);
}

function is_running(job: Job): boolean {
	return job.answer == null && lives(job);
}

/** Leaves the wish to stop it, whether that worked. */
function wish_stop(id: number, by: ChangeAuthor): boolean {
	return write_record(STOP_RECORD, { id: id, by: by });
}

/** Who wants it stopped; false where nobody does. */
function stopped_by(id: number): { by: ChangeAuthor } | null {
	const record = read_record(STOP_RECORD);
	const by = record == null ? null : record['by'];
	return record != null && record['id'] === id ? { by: is_text(by) ? by : null } : null;
}

function report_of_job(job: Job): ComparisonReport {
	return {
		id: job.id,
		by: job.by,
		previous: job.previous,
		mode: job.mode,
		keep_better: job.keep_better,
		kernel: job.kernel,
		began: job.began,
		change: job.change,
		idle_latency: job.idle_latency,
		phases: job.phases
	};
}

/** The comparison that runs or ended last. One that should run and has no process any more was interrupted. */
function get_comparison(): Comparison {
	const first = read_job();
	const lost = first != null && first.answer == null && !lives(first);
	// The process may have written down its end and gone between the two looks.
	const job = lost ? read_job() : first;
	if (job == null) {
		return { state: 'none' };
	}
	const report = report_of_job(job);
	if (job.answer != null || lost) {
		return { state: 'ended', report: report, answer: job.answer ?? { code: 'interrupted' } };
	}
	return {
		state: 'running',
		report: report,
		step: job.step,
		seconds_left: job.step_ends == null ? null : max(0, job.step_ends - uptime()),
		passing: job.passing
	};
}

export { get_comparison, is_running, read_job, save_job, stopped_by, wish_stop };
export type { Job };
