// SPDX-License-Identifier: Apache-2.0
import type { Flow, Tuple } from '../../../rpcd/api/index.ts';

/** A connection under the name that it keeps from one answer to the next. */
export interface Row {
	key: string;
	flow: Flow;
	/** Others bear the same tuples (ICMP tells echoes apart by an identifier that is not listed): no rates then. */
	ambiguous: boolean;
}

/** Names each connection by the tuples that the kernel tells connections apart by. Each key is there once. */
export function toRows(flows: readonly Flow[]): Row[] {
	const times = new Map<string, number>();
	for (const flow of flows) times.set(tuplesOf(flow), (times.get(tuplesOf(flow)) ?? 0) + 1);
	const seen = new Map<string, number>();
	return flows.map((flow) => {
		const tuples = tuplesOf(flow);
		const before = seen.get(tuples) ?? 0;
		seen.set(tuples, before + 1);
		return { key: before === 0 ? tuples : `${tuples} ${before}`, flow, ambiguous: times.get(tuples) !== 1 };
	});
}

function tuplesOf({ protocol, original, reply }: Flow): string {
	return [protocol, ...endsOf(original), ...endsOf(reply)].join(' ');
}

/** Who speaks to whom. */
export const endsOf = (tuple: Tuple) => [
	tuple.source,
	tuple.source_port,
	tuple.destination,
	tuple.destination_port
];
