// SPDX-License-Identifier: Apache-2.0
import { UbusError } from './ubus/index.ts';
import type { Clock } from './clock.ts';
import { Value, type Changed } from './value.ts';
import type { Rest } from './rest.ts';

export interface LiveOptions {
	/** The shortest time between an answer and the next question, in milliseconds. */
	interval: number;
	/** What the router is owed for this and for all else that the page asks. */
	rest: Rest;
	/** The longest wait for that rest, in milliseconds: what is cheap need not wait for what is dear. */
	patience?: number;
	clock: Clock;
	changed: Changed;
}

/** The last answer to one question, and when to ask again. A failed look keeps the old answer, and says so. */
export class Live<T extends { took_us: number }> {
	readonly #value: Value<T | null>;
	readonly #error: Value<UbusError | null>;
	readonly #ask: () => Promise<T>;
	readonly #options: LiveOptions;
	#due = 0;
	#looks = 0;

	constructor(ask: () => Promise<T>, options: LiveOptions) {
		this.#value = new Value<T | null>(null, options.changed);
		this.#error = new Value<UbusError | null>(null, options.changed);
		this.#ask = ask;
		this.#options = options;
	}

	/** The last answer; null before the first. */
	get value(): T | null {
		return this.#value.value;
	}

	/** Why the last look failed; null when it did not. */
	get error(): UbusError | null {
		return this.#error.value;
	}

	/** Milliseconds until it is time to ask again: not while a question is under way, nor before the router has rested. */
	get wait(): number {
		const { clock, rest, patience = Infinity } = this.#options;
		return Math.max(0, this.#due - clock.now(), Math.min(rest.left, this.#due + patience - clock.now()));
	}

	get due(): boolean {
		return this.wait === 0;
	}

	async lookWhenDue(): Promise<void> {
		if (this.due) await this.look();
	}

	/** Asks now. An answer that a later question has overtaken is dropped. */
	async look(): Promise<void> {
		const { clock, rest, interval } = this.#options;
		const look = ++this.#looks;
		const started = clock.now();
		let pause = interval;
		this.#due = Infinity;
		try {
			const value = await this.#ask();
			// The first is paid for twice: so at no time since the page was opened has the router spent more than its share.
			rest.add(this.value === null ? 2 * value.took_us : value.took_us);
			if (look !== this.#looks) return;
			this.#value.value = value;
			this.#error.value = null;
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
			// What took long to fail is not asked again at once either. If rpcd says so, the router worked all the while.
			const took = clock.now() - started;
			pause = Math.max(pause, took);
			if (error.kind === 'unanswered' || error.status !== null) rest.add(took * 1000);
			if (look !== this.#looks) return;
			this.#error.value = error;
		} finally {
			if (look === this.#looks) this.#due = clock.now() + pause;
		}
	}
}
