// SPDX-License-Identifier: Apache-2.0
/** Makes something when it is first asked for. */
function once<T>(make: () => T): () => T {
	let made: T | null = null;
	return () => {
		made = made ?? make();
		return made;
	};
}

export { once };
