// SPDX-License-Identifier: Apache-2.0
/** Takes back a change of which nobody may say any more whether it is kept. */
import type { ChangeReport } from '../../api/index.ts';
import { uptime } from 'nft_offload.base.clock';
import { comes_soon, lives } from 'nft_offload.base.job';
import { decide } from 'nft_offload.change.decision';
import { drop_order, taken_order, waiting_order, withdraw_order } from 'nft_offload.change.order';
import { forget_policies, withdraw_policy } from 'nft_offload.change.policy';
import { stage_options } from 'nft_offload.change.stage';
import { begin_interrupted, go_back, restore, step } from 'nft_offload.change.steps';
import {
	is_marker_broken,
	read_marker,
	read_transaction,
	remove_marker,
	save,
	tell_lost
} from 'nft_offload.change.transaction';
import type { Transaction } from 'nft_offload.change.transaction';

/** Seconds for the firewall to load the old mode, also behind somebody's apply, which LuCI has wait for 90 s. */
const STOP_LIMIT = 150;
/** Milliseconds between two looks at a guard, and at how many there was none: procd needs a second for the next one. */
const STOP_REST = 500;
const ALONE = 6;

/** At boot nothing is loaded yet, and firewall4 will load what the file says. */
function settle_restart(transaction: Transaction): void {
	transaction.was.loaded = false;
	if (restore(transaction) && remove_marker()) {
		forget_policies();
		transaction.outcome ??= { code: 'reverted', reason: transaction.reason, loaded: true };
		transaction.phase = 'ended';
	} else if (transaction.obstacle?.code === 'file') {
		// Nobody is to boot into it again and again.
		stage_options(transaction);
		transaction.staged = true;
	}
	save(transaction);
}

/** A change of which only the marker tells. Nobody has it: least of all this process, which would wait for itself. */
function orphan(marker: ChangeReport): Transaction {
	const transaction = begin_interrupted(marker);
	transaction.pid = '';
	transaction.born = '';
	go_back(transaction, { code: 'stopped' });
	return transaction;
}

/** Does in the place of a guard what is to be done. */
function take_over(transaction: Transaction): void {
	if (transaction.phase !== 'reverting') {
		go_back(transaction, { code: 'stopped' });
	}
	step(transaction);
}

/** A guard that lives is told; where none comes back to life the change is taken back here. */
function settle_stop(transaction: Transaction): void {
	const limit = uptime() + STOP_LIMIT;
	let alone = 0;
	let mine = transaction;
	decide({ id: mine.id, action: 'stop', by: null });
	while (uptime() < limit && mine.phase !== 'ended') {
		alone = lives(mine) ? 0 : alone + 1;
		if (alone >= ALONE) {
			take_over(mine);
		} else {
			mine = read_transaction() ?? mine;
		}
		sleep(STOP_REST);
	}
}

/** The order of somebody who has not been answered yet is withdrawn; what a guard has just taken up, it writes down first. */
function settle_order(): void {
	const waiting = waiting_order();
	if (waiting != null && withdraw_order(waiting.id)) {
		withdraw_policy(waiting.id);
	}
	const taken = taken_order();
	if (taken != null && !comes_soon(() => read_transaction()?.id === taken.id)) {
		drop_order();
		withdraw_policy(taken.id);
	}
}

/** Before the firewall loads its file at boot. */
function settle_after_restart(): void {
	const marker = read_marker();
	if (marker != null) {
		settle_restart(begin_interrupted(marker));
	} else if (is_marker_broken()) {
		tell_lost();
	}
}

/** When the service is stopped, since the package is removed or upgraded, or the firmware is. */
function settle_for_stop(): void {
	settle_order();
	const known = read_transaction();
	const marker = read_marker();
	if (known != null && known.phase !== 'ended') {
		settle_stop(known);
	} else if (marker != null) {
		settle_stop(orphan(marker));
	} else if (is_marker_broken()) {
		tell_lost();
	}
}

export { settle_after_restart, settle_for_stop };
