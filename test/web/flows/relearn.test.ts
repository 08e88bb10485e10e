// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Relearning } from '../../../rpcd/api/index.ts';
import { relearnText } from '../../../web/src/flows/relearn.ts';

const LEARNED: Relearning = {
	concerned: 2,
	reached: 41,
	relearning: true,
	mode_before: 'software',
	mode: 'software',
	load: { action: 'reload', status: 0, reason: '' },
	took_us: 1
};

test.each<[string, Partial<Relearning>, string | null, string]>([
	['all', {}, null, '41 offloaded connections are learned again, each with its next packet.'],
	['one client', {}, '192.168.1.20', 'with its next packet. Of these 2 are of 192.168.1.20.'],
	[
		'a router that lists no connections',
		{ concerned: null, reached: null },
		'192.168.1.20',
		'The connections are learned again, each with its next packet.'
	],
	[
		'a driver that binds no second flowtable beside the first',
		{ mode_before: 'hardware' },
		null,
		'with its next packet. Set up is the software path now.'
	],
	[
		'the mode off',
		{ relearning: false, mode: 'off', mode_before: 'off' },
		null,
		'There is no other flowtable'
	],
	[
		'rules that nft refuses',
		{ relearning: false, load: { action: 'reload', status: 0, reason: 'unknown type' } },
		null,
		'The firewall was not loaded: unknown type'
	]
])('says what came of it: %s', (_case, answer, client, text) => {
	expect(relearnText({ ...LEARNED, ...answer }, client)).toContain(text);
});
