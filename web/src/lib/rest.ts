// SPDX-License-Identifier: Apache-2.0
import type { Clock } from './clock.ts';

/** How many times as long as an answer took the router rests afterwards: all looks together take 5 % of a core at most. */
const REST = 20;

/** Milliseconds of rest that the router is owed for an answer that took it so many microseconds. */
export const restFor = (took_us: number): number => (REST * took_us) / 1000;

/** The rest that the router is owed, for all that one page asks. */
export class Rest {
	readonly #clock: Clock;
	#until = -Infinity;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Milliseconds. */
	get left(): number {
		return Math.max(0, this.#until - this.#clock.now());
	}

	/** Adds what an answer took on the router, in microseconds. */
	add(took_us: number): void {
		this.#until = Math.max(this.#until, this.#clock.now()) + restFor(took_us);
	}
}
