// SPDX-License-Identifier: Apache-2.0
/** Called whenever something that the page shows has changed. */
export type Changed = () => void;

/** A value that the page shows: setting it tells that something changed. */
export class Value<T> {
	#value: T;
	readonly #changed: Changed;

	constructor(value: T, changed: Changed) {
		this.#value = value;
		this.#changed = changed;
	}

	get value(): T {
		return this.#value;
	}

	set value(value: T) {
		this.#value = value;
		this.#changed();
	}
}
