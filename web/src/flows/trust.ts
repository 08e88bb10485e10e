// SPDX-License-Identifier: Apache-2.0
/** Which counters tell what passed. */
import type { Flow, Status, Tuple } from '../../../rpcd/api/index.ts';
import { _ } from '../ui/i18n.ts';

/** Why a counter does not tell what passed. */
export type Distrust =
	/** Connection tracking counts nothing. */
	| 'accounting'
	/** A flowtable was made without `counter`: what it forwards is missing. */
	| 'flowtable'
	/** The hardware forwards, and its driver reports no bytes. */
	| 'hardware';

/** What of the router decides which counters can be trusted. */
export interface Counting {
	accounting: boolean;
	/** Whether every flowtable counts. Nothing tells which of them a connection is in. */
	flowtable: boolean;
	/** Whether the counters of all connections in hardware move. */
	hardware: boolean;
}

/** Before the status is known, nothing is held against a counter. */
export function countingOf(status: Status | null): Counting {
	if (!status) return { accounting: true, flowtable: true, hardware: true };
	const { conntrack, effective, seen } = status;
	// Without firewall4's flowtable what it has marked runs out, and was counted as it was made.
	const own = effective.mode === 'off' || effective.counter;
	return {
		accounting: conntrack.accounting,
		flowtable: own && effective.foreign_uncounted.length === 0,
		hardware: seen.uncounted === 0
	};
}

/** What is known against one direction's counters, before they are compared with earlier ones. */
export function distrust(flow: Flow, tuple: Tuple, counting: Counting): Distrust | null {
	if (tuple.bytes === null || tuple.packets === null) return 'accounting';
	return flow.path !== 'cpu' && !counting.flowtable ? 'flowtable' : null;
}

/** What is held against the sums of all connections; null where nothing is. */
export function doubt({ accounting, flowtable, hardware }: Counting): Distrust | null {
	if (!accounting) return 'accounting';
	if (!flowtable) return 'flowtable';
	return hardware ? null : 'hardware';
}

export function explainDistrust(distrust: Distrust): string {
	switch (distrust) {
		case 'accounting':
			return _(
				'Nothing is counted: connection tracking accounts for no bytes (net.netfilter.nf_conntrack_acct is 0).'
			);
		case 'flowtable':
			return _('A flowtable does not count, so what it forwarded is missing here: this is too low.');
		case 'hardware':
			return _(
				'The hardware has reported no bytes since the last look. Either nothing passed, or its driver does not report: this may be too low.'
			);
	}
}
