// SPDX-License-Identifier: Apache-2.0
/** The contract and the access rules on real rpcd and uhttpd, without a machine. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MethodName } from '../../rpcd/api/index.ts';
import { logIn, NULL_SESSION, UbusClient, UbusError } from '../../web/src/lib/ubus/index.ts';
import { bundleHost } from '../host/bundle.ts';
import { compareRouters } from '../same/conversation.ts';
import { arrangeScript, prepareScript, TIDY_SCRIPT, VirtualWorld, type World } from '../same/world.ts';
import { localImages } from './images.ts';
import { Userland, whyNoUserland } from './userland.ts';

const PRODUCT = fileURLToPath(new URL('../../dist/root/', import.meta.url));

/** Milliseconds: some hundred calls on both. */
const SAME_LIMIT = 240_000;

const logins = (hash: string) => `
config login
	option username 'viewer'
	option password '${hash}'
	list read '*'

config login
	option username 'stranger'
	option password '${hash}'
	list read 'luci-base'
`;

const images = await localImages(process.env);
const missing =
	images === null
		? 'no root file system archive'
		: existsSync(join(PRODUCT, 'usr/libexec/rpcd/luci.nft-offload'))
			? whyNoUserland()
			: 'no staged package: make stage';
if (missing !== null) console.log(`skipped, OpenWrt's userland: ${missing}`);

describe.skipIf(missing !== null)('on OpenWrt’s userland', () => {
	let userland: Userland | undefined;
	const running = () => {
		if (!userland) throw new Error('not started');
		return userland;
	};

	beforeAll(async () => {
		if (images === null) return;
		userland = await Userland.start(images.rootfs, PRODUCT);
		// rpcd reads the users anew at each login.
		appendFileSync(join(userland.root, 'etc/config/rpcd'), logins(userland.shell('uhttpd -m seen').trim()));
	}, 60_000);

	afterAll(() => {
		userland?.stop();
	});

	const client = () => new UbusClient({ url: '/ubus', fetch: running().fetch });

	const loggedIn = (username: string, password = 'seen') =>
		logIn({ url: '/ubus', fetch: running().fetch }, username, password, 300);

	test('every reply is what the contract says', async () => {
		const root = await loggedIn('root', '');
		expect((await root.call('luci.nft-offload', 'get_status', {})).board.distribution).toBe('OpenWrt');
		const check = await root.call('luci.nft-offload', 'check_change', { mode: 'off' });
		expect(check.config.size).toBeGreaterThan(0);
		expect(await root.call('luci.nft-offload', 'get_change', {})).toEqual({ state: 'none' });
	});

	/** What a call takes; each change that is asked for is refused, whoever asks. */
	const ARGUMENTS: Partial<Record<MethodName, object>> = {
		check_change: { mode: 'off' },
		start_change: { mode: 'off', revision: '0-0-0' },
		keep_change: { id: 1 },
		undo_change: { id: 1 }
	};
	const READS = ['get_status', 'get_change', 'get_flows', 'get_job', 'get_package'] as const;
	const WRITES = ['check_change', 'start_change', 'keep_change', 'undo_change'] as const;
	const GRANTED: readonly [user: string, method: MethodName, granted: boolean][] = (
		['root', 'viewer', 'stranger', 'nobody'] as const
	).flatMap((user) => [
		...READS.map((method): [string, MethodName, boolean] => [
			user,
			method,
			user === 'root' || user === 'viewer'
		]),
		...WRITES.map((method): [string, MethodName, boolean] => [user, method, user === 'root'])
	]);

	test('the virtual router gives the same answers', { timeout: SAME_LIMIT }, async () => {
		const { root, fetch } = running();
		running().shell(prepareScript('seen'));
		const real: World = {
			post: (body) => fetch('/ubus', { method: 'POST', body }),
			arrange: (situation, firewall) => {
				running().shell(arrangeScript(situation, firewall));
				return Promise.resolve();
			}
		};
		const passwords = { root: '', viewer: 'seen' };
		const virtual = await VirtualWorld.start({ host: await bundleHost(), package: PRODUCT }, passwords);
		try {
			const stock = readFileSync(join(root, 'etc/config/firewall'), 'utf8');
			const setting = { passwords, stock, release: images?.version ?? '', machine: false };
			expect(await compareRouters(virtual, real, setting)).toEqual([]);
		} finally {
			await virtual.stop();
			running().shell(TIDY_SCRIPT);
		}
	});

	test.each(GRANTED)('%s calls %s: granted %s', async (user, method, granted) => {
		const caller = user === 'nobody' ? client() : await loggedIn(user, user === 'root' ? '' : 'seen');
		if (user === 'nobody') expect(caller.session).toBe(NULL_SESSION);
		const called = caller.raw('luci.nft-offload', method, ARGUMENTS[method] ?? {});
		const denied = await called.then(
			() => false,
			(error: unknown) => error instanceof UbusError && (error.kind === 'denied' || error.kind === 'expired')
		);
		expect(denied).toBe(!granted);
	});
});
