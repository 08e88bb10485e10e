// SPDX-License-Identifier: Apache-2.0
import type {
	Change,
	ChangeCheck,
	CheckChangeArguments,
	Finding,
	Mode,
	PolicyRule,
	StartChangeArguments
} from '../../../rpcd/api/index.ts';
import type { Clock } from '../lib/clock.ts';
import { UbusError } from '../lib/ubus/index.ts';
import { Value, type Changed } from '../lib/value.ts';
import { reviewLines, type ReviewLine } from './lines.ts';
import type { Draft, Router, Terms, Wanted } from './state.ts';
import { idOf, type ChangeWitness } from './witness.ts';

const OBJECT = 'luci.nft-offload';
/** Milliseconds: the drivers may be asked, and rpcd ends a call after 30 s. */
const TIMEOUT = 35_000;
/** Milliseconds between two questions whether a start came through. */
const PAUSE = 1_000;

/** A change as this tab prepares it: checked, read, started. What comes then is the router's, and the witness tells of it. */
export class ChangeDraft {
	readonly #state: Value<Draft>;
	readonly #router: Router;
	readonly #clock: Clock;
	readonly #witness: ChangeWitness;

	constructor(router: Router, clock: Clock, witness: ChangeWitness, changed: Changed) {
		this.#state = new Value<Draft>({ step: 'none' }, changed);
		this.#router = router;
		this.#clock = clock;
		this.#witness = witness;
	}

	get state(): Draft {
		return this.#state.value;
	}

	/** Has the router check a mode, with an edit of the policy where one is wanted, and shows what it changes. Changes nothing. */
	async review(mode: Mode, policy: Wanted = null): Promise<void> {
		if (this.state.step !== 'none' && this.state.step !== 'refused') return;
		await this.#step({ step: 'checking', mode, policy }, async () => {
			const rules = policy && policy(await this.#rules());
			const [check, findings] = await Promise.all([
				this.#router.call(OBJECT, 'check_change', { mode, ...given(rules) }, { timeout: TIMEOUT }),
				this.#findings(mode)
			]);
			return { step: 'review', mode, policy, rules, check, lines: readable(check), findings };
		});
	}

	/** The rules of the policy. Where nobody understands them, that is told. */
	async #rules(): Promise<PolicyRule[]> {
		const { rules, fault } = await this.#router.call(OBJECT, 'get_policy', {});
		if (fault === null) return rules;
		throw new UbusError(
			{ kind: 'problem', problem: { problem: 'policy_refused', ...fault } },
			`${OBJECT}.get_policy`
		);
	}

	/** What the mode would bring. That it is not found out keeps nobody from a change. */
	async #findings(mode: Mode): Promise<Finding[]> {
		try {
			return (await this.#router.call(OBJECT, 'get_diagnosis', { mode }, { timeout: TIMEOUT })).findings;
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
			return [];
		}
	}

	/** Has the router start what was reviewed. */
	async start(terms: Terms): Promise<void> {
		const state = this.state;
		if (state.step !== 'review') return;
		const { mode, policy, rules, check } = state;
		const known = this.#witness.known;
		await this.#step({ step: 'starting', mode, policy }, async () => {
			const change = await this.#start({ mode, ...given(rules), revision: check.revision, ...terms }, known);
			// Behind a dialog that is still open, nothing can take the focus.
			this.#close('starting');
			this.#witness.started(change);
			return { step: 'none' };
		});
	}

	/** Puts the draft away. One that the router is starting goes on there. */
	cancel(): void {
		this.#close(this.state.step);
	}

	#close(step: Draft['step']): void {
		if (this.state.step === step) this.#state.value = { step: 'none' };
	}

	/** What was put away meanwhile does not come back; a failure is told with the mode. */
	async #step(during: Draft & { mode: Mode; policy: Wanted }, work: () => Promise<Draft>): Promise<void> {
		this.#state.value = during;
		const then = await work().catch((error: unknown): Draft => {
			if (!(error instanceof UbusError)) throw error;
			return { step: 'refused', mode: during.mode, policy: during.policy, error };
		});
		if (this.state === during) this.#state.value = then;
	}

	/** Where the answer is missing, the router may have started all the same: then it tells of another change than before. */
	async #start(args: StartChangeArguments, known: number | null): Promise<Change> {
		try {
			return await this.#router.call(OBJECT, 'start_change', args, { timeout: TIMEOUT });
		} catch (error) {
			if (!(error instanceof UbusError) || !error.mayHaveHappened) throw error;
			const change = await this.#ask();
			if (change.state === 'none' || idOf(change) === known) throw error;
			return change;
		}
	}

	/** Asks until there is an answer. */
	async #ask(): Promise<Change> {
		for (;;) {
			await this.#clock.sleep(PAUSE);
			try {
				return await this.#router.call(OBJECT, 'get_change', {});
			} catch (error) {
				if (!(error instanceof UbusError) || !error.mayHaveHappened) throw error;
				if (this.state.step !== 'starting') throw error;
			}
		}
	}
}

/** The argument that says so. */
const given = (policy: PolicyRule[] | null): Pick<CheckChangeArguments, 'policy'> =>
	policy === null ? {} : { policy };

/** Bytes that are no base64 are told as what they are: an answer that was not expected. */
function readable(check: ChangeCheck): ReviewLine[] {
	try {
		return reviewLines(check);
	} catch (cause) {
		const reason = 'not base64';
		throw new UbusError({ kind: 'protocol', reason, path: '$.config' }, `${OBJECT}.check_change`, { cause });
	}
}
