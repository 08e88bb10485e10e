// SPDX-License-Identifier: Apache-2.0
/** get_change, keep_change and undo_change: a decision is left for the guard, and the answer is what it made of it. */
import type { Change, ChangeAuthor, Problem } from '../../api/index.ts';
import { comes_soon } from 'nft_offload.base.job';
import { decide } from 'nft_offload.change.decision';
import { revive_guard } from 'nft_offload.change.revive';
import { get_change, read_transaction } from 'nft_offload.change.transaction';
import type { Transaction } from 'nft_offload.change.transaction';

/** Leaves a decision and waits until the guard has left the state that it was about. */
function decided(transaction: Transaction, action: 'keep' | 'undo', by: ChangeAuthor): Change | Problem {
	if (!decide({ id: transaction.id, action: action, by: by })) {
		return { problem: 'internal', reason: 'memory is full' };
	}
	revive_guard();
	comes_soon(() => {
		const phase = read_transaction()?.phase;
		return phase === 'ended' || phase === 'reverting';
	});
	return get_change();
}

/** The change, which somebody looks after. */
function look_at_change(): Change {
	revive_guard();
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

export { keep_change, look_at_change, undo_change };
