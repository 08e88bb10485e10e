// SPDX-License-Identifier: Apache-2.0

/** The middle one of some figures, which are left in their order. */
export function median(figures: readonly number[]): number {
	return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN;
}
