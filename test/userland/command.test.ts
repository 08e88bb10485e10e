// SPDX-License-Identifier: Apache-2.0
/** What a program prints arrives whole, also in a process that has asked ubus and therefore handles signals. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findParts } from './available.ts';
import { Machine } from './machine.ts';

const parts = await findParts();
if (typeof parts === 'string') console.log(`skipped, programs on OpenWrt's userland: ${parts}`);

const TIMES = 100;
const ASK = `
import { run } from 'nft_offload.common';
import { call } from 'nft_offload.router';
call('service', 'list', {});
let lost = 0;
for (let i = 0; i < ${TIMES}; i++)
	if (index(run('/bin/echo', ['whole']).output, 'whole') != 0)
		lost++;
print(lost);
`;

describe.skipIf(typeof parts === 'string')('a program on OpenWrt’s userland', () => {
	let machine: Machine | undefined;

	beforeAll(async () => {
		if (typeof parts !== 'string') machine = await Machine.start(parts);
	}, 60_000);

	afterAll(async () => {
		await machine?.stop();
	});

	test(`none of ${TIMES} outputs is lost`, async () => {
		expect(await machine?.shell(`cat >/tmp/ask.uc <<'END'\n${ASK}\nEND\nucode /tmp/ask.uc`)).toBe('0');
	});
});
