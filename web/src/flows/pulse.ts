// SPDX-License-Identifier: Apache-2.0
/** What passes now, by path: from connections that two looks have seen, so that what they carried before counts for nothing. */
import type { Breakdown, Flow } from '../../../rpcd/api/index.ts';
import type { Passing } from '../lib/passing.ts';
import { isClosing } from './likely.ts';
import type { Rates } from './rates.ts';
import type { Row } from './rows.ts';
import { totalOf } from './total.ts';
import type { Counting } from './trust.ts';

export interface Pulse {
	/** Null before the second look, and where nothing is counted. */
	rates: Passing | null;
	/** Connections that could be offloaded, and those that are. Null where the router did not count them. */
	eligible: { all: number; offloaded: number } | null;
	/** Some that are offloaded are not counted: their path has more than is known. */
	uncounted: boolean;
}

/**
 * `rows`: the largest connections of the whole table. One that is closed carries nothing any more. Where the WAN is bare of hooks,
 * what comes in from there goes by the CPU, though its connections are marked and count all of their bytes.
 */
export function pulseOf(
	rows: readonly Row[],
	rates: Rates,
	counting: Counting,
	eligible: Pulse['eligible'],
	wanIsBare: boolean
): Pulse {
	const sums: Passing = { cpu: 0, kept: 0, software: 0, hardware: 0 };
	let known = rows.length === 0;
	for (const { key, flow } of rows) {
		if (isClosing(flow)) continue;
		const { original, reply } = rates.of(key);
		const usual = flow.kept === undefined ? flow.path : 'kept';
		const inward = wanIsBare && flow.path !== 'cpu' ? inwardOf(flow) : null;
		for (const [way, rate] of [['original', original] as const, ['reply', reply] as const]) {
			// Hardware may be asked for its counters now and then: that they stand still says that nothing more is known.
			known ||= rate === 'hardware' || typeof rate !== 'string';
			if (typeof rate !== 'string') sums[way === inward ? 'cpu' : usual] += rate.bytes;
		}
	}
	return { rates: known ? sums : null, eligible, uncounted: isUncounted(rows, counting) };
}

/** Which way of a connection comes in from the WAN: of a port forward what its initiator sends, of others what comes back. */
const inwardOf = ({ original, reply }: Flow): 'original' | 'reply' =>
	reply.source === original.destination ? 'reply' : 'original';

function isUncounted(rows: readonly Row[], { accounting, flowtable, hardware }: Counting): boolean {
	if (!accounting) return true;
	if (!flowtable) return rows.some(({ flow }) => flow.path !== 'cpu');
	return !hardware;
}

export function eligibleOf({ eligible }: Breakdown): NonNullable<Pulse['eligible']> {
	const all = totalOf(eligible).flows;
	return { all, offloaded: all - eligible.cpu.flows };
}
