// SPDX-License-Identifier: Apache-2.0
/** How fast counters move, from one answer of the router to a later one. */
import type { Flow, Tuple } from '../../../rpcd/api/index.ts';
import { restFor } from '../lib/rest.ts';
import type { Row } from './rows.ts';
import { distrust, type Counting, type Distrust } from './trust.ts';

/** Per second; or why there is no such number. */
export type Rate =
	| { bytes: number; packets: number }
	/** Seen for the first time, or its counters began anew. */
	| 'unknown'
	/** What is counted is not what passed. */
	| Distrust;

export interface FlowRates {
	original: Rate;
	reply: Rate;
}

interface Counters {
	bytes: number;
	packets: number;
}

interface Seen {
	/** Milliseconds on the router's clock. */
	at: number;
	original: Counters | null;
	reply: Counters | null;
	rates: FlowRates;
}

/** Answers that follow closer would make a few bytes a storm: the one before them stays the start. */
export const SHORTEST = 1000;
/**
 * Milliseconds between two answers that still make a rate: two minutes, or three times the rest that the router is owed
 * for a list that took it so many microseconds. Who comes back to the page is not told the mean of a night.
 */
export const longest = (took_us: number): number => Math.max(120_000, 3 * restFor(took_us));

/** Forgets what was seen long before `at`. And what was seen after it: the router's clock starts again with the router. */
export function forget(seen: Map<string, { at: number }>, at: number, took_us: number): void {
	for (const [key, { at: last }] of seen) if (at < last || at - last > longest(took_us)) seen.delete(key);
}

const UNKNOWN: FlowRates = { original: 'unknown', reply: 'unknown' };

/** The rates of connections, by their key. */
export class Rates {
	readonly #seen = new Map<string, Seen>();

	of(key: string): FlowRates {
		return this.#seen.get(key)?.rates ?? UNKNOWN;
	}

	/** Takes an answer read at `at`, in milliseconds on the router's clock. */
	note(rows: readonly Row[], at: number, counting: Counting, took_us: number): void {
		forget(this.#seen, at, took_us);
		for (const { key, flow, ambiguous } of rows) {
			const before = this.#seen.get(key);
			if (before && at - before.at < SHORTEST) continue;
			this.#seen.set(key, {
				at,
				original: countersOf(flow.original),
				reply: countersOf(flow.reply),
				rates: ambiguous ? UNKNOWN : rates(flow, before, at, counting)
			});
		}
	}
}

function rates(flow: Flow, before: Seen | undefined, at: number, counting: Counting): FlowRates {
	const seconds = before ? (at - before.at) / 1000 : 0;
	return {
		original: rate(flow, flow.original, before?.original ?? null, seconds, counting),
		reply: rate(flow, flow.reply, before?.reply ?? null, seconds, counting)
	};
}

function rate(flow: Flow, now: Tuple, before: Counters | null, seconds: number, counting: Counting): Rate {
	const reason = distrust(flow, now, counting);
	if (reason !== null) return reason;
	const counters = countersOf(now);
	if (!counters || !before) return flow.path === 'hardware' && !counting.hardware ? 'hardware' : 'unknown';
	// Another connection took over the tuple.
	if (counters.bytes < before.bytes || counters.packets < before.packets) return 'unknown';
	// Hardware is asked for its counters now and then, or never: that they stand still says nothing.
	if (flow.path === 'hardware' && counters.bytes === before.bytes) return 'hardware';
	return {
		bytes: (counters.bytes - before.bytes) / seconds,
		packets: (counters.packets - before.packets) / seconds
	};
}

function countersOf({ bytes, packets }: Tuple): Counters | null {
	return bytes === null || packets === null ? null : { bytes, packets };
}

/** The larger whole of two directions; a reason when one of them has no number. */
export function sum({ original, reply }: FlowRates): Rate {
	if (typeof original === 'string') return original;
	if (typeof reply === 'string') return reply;
	return { bytes: original.bytes + reply.bytes, packets: original.packets + reply.packets };
}
