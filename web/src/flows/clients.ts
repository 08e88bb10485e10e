// SPDX-License-Identifier: Apache-2.0
import type { ClientTotal, Total } from '../../../rpcd/api/index.ts';
import type { Measure } from './query.ts';
import { forget, SHORTEST } from './rates.ts';
import { totalOf } from './total.ts';

interface Seen {
	/** Milliseconds on the router's clock. */
	at: number;
	total: Total;
	rates: Record<Measure, number> | null;
}

/**
 * How fast the sums of clients grow, at least: what a connection carried leaves the sum when it ends, so the growth is
 * never more than what passed. That holds while no connection comes into the sum with what it carried before: not where
 * the sums are of one path, or of a state.
 */
export class ClientRates {
	readonly #seen = new Map<string, Seen>();

	/** Per second; null where it is not known. */
	of(address: string, measure: Measure): number | null {
		return this.#seen.get(address)?.rates?.[measure] ?? null;
	}

	/** Forgets all: other connections are counted from now on. */
	clear(): void {
		this.#seen.clear();
	}

	/** Takes an answer read at `at`, in milliseconds on the router's clock. */
	note(clients: readonly ClientTotal[], at: number, took_us: number): void {
		forget(this.#seen, at, took_us);
		for (const { address, paths } of clients) {
			const before = this.#seen.get(address);
			if (before && at - before.at < SHORTEST) continue;
			const total = totalOf(paths);
			const rates = before ? growth(before.total, total, (at - before.at) / 1000) : null;
			this.#seen.set(address, { at, total, rates });
		}
	}
}

/** Null where more ended than came. */
function growth(before: Total, now: Total, seconds: number): Record<Measure, number> | null {
	const bytes = now.bytes - before.bytes;
	const packets = now.packets - before.packets;
	return bytes >= 0 && packets >= 0 ? { bytes: bytes / seconds, packets: packets / seconds } : null;
}
