// SPDX-License-Identifier: Apache-2.0
/** Which counters tell what passed. */
import type { Flow, Status, Tuple } from '../../../rpcd/api/index.ts';
import { _ } from '../ui/i18n.ts';

/** Why a counter does not tell what passed. */
export type Distrust =
	/** Connection tracking counts nothing. */
	| 'accounting'
	/** The flowtable was made without `counter`: what it forwards is missing. */
	| 'flowtable'
	/** The hardware forwards, and its driver reports no bytes. */
	| 'hardware';

/** What of the router decides which counters can be trusted. */
export interface Counting {
	accounting: boolean;
	/** Whether the flowtable counts. */
	flowtable: boolean;
}

/** Before the status is known, nothing is held against a counter. */
export function countingOf(status: Status | null): Counting {
	if (!status) return { accounting: true, flowtable: true };
	const { conntrack, effective } = status;
	// Without an offload in effect what is still marked runs out, and was counted as it was made.
	return { accounting: conntrack.accounting, flowtable: effective.mode === 'off' || effective.counter };
}

/** What is known against one direction's counters, before they are compared with earlier ones. */
export function distrust(flow: Flow, tuple: Tuple, counting: Counting): Distrust | null {
	if (tuple.bytes === null || tuple.packets === null) return 'accounting';
	return flow.path !== 'cpu' && !counting.flowtable ? 'flowtable' : null;
}

export function explainDistrust(distrust: Distrust): string {
	switch (distrust) {
		case 'accounting':
			return _(
				'Nothing is counted: connection tracking accounts for no bytes (net.netfilter.nf_conntrack_acct is 0).'
			);
		case 'flowtable':
			return _('The flowtable does not count, so what it forwarded is missing here: this is too low.');
		case 'hardware':
			return _(
				'The hardware has reported no bytes since the last look. Either nothing passed, or its driver does not report: this may be too low.'
			);
	}
}
