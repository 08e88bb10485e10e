// SPDX-License-Identifier: Apache-2.0
/**
 * The router's monotonic clock. It runs with real time, and {@link Clock.advance} makes it jump, firing on the
 * way what falls due: a rollback after 90 s takes a test no time, and a demo runs as a router does.
 */
export class Clock {
	#jumped = 0;
	readonly #timers = new Set<Timer>();

	/** Milliseconds since some fixed moment. */
	now(): number {
		return performance.now() + this.#jumped;
	}

	/** Runs `action` once, `ms` from now. Returns how to call it off. */
	after(ms: number, action: () => void): () => void {
		const timer: Timer = {
			due: this.now() + ms,
			action: () => {
				cancel();
				action();
			},
			// The wait is bounded by what setTimeout can count.
			handle: setTimeout(
				() => {
					this.#fire(timer);
				},
				Math.min(ms, 2 ** 31 - 1)
			)
		};
		const cancel = (): void => {
			clearTimeout(timer.handle);
			this.#timers.delete(timer);
		};
		this.#timers.add(timer);
		return cancel;
	}

	/** Lets `ms` pass at once. */
	advance(ms: number): void {
		const end = this.now() + ms;
		for (;;) {
			const next = [...this.#timers].sort((a, b) => a.due - b.due)[0];
			if (!next || next.due > end) break;
			this.#jumped += Math.max(0, next.due - this.now());
			this.#fire(next);
		}
		this.#jumped += Math.max(0, end - this.now());
	}

	/** Calls off everything that is still to come. */
	stop(): void {
		for (const timer of this.#timers) clearTimeout(timer.handle);
		this.#timers.clear();
	}

	#fire(timer: Timer): void {
		if (this.#timers.has(timer)) timer.action();
	}
}

interface Timer {
	due: number;
	action: () => void;
	handle: NodeJS.Timeout;
}
