// SPDX-License-Identifier: Apache-2.0

/** Tells a session that has expired from one that may not do something: asks the router once for all who run into it. */
export class SessionProbe {
	readonly #ask: () => Promise<boolean>;
	#asking: Promise<boolean> | null = null;

	/** `ask` tells whether the router knows the session. */
	constructor(ask: () => Promise<boolean>) {
		this.#ask = ask;
	}

	isAlive(): Promise<boolean> {
		this.#asking ??= this.#ask().finally(() => {
			this.#asking = null;
		});
		return this.#asking;
	}
}
