// SPDX-License-Identifier: Apache-2.0
import { UbusError } from '../ubus/index.ts';
import type { Clock } from '../change/clock.ts';
import { Value, type Changed } from '../value.ts';

/** How many times as long as the last look took the router rests before the next one: at most 5 % of a core. */
const REST = 20;

/** The last answer to one question, and when to ask again. A failed look keeps the old answer, and says so. */
export class Live<T extends { took_us: number }> {
	readonly #value: Value<T | null>;
	readonly #error: Value<UbusError | null>;
	readonly #ask: () => Promise<T>;
	readonly #interval: number;
	readonly #clock: Clock;
	#due = 0;
	#looks = 0;

	/** `interval`: the shortest rest in milliseconds. */
	constructor(ask: () => Promise<T>, interval: number, clock: Clock, changed: Changed) {
		this.#value = new Value<T | null>(null, changed);
		this.#error = new Value<UbusError | null>(null, changed);
		this.#ask = ask;
		this.#interval = interval;
		this.#clock = clock;
	}

	/** The last answer; null before the first. */
	get value(): T | null {
		return this.#value.value;
	}

	/** Why the last look failed; null when it did not. */
	get error(): UbusError | null {
		return this.#error.value;
	}

	/** Asks if it is time to and no other question is under way. */
	async lookWhenDue(): Promise<void> {
		if (this.#clock.now() >= this.#due) await this.look();
	}

	/** Asks now. An answer that a later question has overtaken is dropped. */
	async look(): Promise<void> {
		const look = ++this.#looks;
		const started = this.#clock.now();
		this.#due = Infinity;
		let rest = this.#interval;
		try {
			const value = await this.#ask();
			rest = Math.max(rest, (REST * value.took_us) / 1000);
			if (look !== this.#looks) return;
			this.#value.value = value;
			this.#error.value = null;
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
			// What took long to fail is not asked again at once either.
			rest = Math.max(rest, this.#clock.now() - started);
			if (look !== this.#looks) return;
			this.#error.value = error;
		} finally {
			if (look === this.#looks) this.#due = this.#clock.now() + rest;
		}
	}
}
