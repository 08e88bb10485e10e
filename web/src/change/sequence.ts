// SPDX-License-Identifier: Apache-2.0
import type { Mode, StagedMode, Verdict } from '../../../rpcd/api/index.ts';
import { UbusError, UbusStatus, type UbusClient } from '../lib/ubus/index.ts';
import { UciEditError, UciError } from '../lib/uci/index.ts';
import { Value, type Changed } from '../lib/value.ts';
import type { Clock } from '../lib/clock.ts';
import { previewChange } from './preview.ts';
import { elsewhere, OPTIONS, sameChanges } from './staged.ts';
import type { ChangeState, Outcome, Reviewed, UndoReason, WaitingFor } from './state.ts';

/** Seconds until rpcd restores the old configuration by itself. */
export const ROLLBACK_SECONDS = 60;
/** What remains of them when we stop waiting, so that our own rollback comes before rpcd's. */
const RESERVE = 10_000;
/** How long after the rollback the router is looked for: its network, too, has to come back. */
const AFTERMATH = 60_000;
/** procd waits a second for further changes before it reloads the firewall; a confirmation must come after. */
const SETTLE = 2_000;
/**
 * The same where other changes are taken along: netifd moves the router to another address long after the firewall
 * does what it should, and who confirms before that has cut himself off for good (seen on OpenWrt 25.12.2).
 */
const SETTLE_WITH_OTHERS = 20_000;
/**
 * A reload that has not brought the mode by now will not: fw4 fell back, or its ruleset was refused. Behind another
 * admin's changes it has taken longer than 20 s (seen on OpenWrt 23.05.2, emulated).
 */
const RELOAD_LIMIT = 40_000;
/** When a firewall that did not load is loaded once by us: firewall4's memory is away while an ordinary reload runs, too. */
const LOAD_AFTER = 5_000;
const BETWEEN_LOOKS = 1_000;
/** One look's limit: a router that was cut off is not waited for, a slow one that reloads its firewall is. */
const LOOK_TIMEOUT = 10_000;

const WAITING_FOR = {
	good: 'settling',
	unchanged: 'file',
	not_in_effect: 'firewall',
	unreachable: 'answer'
} as const satisfies Record<Exclude<Sight['seen'], 'differs'>, WaitingFor>;

/** rpcd ends a call after 30 s. */
const LOAD_TIMEOUT = 30_000;

/** The router as the sequence needs it. */
export type Router = Pick<UbusClient, 'call'>;

/** What one look at the router told about the change under way. */
type Sight =
	{ seen: 'good' | 'unchanged' | 'differs' | 'unreachable' } | { seen: 'not_in_effect'; verdict: Verdict };

/**
 * Changes the mode as carefully as a router deserves: check, stage, show, apply with rollback, verify against
 * the kernel and the file, then confirm or undo, and leave a clean staging area.
 *
 * `uci apply` answers 0 whatever happened (rpcd's uci.c ignores the commit's errors), so only the file and the
 * kernel are believed. LuCI's own `uci.apply()` is not used: it would leave a token with which any page confirms.
 *
 * The window between apply and confirm is guarded by rpcd's timer alone: a reload of rpcd or a reboot inside it
 * keeps the new configuration. A guard on the router that outlives both belongs beside `apply()`.
 */
export class ChangeSequence {
	readonly #state: Value<ChangeState>;
	readonly #router: Router;
	readonly #clock: Clock;
	#left = false;

	constructor(router: Router, clock: Clock, changed: Changed) {
		this.#state = new Value<ChangeState>({ step: 'idle' }, changed);
		this.#router = router;
		this.#clock = clock;
	}

	get state(): ChangeState {
		return this.#state.value;
	}

	/** Checks and stages a mode, and shows what it changes. From `idle` and `ended`. */
	async start(mode: Mode): Promise<void> {
		if (!this.#at('idle', 'ended')) return;
		this.#left = false;
		this.#state.value = { step: 'checking', mode };
		try {
			this.#state.value = { step: 'review', ...(await this.#prepare(mode)) };
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
			this.#end(mode, { code: 'refused', error });
		}
	}

	/** Puts the staged change away. From `review`. */
	async cancel(): Promise<void> {
		const state = this.#state.value;
		if (state.step !== 'review') return;
		this.#state.value = { step: 'cancelling', mode: state.mode };
		await this.#unstage(state);
		this.#end(state.mode, { code: 'cancelled' });
	}

	/** Applies what was reviewed, verifies it, and confirms or undoes it. From `review`. */
	async apply(): Promise<void> {
		const state = this.#state.value;
		if (state.step !== 'review') return;
		const started = this.#clock.now();
		const deadline = started + ROLLBACK_SECONDS * 1000;
		this.#waitFor('answer', state.mode, deadline);
		this.#end(state.mode, await this.#applyAndVerify(state, started, deadline));
	}

	/** Undoes at once instead of waiting for the verification. While `verifying`, but for the confirmation. */
	undo(): void {
		const state = this.#state.value;
		if (state.step !== 'verifying' || state.waitingFor === 'confirmation') return;
		const { mode, deadline } = state;
		this.#state.value = { step: 'undoing', mode, deadline, reason: { code: 'asked' } };
	}

	/** Forgets how the last change ended. */
	dismiss(): void {
		if (this.#at('ended')) this.#state.value = { step: 'idle' };
	}

	async #prepare(mode: Mode): Promise<Reviewed> {
		const [before, config] = await Promise.all([
			this.#router.call('uci', 'changes', {}),
			this.#router.call('luci.nft-offload', 'get_config', {})
		]);
		try {
			const staged = await this.#router.call('luci.nft-offload', 'set_mode', { mode });
			const { changes } = await this.#router.call('uci', 'changes', {});
			const others = elsewhere(before.changes, staged.section);
			const alone = !others.some((other) => other.config === 'firewall');
			return { mode, staged, preview: previewChange(config, staged.options, alone), others, changes };
		} catch (error) {
			// With a problem the plugin has staged nothing. Whatever else went wrong may have come after it did.
			const mayBeStaged = !(error instanceof UbusError) || error.kind !== 'problem';
			if (mayBeStaged && before.changes['firewall'] === undefined) await this.#takeOut(() => this.#revert());
			throw asUbusError(error);
		}
	}

	async #applyAndVerify(reviewed: Reviewed, started: number, deadline: number): Promise<Outcome> {
		const refused = await this.#sendApply(reviewed);
		if (refused !== null) {
			await this.#unstage(reviewed);
			return refused;
		}
		const reason = await this.#verify(reviewed, started, deadline);
		if (reason !== null) return this.#undo(reviewed, deadline, reason);
		return this.#confirm(reviewed, deadline);
	}

	/** Null when the router took the apply, or may have taken it: then the looks that follow tell. */
	async #sendApply(reviewed: Reviewed): Promise<Outcome | null> {
		try {
			const [{ changes }, config] = await Promise.all([
				this.#router.call('uci', 'changes', {}),
				this.#router.call('luci.nft-offload', 'get_config', {})
			]);
			if (!sameChanges(changes, reviewed.changes) || reviewed.preview.compare(config) !== 'as_before')
				return { code: 'overtaken' };
			await this.#router.call('uci', 'apply', { rollback: true, timeout: ROLLBACK_SECONDS });
			return null;
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
			if (error.status === UbusStatus.PermissionDenied) return { code: 'busy' };
			return error.mayHaveHappened ? null : { code: 'refused', error };
		}
	}

	/** Null when file and kernel are as meant; else why they are not. */
	async #verify(reviewed: Reviewed, started: number, deadline: number): Promise<UndoReason | null> {
		const settle = reviewed.others.length > 0 ? SETTLE_WITH_OTHERS : SETTLE;
		let reason: UndoReason = { code: 'unreachable' };
		let loaded = false;
		while (this.#clock.now() < deadline - RESERVE) {
			const sight = await this.#look(reviewed);
			const elapsed = this.#clock.now() - started;
			if (this.#at('undoing')) return { code: 'asked' };
			if (sight.seen === 'good' && elapsed >= settle) return null;
			if (sight.seen === 'differs') return { code: 'file_differs' };
			if (sight.seen === 'not_in_effect' && !loaded && elapsed >= LOAD_AFTER && needsLoad(sight.verdict)) {
				loaded = true;
				await this.#load(deadline - RESERVE);
				continue;
			}
			reason =
				sight.seen === 'not_in_effect'
					? { code: 'not_in_effect', verdict: sight.verdict }
					: { code: 'unreachable' };
			if (sight.seen === 'not_in_effect' && elapsed >= RELOAD_LIMIT) return reason;
			this.#waitFor(WAITING_FOR[sight.seen], reviewed.mode, deadline);
			await this.#clock.sleep(BETWEEN_LOOKS);
		}
		return reason;
	}

	/** One look at the file and the kernel. Never fails: a router that does not answer is a sight, too. */
	async #look({ mode, preview }: Reviewed): Promise<Sight> {
		try {
			const limits = { timeout: LOOK_TIMEOUT };
			const [config, status] = await Promise.all([
				this.#router.call('luci.nft-offload', 'get_config', {}, limits),
				this.#router.call('luci.nft-offload', 'get_status', {}, limits)
			]);
			const file = preview.compare(config);
			if (file !== 'as_meant') return { seen: file === 'as_before' ? 'unchanged' : 'differs' };
			return status.effective.mode === mode && isSetUp(status.verdict)
				? { seen: 'good' }
				: { seen: 'not_in_effect', verdict: status.verdict };
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
			// A problem is an answer: the router is there, and its file cannot be what was meant.
			return { seen: error.kind === 'problem' ? 'differs' : 'unreachable' };
		}
	}

	/** Whatever becomes of it, the looks that follow tell. */
	async #load(until: number): Promise<void> {
		const timeout = Math.min(LOAD_TIMEOUT, until - this.#clock.now());
		try {
			await this.#router.call('luci.nft-offload', 'load_firewall', {}, { timeout });
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
		}
	}

	/** Confirms until it is known what became of it; a second confirmation harms nothing. */
	async #confirm(reviewed: Reviewed, deadline: number): Promise<Outcome> {
		this.#waitFor('confirmation', reviewed.mode, deadline);
		while (this.#clock.now() < deadline) {
			try {
				await this.#router.call('uci', 'confirm', {}, { timeout: LOOK_TIMEOUT });
				break;
			} catch (error) {
				if (!(error instanceof UbusError)) throw error;
				// Nothing waits any more (5), or it is somebody else's (6): only the file tells what remained.
				if (!error.mayHaveHappened) break;
				await this.#clock.sleep(BETWEEN_LOOKS);
			}
		}
		const { seen } = await this.#look(reviewed);
		if (seen === 'good' || seen === 'not_in_effect') return { code: 'kept' };
		const reason: UndoReason = { code: seen === 'differs' ? 'file_differs' : 'unreachable' };
		if (seen !== 'unchanged') return { code: 'uncertain', reason };
		await this.#unstage(reviewed);
		return { code: 'rolled_back', reason };
	}

	/** Asks for the rollback; where the router cannot be reached, waits until it has rolled back by itself. */
	async #undo(reviewed: Reviewed, deadline: number, why: UndoReason): Promise<Outcome> {
		this.#state.value = { step: 'undoing', mode: reviewed.mode, deadline, reason: why };
		const asked = await this.#sendRollback();
		// What the admin asked for did not get there.
		const reason: UndoReason = asked || why.code !== 'asked' ? why : { code: 'unreachable' };
		for (;;) {
			const { seen } = await this.#look(reviewed);
			if (seen === 'unchanged') {
				await this.#unstage(reviewed);
				return { code: asked ? 'undone' : 'rolled_back', reason };
			}
			if (this.#clock.now() >= deadline + AFTERMATH) return { code: 'uncertain', reason };
			await this.#clock.sleep(BETWEEN_LOOKS);
		}
	}

	async #sendRollback(): Promise<boolean> {
		try {
			await this.#router.call('uci', 'rollback', {}, { timeout: LOOK_TIMEOUT });
			return true;
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
			return false;
		}
	}

	/**
	 * Takes our change out of the staging area. Where the admin has other changes of the firewall there, made before or
	 * meanwhile in another tab, a revert would lose them: then our two options are staged back to what they were.
	 */
	async #unstage({ staged }: Reviewed): Promise<void> {
		await this.#takeOut(async () => {
			const { changes } = await this.#router.call('uci', 'changes', {});
			const others = elsewhere(changes, staged.section);
			await (others.some(({ config }) => config === 'firewall') ? this.#stageBack(staged) : this.#revert());
		});
	}

	/** Never fails: that the change is still staged is told at the end. */
	async #takeOut(attempt: () => Promise<void>): Promise<void> {
		try {
			await attempt();
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
			// Nothing staged (5) is what was wanted; a session that is gone has taken its staging area along.
			this.#left = error.status !== UbusStatus.NoData && error.kind !== 'expired';
		}
	}

	async #revert(): Promise<void> {
		await this.#router.call('uci', 'revert', { config: 'firewall' });
	}

	async #stageBack({ section, options, previous_options }: StagedMode): Promise<void> {
		for (const option of OPTIONS) {
			const value = previous_options[option];
			if (value === options[option]) continue;
			if (value === null) await this.#router.call('uci', 'delete', { config: 'firewall', section, option });
			else
				await this.#router.call('uci', 'set', { config: 'firewall', section, values: { [option]: value } });
		}
	}

	#at(...steps: ChangeState['step'][]): boolean {
		return steps.includes(this.#state.value.step);
	}

	#waitFor(waitingFor: WaitingFor, mode: Mode, deadline: number): void {
		this.#state.value = { step: 'verifying', mode, deadline, waitingFor };
	}

	#end(mode: Mode, outcome: Outcome): void {
		this.#state.value = { step: 'ended', mode, outcome, left: this.#left };
	}
}

/**
 * Whether a verdict leaves the mode as set up. What is seen of it, or not, comes later, and is no reason to take a
 * change back; where the kernel could not be asked, its mode is told as off for want of knowledge.
 */
function isSetUp({ code }: Verdict): boolean {
	switch (code) {
		case 'same':
		case 'devices_differ':
		case 'offloaded_by_others':
		case 'not_in_hardware':
		case 'uplink_not_covered':
		case 'partly_in_hardware':
		case 'nothing_to_offload':
			return true;
		case 'config_unreadable':
		case 'no_firewall4':
		case 'nft_failed':
		case 'option_refused':
		case 'module_missing':
		case 'ruleset_refused':
		case 'firewall_stopped':
		case 'reload_failed':
		case 'no_devices':
		case 'not_reloaded':
		case 'hardware_refused':
			return false;
	}
}

/** `fw4 reload`, which an apply leads to, does nothing where firewall4 has forgotten that it is loaded. */
const needsLoad = ({ code }: Verdict) => code === 'reload_failed' || code === 'firewall_stopped';

/** A file that libuci takes and we do not is told as what it is: an answer that was not expected. */
function asUbusError(error: unknown): unknown {
	return error instanceof UciError || error instanceof UciEditError
		? new UbusError(
				{ kind: 'protocol', reason: error.message, path: '/etc/config/firewall' },
				'luci.nft-offload.get_config'
			)
		: error;
}
