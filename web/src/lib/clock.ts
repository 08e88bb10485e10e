// SPDX-License-Identifier: Apache-2.0
/** Time as the change sequence sees it; tests give it one of their own. */
export interface Clock {
	/** Milliseconds on a clock that nobody sets. */
	now: () => number;
	sleep: (milliseconds: number) => Promise<void>;
}

export const browserClock: Clock = {
	now: () => performance.now(),
	sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
};
