// SPDX-License-Identifier: Apache-2.0
/** What connections moved between looks at the table, in Node and on each real ucode at hand. */
import { describe, expect, test } from 'vitest';
import { allTiers } from '../tiers.ts';

interface Line {
	port: number;
	bytes: number;
	/** `[OFFLOAD] `, or a state of TCP. */
	mark: string;
	source?: string;
}

/** A download of so many bytes; what was sent is a tenth. */
function line({ port, bytes, mark, source = '192.168.1.2' }: Line): string {
	const offloaded = mark.startsWith('[');
	return (
		`ipv4     2 tcp      6 ${offloaded ? '' : `100 ${mark} `}src=${source} dst=198.51.100.7 sport=${port} dport=443 packets=10 bytes=${bytes / 10} ` +
		`src=198.51.100.7 dst=203.0.113.1 sport=443 dport=${port} packets=${bytes / 1000} bytes=${bytes} ${offloaded ? mark : '[ASSURED] '}mark=0 zone=0 use=2\n`
	);
}

const TABLES: readonly (readonly Line[])[] = [
	[
		{ port: 1, bytes: 10_000, mark: '[OFFLOAD] ' },
		{ port: 2, bytes: 50_000, mark: 'ESTABLISHED' },
		{ port: 3, bytes: 70_000, mark: 'ESTABLISHED', source: '203.0.113.1' }
	],
	[
		{ port: 1, bytes: 30_000, mark: '[OFFLOAD] ' },
		{ port: 2, bytes: 51_000, mark: 'ESTABLISHED' },
		{ port: 3, bytes: 75_000, mark: 'ESTABLISHED', source: '203.0.113.1' },
		{ port: 4, bytes: 9_000, mark: '[HW_OFFLOAD] ' }
	],
	[
		// It ended since: what it moved was on the fast path.
		{ port: 1, bytes: 40_000, mark: 'TIME_WAIT' },
		{ port: 2, bytes: 51_000, mark: 'ESTABLISHED' },
		// It came and went: nobody knows.
		{ port: 5, bytes: 100_000, mark: 'TIME_WAIT' }
	]
];

/** A download over and over: of those that have ended, each is larger than the one that runs. */
const OVER_AND_OVER: readonly (readonly Line[])[] = [40, 41].map((ended) => [
	...Array.from({ length: ended }, (_, i) => ({ port: i + 10, bytes: 64_000_000, mark: 'TIME_WAIT' })),
	{ port: ended + 10, bytes: ended * 1_000_000, mark: '[OFFLOAD] ' }
]);

/** The second is left out of one look, and the third ends. */
const IN_HARDWARE: readonly (readonly Line[])[] = [
	[
		{ port: 2, bytes: 900_000, mark: '[HW_OFFLOAD] ' },
		{ port: 3, bytes: 10_000, mark: '[HW_OFFLOAD] ' }
	],
	[{ port: 3, bytes: 20_000, mark: '[HW_OFFLOAD] ' }],
	[
		{ port: 2, bytes: 910_000, mark: '[HW_OFFLOAD] ' },
		{ port: 3, bytes: 21_000, mark: 'FIN_WAIT' }
	],
	[
		{ port: 2, bytes: 910_000, mark: '[HW_OFFLOAD] ' },
		{ port: 3, bytes: 22_000, mark: 'TIME_WAIT' }
	]
];

/** One that was there all the time, below the bar, and comes to be among the largest: what it had is nobody's. */
const OVER_THE_BAR: readonly (readonly Line[])[] = [20_000_000, 20_200_000, 20_400_000].map((bytes) => [
	...Array.from({ length: 1024 }, (_, i) => ({
		port: i + 1000,
		bytes: i === 0 ? 20_100_000 : 30_000_000,
		mark: 'ESTABLISHED'
	})),
	{ port: 10, bytes, mark: '[OFFLOAD] ' }
]);

/** Short downloads that follow each other, all alike: five more at the second look. */
const CAME_AND_WENT: readonly (readonly Line[])[] = [400, 405].map((count) =>
	Array.from({ length: count }, (_, i) => ({ port: i + 1000, bytes: 1_000_000, mark: 'TIME_WAIT' }))
);

const PROGRAM = `#!/usr/bin/ucode
'use strict';
import { begin_look, largest_beside, look_once } from 'nft_offload.gain.moved';
import { open } from 'fs';
const tables = json(open('/tables.json', 'r').read(4194304));
const put = (table) => {
	const file = open('/proc/net/nf_conntrack', 'w');
	file.write(table);
	file.close();
};
put(tables[0]);
const watch = begin_look();
map(slice(tables, 1), (table) => {
	put(table);
	look_once(watch);
});
print(sprintf('%J', { moved: watch.moved, beside: largest_beside(watch, 'software')?.original?.source_port }));
`;

describe.each(allTiers())('in $name', (tier) => {
	const look = async (tables: readonly (readonly Line[])[]): Promise<unknown> => {
		const { answer } = await tier.run({
			name: '',
			method: '',
			expected: {},
			files: {
				'/usr/libexec/rpcd/luci.nft-offload': PROGRAM,
				'/tables.json': JSON.stringify(tables.map((table) => table.map(line).join(''))),
				'/proc/net/nf_conntrack': '',
				'/proc/net/fib_trie': 'Local:\n  +-- 0.0.0.0/0 2 0 2\n     |-- 203.0.113.1\n        /32 host LOCAL\n'
			}
		});
		return answer;
	};

	test('by path, also where a connection has ended since', async () => {
		// Received: 20,000 and 10,000 of the first, 1,000, 9,000 and 100,000; the address of the router's own is no way in.
		expect(await look(TABLES)).toEqual({
			moved: {
				received: 140_000,
				sent: 14_000,
				packets: 20 + 10 + 1 + 19 + 110,
				cpu: 1_100,
				software: 33_000,
				hardware: 9_900,
				local: 5_500,
				ended: 0
			},
			beside: 2
		});
	});

	test('of downloads that follow each other, the last of which is the smallest', async () => {
		// 24,000,000 to the end of the first, and 41,000,000 of the second; each sends a tenth of that.
		expect(await look(OVER_AND_OVER)).toMatchObject({
			moved: { received: 65_000_000, cpu: 0, software: 1.1 * 65_000_000 }
		});
	});

	test('of one that comes to be among the largest, no more than it has moved', async () => {
		// 400,000 in truth, of which half were below the bar.
		const { moved } = (await look(OVER_THE_BAR)) as { moved: { received: number } };
		expect(moved.received).toBeGreaterThan(290_000);
		expect(moved.received).toBeLessThanOrEqual(400_000);
	});

	test('of those that came and went, beside hundreds as large', async () => {
		expect(await look(CAME_AND_WENT)).toMatchObject({ moved: { received: 5_000_000 } });
	});

	test('of one that a look has missed, and of one that ended in hardware', async () => {
		expect(await look(IN_HARDWARE)).toMatchObject({
			moved: { received: 22_000, cpu: 0, hardware: 24_200, ended: 13_200 }
		});
	});
});
