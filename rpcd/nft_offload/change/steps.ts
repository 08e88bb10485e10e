// SPDX-License-Identifier: Apache-2.0
/**
 * The steps of a change: each brings it on by what can be done now, and writes it down. Whoever takes it up after a kill, at any
 * moment, can take any step again.
 */
import type { ChangeReport, OffloadOptions, RevertReason, Verdict } from '../../api/index.ts';
import { call } from 'nft_offload.base.bus';
import { now_ms, uptime } from 'nft_offload.base.clock';
import { myself } from 'nft_offload.base.job';
import { take_decision } from 'nft_offload.change.decision';
import { restore_options, set_options } from 'nft_offload.change.file';
import { load_firewall } from 'nft_offload.state.load_firewall';
import { begin_watch, look_again } from 'nft_offload.change.proof';
import {
	forget_policies,
	keep_policy,
	policy_stands,
	remove_chain,
	restore_policy,
	set_policy
} from 'nft_offload.change.policy';
import { is_enabled } from 'nft_offload.change.service';
import { back_of, leave_marker, remove_marker, save, seconds_left } from 'nft_offload.change.transaction';
import type { Transaction } from 'nft_offload.change.transaction';
import { unstage_options } from 'nft_offload.change.stage';
import { gather } from 'nft_offload.state.evidence';
import type { Evidence } from 'nft_offload.state.evidence';
import { FIREWALL_CONFIG, read_defaults, read_options, same_options } from 'nft_offload.state.firewall';
import { read_flowtables } from 'nft_offload.state.flowtable';
import { apply_pending } from 'nft_offload.state.pending';
import { read_policy } from 'nft_offload.state.policy.file';
import { policy_force } from 'nft_offload.state.policy.force';
import { POLICY_CONFIG } from 'nft_offload.state.policy.stamp';
import { verdict } from 'nft_offload.state.verdict';

/** Seconds after which a firewall that has lost its memory, or did not load at all, is loaded by us: an ordinary reload takes it away, too. */
const LOAD_AFTER = 5;
/** Seconds after which procd, which waits one for further changes, has not heard of it. */
const UNHEARD_AFTER = 15;
/** Seconds after which what nft or firewall4 refuse is refused. */
const REFUSED_AFTER = 8;
/** Seconds in which a slow router has loaded its firewall, also behind another admin's changes. */
const LOAD_LIMIT = 40;
/** Milliseconds between two looks at the connections: for a proof, and in a trial that goes on for long. */
const LOOK_AFTER = 2000;
const LOOK_SELDOM_AFTER = 30000;
/** Seconds for which looks come often. */
const OFTEN = 180;

/** Seconds after which a file without a section `defaults` is meant so. */
const BARE_AFTER = 5;

/** What no further waiting brings. */
const FINAL: Partial<Record<Verdict['code'], true>> = {
	hardware_refused: true,
	module_missing: true,
	no_devices: true,
	option_refused: true,
	ruleset_refused: true
};

/** A change as it begins. */
function begin(order: ChangeReport): Transaction {
	const being = myself();
	const effective = read_flowtables();
	const transaction: Transaction = {
		pid: being.pid,
		born: being.born,
		id: order.id,
		mode: order.mode,
		previous: order.previous,
		options: order.options,
		previous_options: order.previous_options,
		way_back: order.way_back,
		by: order.by,
		trial: order.trial,
		seconds: order.seconds,
		phase: 'starting',
		deadline: uptime() + order.seconds,
		since: uptime(),
		was: { mode: effective.mode, loaded: effective.loaded },
		handle: effective.handle,
		loaded: false,
		restored: false,
		staged: false,
		bare_since: null,
		watch: null,
		reason: { code: 'time_over' },
		obstacle: null,
		outcome: null
	};
	if (order.policy != null) {
		transaction.policy = order.policy;
	}
	return transaction;
}

/** As LuCI's own apply does it: procd has firewall4 reload, and tells whoever else has asked to be told. */
function announce(transaction: Transaction): void {
	transaction.since = uptime();
	transaction.loaded = false;
	call('service', 'event', { type: 'config.change', data: { package: 'firewall' } });
}

/** It is over, with all that it has laid down. */
function leave(transaction: Transaction): void {
	if (transaction.policy != null) {
		forget_policies();
		// Refused where a policy is in force.
		remove_chain();
	}
	transaction.phase = 'ended';
}

/** The end, once a restart has nothing to take back any more. */
function close(transaction: Transaction): void {
	if (remove_marker()) {
		leave(transaction);
		transaction.obstacle = null;
	} else {
		transaction.phase = 'reverting';
		transaction.obstacle = { code: 'file', reason: 'the flash cannot be written' };
	}
}

function go_back(transaction: Transaction, reason: RevertReason): void {
	transaction.phase = 'reverting';
	transaction.reason = reason;
}

/** A change that a restart has interrupted. What was set up before is told by its options: the change itself may be loaded by now. */
function begin_interrupted(marker: ChangeReport): Transaction {
	const transaction = begin(marker);
	transaction.was.mode = marker.previous;
	go_back(transaction, { code: 'restarted' });
	return transaction;
}

/** Why the files were not written; null where they are. */
function write_change(transaction: Transaction): string | null {
	const now = read_options();
	const policy = policy_stands(transaction);
	const is_as_before = now != null && same_options(now, transaction.previous_options);
	if (now != null && !is_as_before && same_options(now, transaction.options) && policy !== 'before') {
		// By a guard that has died since, whatever else is in the way now.
		return null;
	}
	if (apply_pending()) {
		return 'an apply waits for its confirmation';
	}
	if (!is_as_before || policy === 'other') {
		return `${policy === 'other' ? POLICY_CONFIG : FIREWALL_CONFIG} was changed meanwhile`;
	}
	if (!keep_policy(transaction) || !leave_marker(transaction)) {
		return 'there is no room on the flash, or it cannot be written';
	}
	const failure =
		set_policy(transaction) ?? (same_options(now, transaction.options) ? null : set_options(transaction));
	if (failure != null) {
		restore_policy(transaction);
	}
	return failure;
}

function start_step(transaction: Transaction): void {
	const failure = write_change(transaction);
	if (failure != null) {
		transaction.outcome = { code: 'not_written', reason: failure };
		close(transaction);
		return;
	}
	transaction.phase = 'loading';
	announce(transaction);
}

/** Loads the firewall, once, where it does not come by itself. */
function help_loading(transaction: Transaction, found: Verdict): void {
	const waited = uptime() - transaction.since;
	const has_lost_itself = found.code === 'firewall_stopped' || found.code === 'reload_failed';
	// What is set up may be what is asked for, and be of before.
	if (!transaction.loaded && waited >= (has_lost_itself ? LOAD_AFTER : UNHEARD_AFTER)) {
		transaction.loaded = true;
		load_firewall();
	}
}

/**
 * Whether firewall4 has set up the mode since the file was written: another mode than before, another flowtable, or, where there was
 * and is none, a memory that is not older than the file.
 */
function is_set_up(transaction: Transaction, evidence: Evidence): boolean {
	const effective = evidence.effective;
	if (effective.mode !== transaction.mode || !effective.loaded || effective.error != null) {
		return false;
	}
	if (transaction.policy != null && policy_force(effective, read_policy()).state === 'not_in_force') {
		return false;
	}
	if (transaction.was.mode !== transaction.mode) {
		return true;
	}
	const memory = evidence.memory;
	return transaction.mode === 'off'
		? memory.known && memory.written >= evidence.configuration.written && !evidence.is_loading()
		: effective.handle !== transaction.handle;
}

/**
 * The options as they are now. Without a section `defaults` both are absent, once that has lasted: a file that is written over is
 * empty for a moment. Null where nobody knows.
 */
function options_now(transaction: Transaction): OffloadOptions | null {
	const now = read_defaults();
	if (now !== 'none') {
		transaction.bare_since = null;
		return now;
	}
	const since = transaction.bare_since ?? uptime();
	transaction.bare_since = since;
	return uptime() - since < BARE_AFTER ? null : { flow_offloading: null, flow_offloading_hw: null };
}

/** Whether somebody has set the options, as they are now, or the policy otherwise. Then theirs stay, are loaded, and the change is over. */
function is_superseded(transaction: Transaction, now: OffloadOptions | null): boolean {
	const policy = policy_stands(transaction);
	if (now == null || (same_options(now, transaction.options) && (policy === 'same' || policy === 'after'))) {
		return false;
	}
	transaction.outcome = { code: 'superseded', options: now };
	announce(transaction);
	close(transaction);
	return true;
}

/**
 * Keeps the change. Where the marker cannot be taken away a restart would undo it, and of a file that libuci refuses nobody knows
 * whether it has the change: then it is not kept.
 */
function keep(transaction: Transaction, by: string | null): void {
	const now = options_now(transaction);
	if (now == null || is_superseded(transaction, now) || !remove_marker()) {
		return;
	}
	leave(transaction);
	transaction.outcome = {
		code: 'kept',
		by: by,
		proved: transaction.watch != null && transaction.watch.proof.lacks == null
	};
}

/**
 * Not while somebody's apply waits at rpcd: what it took of the file may be from before the change, and its rollback would bring
 * that back. What it takes of the file from now on has the change in it.
 */
function may_keep(): boolean {
	return !apply_pending();
}

/** Does what somebody has decided; whether there was anything to do. Who keeps it too late, since a guard was held up, does not. */
function is_decided(transaction: Transaction): boolean {
	const decision = take_decision(transaction.id, may_keep);
	if (decision?.action === 'undo') {
		go_back(transaction, { code: 'asked', by: decision.by });
	} else if (decision?.action === 'stop') {
		go_back(transaction, { code: 'stopped' });
	} else if (
		decision?.action === 'keep' &&
		transaction.phase === 'proving' &&
		seconds_left(transaction) > 0
	) {
		keep(transaction, decision.by);
	} else {
		return false;
	}
	return true;
}

/** Why a change that was not set up goes back. */
function unloaded(transaction: Transaction, found: Verdict, evidence: Evidence): RevertReason {
	const force = transaction.policy == null ? null : policy_force(evidence.effective, read_policy());
	return force != null && force.state === 'not_in_force' && evidence.effective.mode === transaction.mode
		? { code: 'policy_not_in_force', force: force }
		: found.code === 'same'
			? { code: 'time_over' }
			: { code: 'not_in_effect', verdict: found };
}

function load_step(transaction: Transaction): void {
	if (is_decided(transaction) || is_superseded(transaction, options_now(transaction))) {
		return;
	}
	const evidence = gather();
	if (is_set_up(transaction, evidence)) {
		transaction.phase = 'proving';
		transaction.watch = begin_watch(evidence.effective.handle);
		return;
	}
	const found = verdict(evidence);
	const waited = uptime() - transaction.since;
	const refused = exists(FINAL, found.code) && waited >= REFUSED_AFTER && !evidence.is_loading();
	if (refused || waited >= LOAD_LIMIT || seconds_left(transaction) === 0) {
		go_back(transaction, unloaded(transaction, found, evidence));
		return;
	}
	help_loading(transaction, found);
}

function prove_step(transaction: Transaction): void {
	if (is_decided(transaction)) {
		return;
	}
	if (seconds_left(transaction) === 0) {
		go_back(transaction, { code: 'time_over' });
		return;
	}
	const watch = transaction.watch ?? begin_watch(transaction.handle);
	const often = transaction.seconds - seconds_left(transaction) < OFTEN;
	if (
		now_ms() - watch.looked_ms < (often ? LOOK_AFTER : LOOK_SELDOM_AFTER) ||
		is_superseded(transaction, options_now(transaction))
	) {
		return;
	}
	if (!is_enabled()) {
		// A restart would take nothing back any more.
		go_back(transaction, { code: 'stopped' });
		return;
	}
	const effective = read_flowtables();
	if (effective.error != null) {
		// nft is interrupted by a load beside it, and says nothing of either.
		return;
	}
	if (effective.mode !== transaction.mode || !effective.loaded) {
		// Somebody reloads the firewall, or it has fallen back.
		transaction.phase = 'loading';
		transaction.since = uptime();
		transaction.loaded = false;
		return;
	}
	// Another flowtable begins with no connection.
	transaction.watch = look_again(
		transaction.mode,
		transaction.policy == null ? [] : (read_policy().rules ?? []),
		transaction.was.mode === transaction.mode,
		effective.handle === watch.handle ? watch : begin_watch(effective.handle)
	);
}

/**
 * Whether options, or the policy, have to go where a change is taken back: those that it has set, and those that firewall4 refuses.
 * Where somebody has set either otherwise, both stay.
 */
function is_to_go(transaction: Transaction, now: OffloadOptions): boolean {
	const policy = policy_stands(transaction);
	const is_ours = same_options(now, transaction.options) || same_options(now, transaction.previous_options);
	return policy !== 'other' && is_ours && (policy === 'after' || !same_options(now, back_of(transaction)));
}

const UNREADABLE = `${FIREWALL_CONFIG} is not there, or libuci refuses it`;

/** Why the files cannot be put back; null where they are. */
function write_back(transaction: Transaction, now: OffloadOptions | null): string | null {
	return now == null
		? UNREADABLE
		: ((same_options(now, back_of(transaction)) ? null : restore_options(transaction)) ??
				restore_policy(transaction));
}

/** Puts the old options back into the file as it is now, and the old policy, unless somebody has set others: whether that is done. */
function restore(transaction: Transaction): boolean {
	const now = options_now(transaction);
	if (now != null && !is_to_go(transaction, now)) {
		if (!same_options(now, back_of(transaction)) || policy_stands(transaction) === 'other') {
			transaction.outcome = { code: 'superseded', options: now };
		}
		return true;
	}
	const failure = write_back(transaction, now);
	if (failure != null) {
		transaction.obstacle = { code: 'file', reason: failure };
	}
	return failure == null;
}

/**
 * Whether what was set up before is so again, or what the file asks for where firewall4 had fallen back from that: since the file
 * was put back there is another flowtable. What was set up of a file that firewall4 refused is not waited for, nor is a firewall
 * that was not loaded; if it was since, it has to be what the file asks for.
 */
function is_back(transaction: Transaction): boolean {
	const effective = read_flowtables();
	const was = transaction.was;
	const was_taken = was.loaded && transaction.way_back == null;
	const is_old = effective.mode === transaction.previous || (was_taken && effective.mode === was.mode);
	return effective.loaded
		? is_old && (effective.mode === 'off' || effective.handle !== transaction.handle)
		: !was.loaded;
}

/** Whether rpcd's rollback, or somebody else, has brought the change back. */
function has_come_back(transaction: Transaction): boolean {
	const now = read_options();
	return now != null && is_to_go(transaction, now);
}

/** Puts the file back and has the firewall load it. */
function put_back(transaction: Transaction): void {
	if (!restore(transaction)) {
		return;
	}
	if (transaction.staged) {
		unstage_options(transaction);
		transaction.staged = false;
	}
	transaction.restored = true;
	transaction.handle = read_flowtables().handle;
	transaction.obstacle = { code: 'firewall' };
	announce(transaction);
}

/** The file is put back: waits for the firewall, and for an apply that could bring the change back. */
function settle_back(transaction: Transaction): void {
	// Asked before the file is read: rpcd first takes back, and then waits no more.
	const pending = apply_pending();
	const back = is_back(transaction);
	if (has_come_back(transaction)) {
		transaction.restored = false;
	} else if (!back && uptime() - transaction.since < LOAD_LIMIT) {
		help_loading(transaction, verdict(gather()));
	} else if (pending) {
		transaction.obstacle = { code: 'apply' };
	} else {
		transaction.outcome = { code: 'reverted', reason: transaction.reason, loaded: back };
		close(transaction);
	}
}

function revert_step(transaction: Transaction): void {
	if (transaction.outcome != null) {
		close(transaction);
	} else if (transaction.restored) {
		settle_back(transaction);
	} else {
		put_back(transaction);
	}
}

/** Takes the next step and writes down what came of it, if anything. */
function step(transaction: Transaction): void {
	const phase = transaction.phase;
	const watch = transaction.watch;
	switch (phase) {
		case 'starting':
			start_step(transaction);
			break;
		case 'loading':
			load_step(transaction);
			break;
		case 'proving':
			prove_step(transaction);
			break;
		case 'reverting':
			revert_step(transaction);
			break;
		case 'ended':
			break;
	}
	if (phase !== 'proving' || transaction.phase !== phase || transaction.watch !== watch) {
		save(transaction);
	}
}

export { begin, begin_interrupted, go_back, restore, step };
