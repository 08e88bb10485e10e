// SPDX-License-Identifier: Apache-2.0
import type { ClientTotal, Total } from '../../../rpcd/api.ts';
import type { Measure } from './query.ts';
import { totalOf } from './total.ts';

interface Seen {
	at: number;
	total: Total;
}

/** Answers that follow closer tell no rate. */
const SHORTEST = 1000;

/**
 * How fast the sums of clients grow, at least: what a connection carried leaves the sum when it ends, so the
 * growth is never more than what passed.
 */
export class ClientRates {
	#before = new Map<string, Seen>();
	#rates = new Map<string, Record<Measure, number>>();

	/** Per second; null where it is not known. */
	of(address: string, measure: Measure): number | null {
		return this.#rates.get(address)?.[measure] ?? null;
	}

	/** Forgets all: other connections are counted from now on. */
	clear(): void {
		this.#before.clear();
		this.#rates.clear();
	}

	/** Takes an answer read at `at`, in milliseconds on the router's clock. */
	note(clients: readonly ClientTotal[], at: number): void {
		for (const client of clients) {
			const { address } = client;
			const total = totalOf(client.paths);
			const before = this.#before.get(address);
			if (before && at - before.at >= 0 && at - before.at < SHORTEST) continue;
			this.#before.set(address, { at, total });
			const rates = before && growth(before, { at, total });
			if (rates) this.#rates.set(address, rates);
			else this.#rates.delete(address);
		}
	}
}

/** Null where more ended than came, or the router started again. */
function growth(before: Seen, now: Seen): Record<Measure, number> | null {
	const seconds = (now.at - before.at) / 1000;
	const bytes = now.total.bytes - before.total.bytes;
	const packets = now.total.packets - before.total.packets;
	return seconds > 0 && bytes >= 0 && packets >= 0
		? { bytes: bytes / seconds, packets: packets / seconds }
		: null;
}
