// SPDX-License-Identifier: Apache-2.0
/** keep_change and undo_change: leave the decision for the guard, and answer with what it made of it. */
import type { Change, ChangeAuthor, Problem } from '../../api/index.ts';
import { comes_soon, lives } from 'nft_offload.base.job';
import { decide } from 'nft_offload.change.decision';
import { start_service } from 'nft_offload.change.service';
import { get_change, read_transaction } from 'nft_offload.change.transaction';
import type { Transaction } from 'nft_offload.change.transaction';

/** Leaves a decision and waits until the guard has left the state that it was about. */
function decided(transaction: Transaction, action: 'keep' | 'undo', by: ChangeAuthor): Change | Problem {
	if (!decide({ id: transaction.id, action: action, by: by })) {
		return { problem: 'internal', reason: 'memory is full' };
	}
	if (!lives(transaction)) {
		start_service();
	}
	comes_soon(() => {
		const phase = read_transaction()?.phase;
		return phase === 'ended' || phase === 'reverting';
	});
	return get_change();
}

/** Keeps the change. One that has ended, or goes back, is told as what it is. */
function keep_change(id: number, by: ChangeAuthor): Change | Problem {
	const transaction = read_transaction();
	if (transaction?.id !== id) {
		return { problem: 'no_change' };
	}
	if (transaction.phase === 'starting' || transaction.phase === 'loading') {
		return { problem: 'not_set_up' };
	}
	return transaction.phase === 'proving' ? decided(transaction, 'keep', by) : get_change();
}

/** Takes the change back, in whatever phase it is. One that has ended is told as what it is. */
function undo_change(id: number, by: ChangeAuthor): Change | Problem {
	const transaction = read_transaction();
	if (transaction?.id !== id) {
		return { problem: 'no_change' };
	}
	return transaction.phase === 'ended' || transaction.phase === 'reverting'
		? get_change()
		: decided(transaction, 'undo', by);
}

export { keep_change, undo_change };
