// SPDX-License-Identifier: Apache-2.0
/**
 * The comparison's program where it ends before it has to wait, in Node and on each real ucode at hand. Whole comparisons are told in test/router/compare.test.ts, and on OpenWrt in test/vm/cases/gain.spec.ts.
 */
import { describe, expect, test } from 'vitest';
import type { Files } from '../case.ts';
import { HEALTHY } from '../router.ts';
import { allTiers } from '../tiers.ts';

const tc = (qdisc: string): Files => ({
	'/sys/module/sch_cake/refcnt': '1\n',
	'/sbin/tc': `#!/bin/sh\n[ "$1 $2" = 'qdisc show' ] && echo 'qdisc cake 8001: ${qdisc}'\n`
});

const STORIES: readonly [string, Files, readonly string[], object][] = [
	[
		'the kernel counts nothing',
		{ '/proc/sys/net/netfilter/nf_conntrack_acct': '0\n' },
		['7', 'software', 'go_back', 'root'],
		{
			id: 7,
			by: 'root',
			previous: 'off',
			mode: 'software',
			keep_better: false,
			kernel: '6.12.74',
			change: null,
			phases: [],
			answer: { code: 'cannot_tell', doubt: { cause: 'not_counted' } }
		}
	],
	[
		'a shaper is in the way, also one that offloaded packets do not pass by',
		tc('dev lan1 root refcnt 2 bandwidth 14Mbit'),
		['8', 'software', 'keep_better', ''],
		{
			by: null,
			keep_better: true,
			answer: { code: 'cannot_tell', doubt: { cause: 'shaped', device: 'lan1', kind: 'cake' } }
		}
	]
];

describe.each(allTiers())('in $name', (tier) => {
	test.each(STORIES)('%s', async (_name, files, args, expected) => {
		expect(await tier.compare({ ...HEALTHY, ...files }, args)).toMatchObject({ step: 'ending', ...expected });
	});
});
