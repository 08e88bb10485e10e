// SPDX-License-Identifier: Apache-2.0
/** start_comparison and stop_comparison. */
import type {
	ChangeAuthor,
	Comparison,
	Problem,
	ProblemOf,
	StartComparisonArguments
} from '../../api/index.ts';
import { now_ms } from 'nft_offload.base.clock';
import { launch } from 'nft_offload.base.command';
import { BUSY, comes_soon, is_job_running, START } from 'nft_offload.base.job';
import { ask_plugin } from 'nft_offload.base.plugin';
import { printable } from 'nft_offload.base.printable';
import { is_problem } from 'nft_offload.base.problem';
import { invalid } from 'nft_offload.base.request';
import { get_comparison, is_running, read_job, wish_stop } from 'nft_offload.gain.record';
import { read_flowtables } from 'nft_offload.state.flowtable';
import { running_change } from 'nft_offload.state.pending';

function running_comparison(): ProblemOf<'comparison_running'> | null {
	const job = read_job();
	return job != null && is_running(job) ? { problem: 'comparison_running', by: job.by } : null;
}

/** What would stand in the way of the change that is to come. */
function obstacle_to(given: StartComparisonArguments): Problem | null {
	const running = running_comparison() ?? running_change();
	if (running != null) {
		return running;
	}
	if (is_job_running()) {
		return { problem: 'job_running' };
	}
	const check = ask_plugin('check_change', { mode: given.mode });
	if (is_problem(check)) {
		return check;
	}
	const effective = read_flowtables();
	if (check.starts_firewall || !effective.loaded) {
		return { problem: 'firewall_stopped' };
	}
	if (given.mode === effective.mode) {
		return invalid('mode', 'another mode than the one that is set up');
	}
	// firewall4 falls back to software by itself, and would do so again.
	const fell_back = check.previous === 'hardware' && effective.mode === 'software';
	return check.previous === effective.mode || fell_back ? null : { problem: 'not_set_up' };
}

/** Starts a comparison in somebody's name, and answers with it as soon as it lives. */
function start_comparison(given: StartComparisonArguments, by: ChangeAuthor): Comparison | Problem {
	const obstacle = obstacle_to(given);
	if (obstacle != null) {
		return obstacle;
	}
	const id = now_ms();
	const end = given.keep_better === true ? 'keep_better' : 'go_back';
	const outcome = launch(START, ['compare', `${id}`, given.mode, end, by ?? '']);
	if (outcome.status === BUSY) {
		return running_comparison() ?? { problem: 'comparison_running', by: null };
	}
	if (outcome.status === 0 && comes_soon(() => read_job()?.id === id)) {
		return get_comparison();
	}
	return { problem: 'job_not_started', reason: substr(trim(printable(outcome.output)), 0, 256) };
}

/** Stops it: the router goes back. One that has ended is told as what it is. */
function stop_comparison(id: number, by: ChangeAuthor): Comparison | Problem {
	const job = read_job();
	if (job?.id !== id) {
		return { problem: 'no_comparison' };
	}
	if (is_running(job)) {
		if (!wish_stop(id, by)) {
			return { problem: 'internal', reason: 'memory is full' };
		}
		comes_soon(() => {
			const now = read_job();
			return now == null || now.answer != null || now.step === 'ending';
		});
	}
	return get_comparison();
}

export { start_comparison, stop_comparison };
