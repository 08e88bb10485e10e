// SPDX-License-Identifier: Apache-2.0
/** What a look at the state costs in programs: one on the default configuration, and none for a verdict that nobody doubts. */
import { describe, expect, test } from 'vitest';
import type { Files } from '../case.ts';
import { HEALTHY } from '../router.ts';
import { allTiers } from '../tiers.ts';
import { asks, HARDWARE, IN_HARDWARE, RUNNING, SOFTWARE } from './status.ts';

/** Whatever get_status could start besides the shell that starts it. */
const PROGRAMS = [
	'/sbin/uci',
	'/sbin/fw4',
	'/bin/df',
	'/usr/sbin/conntrack',
	'/bin/kill',
	'/usr/bin/apk',
	'/bin/opkg'
];

const NFT = '/usr/sbin/nft\n';
/** Whether firewall4 loads just now. */
const FLOCK = '/usr/bin/flock\n';

const told = (path: string, rest = ''): string => `#!/bin/sh\necho ${path} >>"$ROUTER_ROOT/started"\n${rest}`;

/** Programs that tell of themselves; nft does besides what it did. */
function telling(files: Files): Files {
	const nft = String(files['/usr/sbin/nft']).replace(/^#!.*\n/, '');
	return {
		...files,
		...Object.fromEntries(PROGRAMS.map((path) => [path, told(path, 'exit 1\n')])),
		'/usr/bin/flock': told('/usr/bin/flock'),
		'/usr/sbin/nft': told('/usr/sbin/nft', nft)
	};
}

describe.each(allTiers())('in $name', (tier) => {
	test.each<[string, Files, string]>([
		['the default configuration', {}, ''],
		['software', asks(SOFTWARE, RUNNING), ''],
		['hardware that is set up', asks(HARDWARE, IN_HARDWARE), ''],
		['hardware that firewall4 fell back from: no driver is asked again', asks(HARDWARE, RUNNING), FLOCK]
	])('few programs: %s', async (_, files, more) => {
		const { started } = await tier.run({
			name: '',
			files: telling({ ...HEALTHY, ...files }),
			method: 'get_status',
			expected: {}
		});
		expect(started).toBe(NFT + more);
	});

	test('fw4 check is asked once for each file, however often somebody looks', async () => {
		const before: Files = {
			'/var/run/nft-offload/check.json': '{"subject":"another file","reason":null}'
		};
		const files = telling({ ...HEALTHY, ...asks(SOFTWARE, null), ...before });
		const look = { name: '', files, method: 'get_status', expected: {} };
		expect((await tier.run(look)).started).toBe(`${NFT}${FLOCK}/sbin/fw4\n`);
		expect((await tier.run({ ...look, times: 2 })).started).toBe(`${NFT}${FLOCK}/sbin/fw4\n${NFT}${FLOCK}`);
	});
});
