// SPDX-License-Identifier: Apache-2.0
/** A tab of the page as far as it deals with changes. */
import { ChangeDraft } from '../../../web/src/change/draft.ts';
import type { Draft, Sight, Terms } from '../../../web/src/change/state.ts';
import { ChangeWitness } from '../../../web/src/change/witness.ts';
import type { Mode } from '../../../rpcd/api/index.ts';
import type { FakeClock, FakeRouter } from './fake-router.ts';

export const PLAIN: Terms = { seconds: 120, trial: false };
export const TRIAL: Terms = { seconds: 3600, trial: true };

export class Tab {
	readonly witness: ChangeWitness;
	readonly draft: ChangeDraft;
	/** How often a change was told to have ended. */
	ends = 0;
	hidden = false;
	readonly #router: FakeRouter;

	constructor(router: FakeRouter, clock: FakeClock, user = 'root') {
		const own = router.as(user);
		this.#router = router;
		const options = { mayWrite: user !== 'viewer', changed: () => undefined, ended: () => this.ends++ };
		this.witness = new ChangeWitness(own, clock, options);
		this.draft = new ChangeDraft(own, clock, this.witness, () => undefined);
	}

	get sight(): Sight {
		return this.witness.sight;
	}

	/** The state, if it is this one. */
	at<S extends Draft['step']>(step: S): Extract<Draft, { step: S }> {
		const { state } = this.draft;
		if (!is(state, step)) throw new Error(`not ${step} but ${JSON.stringify(state)}`);
		return state;
	}

	saw<S extends Sight['step']>(step: S): Extract<Sight, { step: S }> {
		const { sight } = this;
		if (!is(sight, step)) throw new Error(`not ${step} but ${JSON.stringify(sight)}`);
		return sight;
	}

	/** What becomes of a status, which names the change. */
	async status(): Promise<void> {
		if (!this.#router.isCutOff()) await this.witness.notice(this.#router.id);
	}

	async changeTo(mode: Mode, terms = PLAIN): Promise<void> {
		await this.draft.review(mode);
		await this.draft.start(terms);
	}
}

function is<T extends { step: string }, S extends T['step']>(
	state: T,
	step: S
): state is Extract<T, { step: S }> {
	return state.step === step;
}

/** Lets so many seconds pass, in which each tab ticks and asks for the state, as the page does. */
export async function pass(clock: FakeClock, seconds: number, ...tabs: Tab[]): Promise<void> {
	for (let second = 0; second < seconds; second++) {
		await clock.sleep(1000);
		for (const tab of tabs) await tab.witness.tick(tab.hidden);
		if (second % 5 === 0) for (const tab of tabs) await tab.status();
		// What a tick has led to, a keeping, is answered.
		await new Promise((resolve) => setImmediate(resolve));
	}
}
