// SPDX-License-Identifier: Apache-2.0
import type { Status } from '../../../rpcd/api/index.ts';

/** Whether what comes in from the WAN meets no hook of the flowtable, by whichever uplink. */
export function isWanBare({ coverage }: Pick<Status, 'coverage'>): boolean {
	const uplinks = coverage.filter(({ side }) => side === 'wan');
	return uplinks.length > 0 && uplinks.every(({ by }) => by.length === 0);
}
