// SPDX-License-Identifier: Apache-2.0
/**
 * The comparison's program where it ends before it has to wait, in Node and on each real ucode at hand: a script stands for the
 * plugin that it asks. Whole comparisons are told in test/router/compare.test.ts, and on OpenWrt in test/vm/cases/gain.spec.ts.
 */
import { describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../../rpcd/api/index.ts';
import type { Files } from '../case.ts';
import { HEALTHY } from '../router.ts';
import { SHAPER } from '../samples.ts';
import { allTiers } from '../tiers.ts';

const PLUGIN = (diagnosis: object): string =>
	`#!/bin/sh\ncat >/dev/null\n[ "$2" = get_diagnosis ] && echo '${JSON.stringify(diagnosis)}'\n`;

const FOUND: Diagnosis = { chains: [], findings: [SHAPER], policy: false, unanswered: [], took_us: 1 };

const router = (files: Files): Files => ({
	...HEALTHY,
	'/usr/libexec/rpcd/luci.nft-offload': PLUGIN(FOUND),
	...files
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
		'a shaper is in the way',
		{},
		['8', 'hardware', 'keep_better', ''],
		{
			by: null,
			keep_better: true,
			answer: { code: 'cannot_tell', doubt: { cause: 'shaped', device: 'wan', kind: 'cake' } }
		}
	],
	[
		'the plugin does not answer',
		{ '/usr/libexec/rpcd/luci.nft-offload': '#!/bin/sh\n' },
		['9', 'software', 'go_back', ''],
		{ answer: { code: 'cannot_tell', doubt: { cause: 'refused', problem: { problem: 'no_answer' } } } }
	]
];

describe.each(allTiers())('in $name', (tier) => {
	test.each(STORIES)('%s', async (_name, files, args, expected) => {
		expect(await tier.compare(router(files), args)).toMatchObject({ step: 'ending', ...expected });
	});
});
