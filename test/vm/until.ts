// SPDX-License-Identifier: Apache-2.0
/** Waiting on a condition, never on the clock alone, and on one that nobody sets. `TEST_TIMEOUT_FACTOR` stretches every wait on a slow host. */
export const FACTOR = Number(process.env['TEST_TIMEOUT_FACTOR'] ?? '1');
const PAUSE_MS = 100;

/**
 * Asks `probe` until it answers something other than null, undefined or false, and returns that. A probe that
 * throws counts as "not yet". After `seconds` it fails, and tells `what` was waited for and the last word.
 */
export async function until<T>(
	what: string,
	seconds: number,
	probe: () => Promise<T | null | undefined | false> | T | null | undefined | false
): Promise<T> {
	const deadline = performance.now() + seconds * 1000 * FACTOR;
	let last: unknown;
	for (;;) {
		try {
			const answer = await probe();
			if (answer !== null && answer !== undefined && answer !== false) return answer;
			last = answer;
		} catch (error) {
			last = error;
		}
		if (performance.now() > deadline)
			throw new Error(`waited ${seconds} s for ${what}; last: ${String(last)}`);
		await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
	}
}
