// SPDX-License-Identifier: Apache-2.0
import type { Change } from '../../../rpcd/api/index.ts';
import type { Clock } from '../lib/clock.ts';
import { UbusError } from '../lib/ubus/index.ts';
import { Value, type Changed } from '../lib/value.ts';
import { isDismissed, rememberDismissed } from './dismissed.ts';
import type { Router, RunningChange, Sight, Timing, Wish } from './state.ts';

const OBJECT = 'luci.nft-offload';
/** Milliseconds: one that was cut off is not waited for, one that is slow since it loads its firewall is. */
const TIMEOUT = 10_000;
/** Milliseconds between an answer and the next question. */
const PAUSE = 1_000;
/** The same for a trial that is set up: it may last a day, and each look costs the router something. */
const TRIAL_PAUSE = 5_000;
/** Milliseconds for which an answered wish may take to show: the router may be loading its firewall. Then it can be said again. */
const WISH_PATIENCE = 15_000;
/** Milliseconds by which two tellings of the same deadline may differ, since the router tells whole seconds. */
const SAME_DEADLINE = 2_000;

const METHOD_FOR = { keep: 'keep_change', undo: 'undo_change' } as const satisfies Record<Wish, string>;

export interface WitnessOptions {
	/** Whether this admin may keep a change or take it back. */
	mayWrite: boolean;
	/** Called whenever something that is shown has changed. */
	changed: Changed;
	/** Called when a change has ended: what the page shows of the state is old then. */
	ended: () => void;
}

/**
 * Watches the change that the router carries out, whoever has started it, and says what it sees. The router decides by itself;
 * only that packets take the new path is reason for the witness to say so: then it has the change kept.
 */
export class ChangeWitness {
	readonly mayWrite: boolean;
	readonly #router: Router;
	readonly #clock: Clock;
	readonly #ended: () => void;
	readonly #sight: Value<Sight>;
	readonly #wish: Value<Wish | null>;
	readonly #fault: Value<UbusError | null>;
	readonly #refusal: Value<UbusError | null>;
	/** When the router has answered the wish. */
	#heard: number | null = null;
	#known: number | null = null;
	#ours = false;
	#spoken = false;
	#asked = 0;
	#answered = 0;
	#open = 0;
	#due = 0;

	constructor(router: Router, clock: Clock, { mayWrite, changed, ended }: WitnessOptions) {
		this.mayWrite = mayWrite;
		this.#router = router;
		this.#clock = clock;
		this.#ended = ended;
		this.#sight = new Value<Sight>({ step: 'nothing' }, changed);
		this.#wish = new Value<Wish | null>(null, changed);
		this.#fault = new Value<UbusError | null>(null, changed);
		this.#refusal = new Value<UbusError | null>(null, changed);
	}

	get sight(): Sight {
		return this.#sight.value;
	}

	get running(): boolean {
		return this.sight.step === 'running';
	}

	/** The change that the router told of last, shown or not. */
	get known(): number | null {
		return this.#known;
	}

	/** Whether this tab has started it. */
	get ours(): boolean {
		return this.#ours;
	}

	/** What the router was asked for and has not done yet. */
	get wish(): Wish | null {
		return this.#wish.value;
	}

	/** Why the last look failed; null when it did not. */
	get fault(): UbusError | null {
		return this.#fault.value;
	}

	/** Why the router did not do what it was asked for. */
	get refusal(): UbusError | null {
		return this.#refusal.value;
	}

	/** Told of the change that the state names: one that is not known yet is asked for. */
	async notice(id: number | null): Promise<void> {
		if (id !== null && id !== this.#known && this.#open === 0) await this.#look();
	}

	/** Called each second. A change is watched also by a tab that nobody sees, unless it is one that it could not keep anyway. */
	async tick(hidden: boolean): Promise<void> {
		const sight = this.sight;
		if (sight.step !== 'running' || this.#open > 0 || this.#clock.now() < this.#due) return;
		if (hidden && (sight.change.report.trial || !this.mayWrite)) return;
		await this.#look();
	}

	/** Asks the router to keep the change, or to take it back, until it has answered. */
	async want(wish: Wish): Promise<void> {
		if (!this.running || !this.mayWrite) return;
		this.#wish.value = wish;
		this.#heard = null;
		this.#refusal.value = null;
		await this.#look();
	}

	/** Forgets how the last change ended. */
	dismiss(): void {
		if (!this.running) this.#sight.value = { step: 'nothing' };
		if (this.#known !== null) rememberDismissed(this.#known);
	}

	/** This tab has started a change. What was asked before it is old. */
	started(change: Change): void {
		this.#answered = ++this.#asked;
		this.#take(change, true);
	}

	#take(change: Change, ours: boolean): void {
		this.#fault.value = null;
		const before = this.sight;
		const id = idOf(change);
		if (id !== this.#known) this.#begin(id, ours);
		switch (change.state) {
			case 'none':
				if (before.step === 'running') this.#end({ step: 'forgotten', report: before.change.report });
				break;
			case 'ended':
				// One that was seen to run is told, whatever an earlier one of its number was.
				if (before.step === 'running' || ours) this.#end({ step: 'ended', change });
				else
					this.#sight.value = isDismissed(change.report.id) ? { step: 'nothing' } : { step: 'ended', change };
				break;
			case 'lost':
				if (before.step === 'running') this.#end({ step: 'lost', change });
				else this.#sight.value = isDismissed(change.id) ? { step: 'nothing' } : { step: 'lost', change };
				break;
			case 'starting':
			case 'loading':
			case 'proving':
			case 'reverting':
				this.#sight.value = { step: 'running', change, timing: this.#timing(before, change) };
				if (change.state === 'reverting' || this.#isUnheeded) this.#wish.value = null;
				this.#speak(change);
		}
	}

	/** A wish is a question, too: its answer tells how the change is. It is repeated only while there is none. */
	async #look(): Promise<void> {
		const turn = ++this.#asked;
		const wish = this.#heard === null ? this.wish : null;
		const sight = this.sight;
		this.#open++;
		try {
			const change =
				wish !== null && sight.step === 'running'
					? await this.#router.call(
							OBJECT,
							METHOD_FOR[wish],
							{ id: sight.change.report.id },
							{ timeout: TIMEOUT }
						)
					: await this.#router.call(OBJECT, 'get_change', {}, { timeout: TIMEOUT });
			if (wish !== null && wish === this.wish) this.#heard = this.#clock.now();
			if (turn > this.#answered) {
				this.#answered = turn;
				this.#take(change, false);
			}
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
			this.#fail(error, wish);
		} finally {
			this.#open--;
			this.#due = this.#clock.now() + this.#pause;
		}
	}

	/** What the router refuses is not asked again; what got lost is. */
	#fail(error: UbusError, wish: Wish | null): void {
		if (wish === null || error.mayHaveHappened) {
			this.#fault.value = error;
			return;
		}
		if (wish === this.wish) this.#wish.value = null;
		this.#refusal.value = error;
	}

	#begin(id: number | null, ours: boolean): void {
		this.#known = id;
		this.#ours = ours;
		this.#spoken = false;
		this.#wish.value = null;
		this.#refusal.value = null;
	}

	/** Has it kept, once for each proof: a reload of the firewall begins another. A trial is the admin's to keep. */
	#speak(change: RunningChange): void {
		const proved = change.state === 'proving' && change.proof.lacks === null && !change.report.trial;
		if (proved && !this.#spoken && this.wish === null) void this.want('keep');
		this.#spoken = proved;
	}

	#end(sight: Sight): void {
		this.#wish.value = null;
		this.#refusal.value = null;
		this.#sight.value = sight;
		this.#ended();
	}

	#timing(before: Sight, change: RunningChange): Timing {
		const now = this.#clock.now();
		const same = before.step === 'running' && before.change.report.id === change.report.id ? before : null;
		const since = same?.change.state === change.state ? same.timing.since : now;
		if (change.state === 'reverting') return { deadline: null, since };
		const deadline = now + change.seconds_left * 1000;
		const told = same?.timing.deadline ?? Infinity;
		return { deadline: Math.abs(told - deadline) < SAME_DEADLINE ? told : deadline, since };
	}

	get #isUnheeded(): boolean {
		return this.#heard !== null && this.#clock.now() - this.#heard > WISH_PATIENCE;
	}

	get #pause(): number {
		const sight = this.sight;
		return sight.step === 'running' && sight.change.report.trial && sight.change.state === 'proving'
			? TRIAL_PAUSE
			: PAUSE;
	}
}

export function idOf(change: Change): number | null {
	if (change.state === 'none') return null;
	return change.state === 'lost' ? change.id : change.report.id;
}
