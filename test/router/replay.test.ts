// SPDX-License-Identifier: Apache-2.0
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readExchanges, Replay } from './replay.ts';
import { VirtualRouter } from './router.ts';
import { SCENARIOS } from './scenarios.ts';

const RIGHTS = 'usr/share/rpcd/acl.d/luci-app-nft-offload.json';
/** What was installed when it was recorded: 0.1.0, whose page staged changes itself. */
const RECORDED_RIGHTS = fileURLToPath(new URL('../fixtures/rpc/rights-0.1.0.json', import.meta.url));

/** As recorded: any password logs in where there is none. */
const USERS = { root: { password: '', read: ['*'], write: ['*'] } };

const RECORDINGS = [
	{ name: 'jsonrpc-25.12.json', count: 44, of: 'a router without our package', installed: false },
	{
		name: 'staging-25.12.json',
		count: 123,
		of: 'the access rights of 0.1.0, staging, apply and rollback',
		installed: true
	}
];

describe.each(RECORDINGS)('recorded from OpenWrt 25.12.2: $of', ({ name, count, installed }) => {
	const exchanges = readExchanges(name);
	let router: VirtualRouter;
	let replay: Replay;

	beforeAll(async () => {
		router = await VirtualRouter.start(SCENARIOS.hardware, { host: '', package: null, users: USERS });
		if (installed) copyFileSync(RECORDED_RIGHTS, join(router.root, RIGHTS));
		replay = new Replay(router);
	});

	afterAll(() => {
		router.stop();
	});

	it(`is ${count} exchanges`, () => {
		expect(exchanges).toHaveLength(count);
	});

	it.each(exchanges.map((exchange) => [exchange.note, exchange] as const))('%s', async (note, exchange) => {
		if (note === 'confirm too late') router.clock.advance(6000);
		if (note === 'confirm after zero') router.clock.advance(1000);
		await replay.repeat(exchange);
	});
});
