// SPDX-License-Identifier: Apache-2.0
/** What a diagnosis costs in programs, and what becomes of it where they do not answer. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Files } from '../case.ts';
import { HEALTHY } from '../router.ts';
import { asks, RUNNING, SOFTWARE } from '../state/status.ts';
import { allTiers } from '../tiers.ts';

const noMounts = spawnSync('unshare', ['--mount', 'true']).status !== 0;
if (noMounts) console.log('skipped, hanging programs on real ucodes: this host allows no namespaces');

const PROGRAMS = ['/sbin/tc', '/sbin/ip', '/sbin/logread'];
const told = (path: string, rest: string): string =>
	`#!/bin/sh\necho ${path} >>"$ROUTER_ROOT/started"\n${rest}`;
const TELLING: Files = {
	...Object.fromEntries(PROGRAMS.map((path) => [path, told(path, 'exit 0\n')])),
	'/usr/sbin/nft': told('/usr/sbin/nft', String(HEALTHY['/usr/sbin/nft']).replace(/^#!.*\n/, ''))
};
const SET_UP = { ...HEALTHY, ...asks(SOFTWARE, RUNNING) };
const SHAPER: Files = { '/sys/module/sch_htb/refcnt': '1\n' };

const TABLES: Files = { '/proc/net/fib_trie': 'Main:\nId 100:\n' };

const HANGING = '#!/bin/sh\nexec sleep 600\n';
const LISTING_ALONE = `#!/bin/sh\n[ "$1" = -a ] || exec sleep 600\ncat "$ROUTER_ROOT/run/virtual-kernel/flowtables"\n`;

describe.each(allTiers())('in $name', (tier) => {
	const look = async (files: Files, mode?: string): Promise<string> => {
		const input = mode === undefined ? {} : { mode };
		return (await tier.run({ name: '', files, method: 'get_diagnosis', input, expected: {} })).started;
	};
	const ran = (...names: string[]): string => names.map((name) => `${name}\n`).join('');

	test.each<[string, Files, string | undefined, string]>([
		['nothing is offloaded', { ...HEALTHY, ...SHAPER }, undefined, ran('/usr/sbin/nft')],
		['software', SET_UP, undefined, ran('/usr/sbin/nft', '/usr/sbin/nft', '/sbin/logread')],
		[
			'software beside a shaper’s module and another table of routes',
			{ ...SET_UP, ...SHAPER, ...TABLES },
			undefined,
			ran('/usr/sbin/nft', '/sbin/tc', '/sbin/ip', '/sbin/ip', '/usr/sbin/nft', '/sbin/logread')
		],
		['what software would cause', HEALTHY, 'software', ran('/usr/sbin/nft', '/usr/sbin/nft')],
		['what off would cause', SET_UP, 'off', ran('/usr/sbin/nft')]
	])('few programs: %s', async (_, files, mode, expected) => {
		expect(await look({ ...files, ...TELLING }, mode)).toBe(expected);
	});

	test.skipIf(tier.name !== 'Node' && noMounts)('programs that hang are named, in time', async () => {
		const files = {
			...SET_UP,
			...SHAPER,
			...Object.fromEntries(PROGRAMS.map((path) => [path, HANGING])),
			'/usr/sbin/nft': LISTING_ALONE
		};
		const { answer } = await tier.run({
			name: '',
			files,
			method: 'get_diagnosis',
			expected: {},
			processes: true
		});
		const { unanswered, took_us } = answer as { unanswered: string[]; took_us: number };
		expect(unanswered).toEqual(['tc', 'nft', 'logread']);
		expect(took_us).toBeLessThan(15_000_000);
	});
});
