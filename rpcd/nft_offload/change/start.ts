// SPDX-License-Identifier: Apache-2.0
/** start_change: checks the change anew, leaves the order for it, and answers once the guard has taken it up. */
import type { Change, ChangeAuthor, Problem, ProblemOf, StartChangeArguments } from '../../api/index.ts';
import { now_ms } from 'nft_offload.base.clock';
import { comes_soon, is_job_running, myself } from 'nft_offload.base.job';
import { printable } from 'nft_offload.base.printable';
import { is_problem } from 'nft_offload.base.problem';
import { number_or } from 'nft_offload.base.value';
import { check_change } from 'nft_offload.change.check';
import { edit_policy } from 'nft_offload.change.edit_policy';
import { leave_order, taken_order, waiting_order, withdraw_order } from 'nft_offload.change.order';
import type { Order } from 'nft_offload.change.order';
import { policy_now, propose_policy, withdraw_policy } from 'nft_offload.change.policy';
import { revive_guard } from 'nft_offload.change.revive';
import { is_enabled, SERVICE, start_service } from 'nft_offload.change.service';
import { get_change } from 'nft_offload.change.transaction';
import { last_change, running_change } from 'nft_offload.state.pending';

/** Seconds until the router goes back, where the caller does not say. */
const USUAL_SECONDS = 120;

/** How often procd is asked for the guard: one that is just ending takes the service of the next away with it. */
const TRIES = 3;

/** A number that no other change has: not even one that is started in the same millisecond. */
function new_id(pid: string): number {
	return now_ms() * 1000 + (number_or(pid, 0) % 1000);
}

function is_running(order: Order): ProblemOf<'change_running'> {
	return { problem: 'change_running', by: order.by };
}

/**
 * The change of somebody else: ordered, taken up or under way. It is looked for in the order in which it goes on, so that it cannot
 * pass by.
 */
function change_beside(mine: number | null): ProblemOf<'change_running'> | null {
	const order = waiting_order();
	if (order != null && order.id !== mine) {
		return is_running(order);
	}
	const taken = taken_order();
	const last = last_change();
	if (taken != null && taken.id !== mine && taken.id !== last) {
		// A guard that was killed with it in its hands goes on, should procd have forgotten it.
		start_service();
		return is_running(taken);
	}
	return last != null && last === mine ? null : running_change();
}

/** What cannot be while a change begins, besides what a check tells of. */
function obstacle_to_start(): Problem | null {
	const running = change_beside(null);
	if (running != null) {
		return running;
	}
	return is_job_running() ? { problem: 'job_running' } : null;
}

/** Who takes the change back at its end, and who after a restart. */
function unguarded(): Problem | null {
	return is_enabled() ? null : { problem: 'not_guarded', reason: `${SERVICE} is not enabled` };
}

/** Where an order is; `gone` where a stop of the service has withdrawn it. Looked for in the order in which it goes on. */
function whereabouts_of(id: number): 'waiting' | 'taken' | 'begun' | 'gone' {
	return waiting_order()?.id === id
		? 'waiting'
		: taken_order()?.id === id
			? 'taken'
			: last_change() === id
				? 'begun'
				: 'gone';
}

function is_handed_over(id: number): boolean {
	const whereabouts = whereabouts_of(id);
	return whereabouts === 'begun' || whereabouts === 'gone';
}

/** Has procd start the guard; null when the order has left our hands, else what was said instead. */
function start_guard(id: number): string | null {
	let said = '';
	for (let i = 0; i < TRIES; i++) {
		said = start_service();
		if (comes_soon(() => is_handed_over(id))) {
			return null;
		}
	}
	return said;
}

/** Withdraws the order and what lies beside it; false where the guard has taken it up. */
function take_back_order(id: number): boolean {
	const withdrawn = withdraw_order(id);
	if (withdrawn) {
		withdraw_policy(id);
	}
	return withdrawn;
}

/** Starts a change in somebody's name. */
function start_change(given: StartChangeArguments, by: ChangeAuthor): Change | Problem {
	revive_guard();
	const obstacle = obstacle_to_start() ?? unguarded();
	if (obstacle != null) {
		return obstacle;
	}
	const check = check_change(given);
	if (is_problem(check)) {
		return check;
	}
	if (given.revision != null && given.revision !== check.revision) {
		return { problem: 'config_changed' };
	}
	const being = myself();
	const order: Order = {
		pid: being.pid,
		born: being.born,
		id: new_id(being.pid),
		mode: check.mode,
		previous: check.previous,
		options: check.options,
		previous_options: check.previous_options,
		way_back: check.way_back,
		by: by,
		trial: given.trial === true,
		seconds: given.seconds ?? USUAL_SECONDS
	};
	if (check.policy != null && given.policy != null) {
		order.policy = check.policy;
		if (!propose_policy(order.id, edit_policy(policy_now(), given.policy))) {
			return { problem: 'change_not_started', reason: 'memory is full' };
		}
	}
	if (!leave_order(order)) {
		withdraw_policy(order.id);
		return change_beside(null) ?? { problem: 'change_not_started', reason: 'the order could not be left' };
	}
	// One that was ordered before may have been taken up while this one was checked.
	const beside = change_beside(order.id);
	if (beside != null && take_back_order(order.id)) {
		return beside;
	}
	const failure = start_guard(order.id);
	if (failure != null && take_back_order(order.id)) {
		return { problem: 'change_not_started', reason: substr(trim(printable(failure)), 0, 256) };
	}
	const whereabouts = whereabouts_of(order.id);
	if (whereabouts === 'gone') {
		return { problem: 'change_not_started', reason: 'the service was stopped' };
	}
	// What the guard has taken up is carried out, however late it is.
	return whereabouts === 'begun' ? get_change() : is_running(order);
}

export { start_change };
