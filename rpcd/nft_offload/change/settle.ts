// SPDX-License-Identifier: Apache-2.0
/** Takes back a change of which nobody may say any more whether it is kept. */
import type { ChangeReport } from '../../api/index.ts';
import { uptime } from 'nft_offload.base.clock';
import { lives } from 'nft_offload.base.job';
import { decide } from 'nft_offload.change.decision';
import { forget_policies } from 'nft_offload.change.policy';
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

/** Seconds for the firewall to load the old mode. */
const STOP_LIMIT = 60;
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

/**
 * Settles what the marker on the flash tells of: `restarted` before the firewall loads its file at boot, `stopped` when the
 * service is stopped, since the package is removed or upgraded, or the firmware is.
 */
function settle(why: 'restarted' | 'stopped'): void {
	const marker = read_marker();
	const known = why === 'stopped' ? read_transaction() : null;
	if (known != null && (marker != null || is_marker_broken())) {
		settle_stop(known);
	} else if (marker != null) {
		if (why === 'restarted') {
			settle_restart(begin_interrupted(marker));
		} else {
			settle_stop(orphan(marker));
		}
	} else if (is_marker_broken()) {
		tell_lost();
	}
}

export { settle };
