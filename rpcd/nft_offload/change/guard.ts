// SPDX-License-Identifier: Apache-2.0
/**
 * The guard: a program of its own, which procd starts with the order for a change, and starts again whenever it dies. It carries
 * the change out, watches, and takes it back where nobody keeps it in time. With the argument `restarted` or `stopped` it only
 * takes back what is under way.
 */
'use strict';
import { now_ms } from 'nft_offload.base.clock';
import { myself } from 'nft_offload.base.job';
import { drop_order, take_order } from 'nft_offload.change.order';
import { keep_reachable } from 'nft_offload.change.reachable';
import { end_service } from 'nft_offload.change.service';
import { settle_after_restart, settle_for_stop } from 'nft_offload.change.settle';
import { begin, begin_interrupted, step } from 'nft_offload.change.steps';
import {
	is_marker_broken,
	read_marker,
	read_transaction,
	save,
	tell_lost
} from 'nft_offload.change.transaction';
import type { Transaction } from 'nft_offload.change.transaction';

/** Milliseconds between two steps at least: twice as long as the last one took, so that a slow router is left its processor. */
const STEP_REST = 400;
/** Milliseconds before it tries again what the flash or somebody's apply has hindered. */
const HINDERED_REST = 3000;

/** The change of an order, written down before the order is forgotten. Where memory is full it waits. */
function by_order(): Transaction | null {
	const order = take_order();
	if (order == null) {
		return null;
	}
	const known = read_transaction();
	const transaction = known?.id === order.id ? known : begin(order);
	if (!save(transaction)) {
		die('memory is full');
	}
	drop_order();
	return transaction;
}

/** What is under way: by an order, from a guard that was killed, or, with no word left in memory, by the marker on the flash. */
function under_way(): Transaction | null {
	const ordered = by_order();
	if (ordered != null) {
		return ordered;
	}
	const known = read_transaction();
	if (known != null && known.phase !== 'ended') {
		return known;
	}
	if (known == null && is_marker_broken()) {
		tell_lost();
	}
	const marker = read_marker();
	return marker == null ? null : begin_interrupted(marker);
}

function rest_after(transaction: Transaction): number {
	const hindrance = transaction.phase === 'reverting' ? transaction.obstacle : null;
	return hindrance == null || hindrance.code === 'firewall' ? STEP_REST : HINDERED_REST;
}

/** Carries a change out to its end. */
function guard(transaction: Transaction): void {
	const being = myself();
	transaction.pid = being.pid;
	transaction.born = being.born;
	while (transaction.phase !== 'ended') {
		const began = now_ms();
		step(transaction);
		keep_reachable();
		sleep(max(rest_after(transaction), 2 * (now_ms() - began)));
	}
}

/** One change after the other, until nothing is under way. */
function watch(): void {
	let next = under_way();
	while (next != null) {
		guard(next);
		next = under_way();
	}
	end_service();
}

const why = ARGV[0];
if (why === 'restarted') {
	settle_after_restart();
} else if (why === 'stopped') {
	settle_for_stop();
} else {
	watch();
}
