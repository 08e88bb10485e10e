// SPDX-License-Identifier: Apache-2.0
/** What two phases say of each other, and when they say nothing. */
import type { Doubt, Passing, Phase } from '../../api/index.ts';
import { WHOLE } from 'nft_offload.gain.reading';

/** Bits a second below which a processor's work drowns in everything else that it does. */
const LEAST = 10000000;
/** Shares, of 10,000. */
const OFFLOADED = 1000;
const FULL = 9500;
const IDLE = 100;
const CUT_OFF = 500;
const UNSEEN = 9000;
/** By which factors two phases may differ: in bits a second, and in bits a packet. */
const AMOUNTS = 4;
const SIZES = 2;

/** What was found of two phases that compare. */
interface Found {
	cause: null;
	limit: 'router' | 'other';
	better: boolean;
}

function total_of(passing: Passing): number {
	return passing.received + passing.sent;
}

/** Whether so much passes that measuring makes sense; `inside`: as much stays inside, and does not. */
function traffic_in(passing: Passing): 'enough' | 'inside' | 'little' {
	const total = total_of(passing);
	return total >= LEAST ? 'enough' : passing.inside - total >= LEAST ? 'inside' : 'little';
}

/** Why a phase alone says nothing; null where it does. The connection that was not offloaded is another's to name. */
function doubt_about(phase: Phase): Doubt | null {
	const traffic = traffic_in(phase);
	const total = total_of(phase);
	// What is bridged is counted where it enters and where it leaves, and is no connection.
	const of_router =
		traffic === 'inside' ? 2 * phase.local >= phase.inside - total : 10 * phase.local >= 3 * total;
	if (traffic !== 'little' && of_router) {
		return { cause: 'local' };
	}
	if (traffic !== 'enough') {
		// An engine is asked for the counters of a connection once it is some seconds old: of shorter ones nothing is ever counted.
		const is_lost = phase.mode === 'hardware' && phase.cut_off >= CUT_OFF;
		return traffic === 'inside'
			? { cause: 'bridged' }
			: is_lost
				? { cause: 'cut_off' }
				: { cause: 'too_little', least: LEAST };
	}
	// What is bridged takes the processor, too.
	if (phase.counted_by === 'devices' && 10 * (phase.inside - total - phase.local) >= 6 * total) {
		return { cause: 'bridged' };
	}
	const taken =
		phase.mode === 'hardware'
			? phase.hardware
			: phase.mode === 'software'
				? phase.software + phase.hardware
				: null;
	if (taken != null && phase.unseen >= UNSEEN) {
		return { cause: 'short_lived' };
	}
	if (taken != null && taken < OFFLOADED) {
		return { cause: 'not_offloaded', mode: phase.mode, flow: null, reasons: [] };
	}
	return phase.counted_by === 'connections' && phase.cut_off >= CUT_OFF ? { cause: 'cut_off' } : null;
}

function differ(one: number, other: number, factor: number): boolean {
	return one > factor * other || other > factor * one;
}

/** Whether packets have left a core nothing to give: programs, which would make way, took less than half of one. */
function is_at_limit(phase: Phase): boolean {
	const cores = phase.cores;
	return length(filter(cores, (core) => core.busy >= FULL)) > 0 && 2 * phase.programs * length(cores) < WHOLE;
}

/** Whether packets were of another size; what counts them differently says nothing of that. */
function sizes_differ(before: Phase, after: Phase): boolean {
	return (
		before.counted_by === after.counted_by &&
		before.packets > 0 &&
		after.packets > 0 &&
		differ(int(total_of(before) / before.packets), int(total_of(after) / after.packets), SIZES)
	);
}

/** What programs took for each bit. */
function programs_of(phase: Phase): number {
	return phase.busy > 0 ? int(((phase.cost ?? 0) * phase.programs) / phase.busy) : 0;
}

/** Whether one costs at least a tenth less than the other. */
function is_cheaper(cost: number, than: number): boolean {
	return 10 * cost <= 9 * than;
}

/**
 * Whether programs, which forward nothing, could have made a difference of a quarter, or all of the one that would be told: without
 * them forwarding has cost as much, or differs the other way. A mode that costs a tenth less may be kept.
 */
function programs_differ(before: Phase, after: Phase): boolean {
	const was = before.cost ?? 0;
	const is = after.cost ?? 0;
	const more = programs_of(after) - programs_of(before);
	const is_told = is_cheaper(is, was) || is_cheaper(was, is);
	const makes_it = is < was ? more <= is - was : more >= is - was;
	return 4 * max(more, -more) > max(was, is) || (is_told && makes_it);
}

/** What two phases, of which each alone is beyond doubt, say together. */
function compare(before: Phase, after: Phase): Found | Doubt {
	const was = total_of(before);
	const is = total_of(after);
	const slower = was <= is ? before : after;
	const limit = is_at_limit(slower) ? 'router' : 'other';
	if (before.busy < IDLE && after.busy < IDLE) {
		return { cause: 'idle' };
	}
	if (sizes_differ(before, after)) {
		return { cause: 'phases_differ', by: 'packet_size' };
	}
	// A tenth slower, and the same work takes a tenth longer.
	const faster = after.clock - before.clock;
	if (10 * max(faster, -faster) > max(before.clock, after.clock)) {
		return { cause: 'phases_differ', by: 'clock' };
	}
	if (programs_differ(before, after)) {
		return { cause: 'phases_differ', by: 'programs' };
	}
	// A router at its limit forwards as much as it can: what it can do more is the gain.
	if (limit === 'other' && differ(was, is, AMOUNTS)) {
		return { cause: 'phases_differ', by: 'amount' };
	}
	const cheaper = is_cheaper(after.cost ?? 0, before.cost ?? 0);
	const slowed = limit === 'router' && 10 * is < 9 * was;
	return { cause: null, limit: limit, better: cheaper && !slowed };
}

export { compare, doubt_about, traffic_in };
