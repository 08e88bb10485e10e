// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { isWanBare } from '../../../web/src/lib/uplinks.ts';
import { status } from '../status.ts';

describe('the WAN is bare', () => {
	const uplink = { device: 'pppoe-wan', zone: 'wan', side: 'wan' as const };

	it.each([
		['none of its uplinks has a hook', true, [{ ...uplink, by: [], missing: ['wan'] }]],
		[
			'one of them has',
			false,
			[
				{ ...uplink, by: [], missing: ['wan'] },
				{ ...uplink, by: ['wan2'], missing: [] }
			]
		],
		['nothing is set up', false, []]
	] as const)('%s: %s', (_name, isBare, coverage) => {
		expect(
			isWanBare(
				status({
					coverage: coverage.map((each) => ({ ...each, by: [...each.by], missing: [...each.missing] }))
				})
			)
		).toBe(isBare);
	});
});
