// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test, vi } from 'vitest';
import { METHODS } from '../../../../web/src/lib/ubus/methods.ts';
import { NULL_SESSION, UbusClient, UbusError } from '../../../../web/src/lib/ubus/index.ts';
import { deferred, denied, FakeRouter, ok, status, type Answer, type Asked } from './router.ts';

/** A router that knows these sessions; in each, `forbidden` may not be called. */
function routerWith(sessions: Set<string>): FakeRouter {
	return new FakeRouter(({ params: [session, , method] }: Asked): Answer => {
		if (!sessions.has(session) || method === 'forbidden') return denied;
		if (method === 'access') return ok({ access: true });
		return method === 'changes' ? ok({ changes: {} }) : ok();
	});
}

function connect(router: FakeRouter, login?: () => Promise<string | null>): UbusClient {
	return new UbusClient({ url: '/ubus/', session: 'old', fetch: router.fetch, ...(login ? { login } : {}) });
}

const READS = { changes: false };

describe('access denied', () => {
	test('to a session that lives is denied, and nobody is asked to log in', async () => {
		const login = vi.fn(() => Promise.resolve('new'));
		const client = connect(routerWith(new Set(['old'])), login);
		await expect(client.raw('o', 'forbidden', {}, READS)).rejects.toMatchObject({ kind: 'denied' });
		expect(login).not.toHaveBeenCalled();
	});

	test('to nobody in particular is denied: there is no session that could have expired', async () => {
		const client = new UbusClient({ url: '/', fetch: routerWith(new Set([NULL_SESSION])).fetch });
		await expect(client.raw('o', 'forbidden', {}, READS)).rejects.toMatchObject({ kind: 'denied' });
	});

	test('is what it is when the router cannot be asked about the session', async () => {
		const router = new FakeRouter(({ params }) =>
			params[2] === 'access' ? Promise.reject(new Error('gone')) : denied
		);
		await expect(connect(router).raw('o', 'm', {}, READS)).rejects.toMatchObject({
			kind: 'network',
			call: 'session.access'
		});
	});

	test('again after a login tells whether the new session may, or is gone as well', async () => {
		const may = connect(routerWith(new Set(['new'])), () => Promise.resolve('new'));
		await expect(may.raw('o', 'forbidden', {}, READS)).rejects.toMatchObject({ kind: 'denied' });
		const gone = connect(routerWith(new Set()), () => Promise.resolve('new'));
		await expect(gone.raw('o', 'm', {}, READS)).rejects.toMatchObject({ kind: 'expired' });
	});
});

describe('a session that has expired', () => {
	test('is replaced once for all who run into it, and what reads is repeated', async () => {
		const router = routerWith(new Set(['new']));
		const session = deferred<string | null>();
		const login = vi.fn(() => session.promise);
		const client = connect(router, login);
		const first = [client.call('uci', 'changes', {}), client.call('uci', 'changes', {})];
		await vi.waitUntil(() => login.mock.calls.length === 1);
		const second = client.call('uci', 'changes', {});
		await vi.waitUntil(() => router.requests.length === 3);
		session.resolve('new');
		expect(await Promise.all([...first, second])).toEqual(Array(3).fill({ changes: {} }));
		expect(login).toHaveBeenCalledTimes(1);
		expect(client.session).toBe('new');
		expect(router.methods.filter((method) => method === 'session.access')).toHaveLength(1);
	});

	test('that was replaced while an answer was under way asks nobody', async () => {
		const answer = deferred<Answer>();
		const router = new FakeRouter(({ params }) => (params[0] === 'old' ? answer.promise : ok('again')));
		const login = vi.fn(() => Promise.resolve(null));
		const client = connect(router, login);
		const call = client.raw('o', 'm', {}, READS);
		client.session = 'new';
		answer.resolve(denied);
		expect(await call).toBe('again');
		expect(login).not.toHaveBeenCalled();
	});

	test('is not asked for again when the user has given up, until there is a new one', async () => {
		const sessions = new Set<string>();
		const login = vi.fn(() => Promise.resolve(null));
		const client = connect(routerWith(sessions), login);
		for (let i = 0; i < 3; i++) {
			await expect(client.raw('o', 'm', {}, READS)).rejects.toMatchObject({ kind: 'expired' });
		}
		expect(login).toHaveBeenCalledTimes(1);
		client.session = 'other';
		await expect(client.raw('o', 'm', {}, READS)).rejects.toMatchObject({ kind: 'expired' });
		expect(login).toHaveBeenCalledTimes(2);
	});

	test('is expired where nobody can be asked, or asking fails', async () => {
		const router = routerWith(new Set());
		await expect(connect(router).raw('o', 'm', {}, READS)).rejects.toMatchObject({ kind: 'expired' });
		const cause = new Error('no dialog');
		const failing = connect(router, () => Promise.reject(cause));
		await expect(failing.raw('o', 'm', {}, READS)).rejects.toMatchObject({ kind: 'expired', cause });
	});

	test('does not hold a caller who has lost interest', async () => {
		const login = vi.fn(() => new Promise<string | null>(() => undefined));
		const controller = new AbortController();
		const call = connect(routerWith(new Set()), login).raw(
			'o',
			'm',
			{},
			{ ...READS, signal: controller.signal }
		);
		await vi.waitUntil(() => login.mock.calls.length === 1);
		controller.abort();
		await expect(call).rejects.toMatchObject({ kind: 'aborted' });
	});
});

describe('what changes something is never repeated', () => {
	const tables: Record<string, Record<string, { changes: boolean }>> = METHODS;
	const methods = Object.entries(tables).flatMap(([object, table]) =>
		Object.entries(table).map(([method, { changes }]) => ({ object, method, changes }))
	);

	test('these are all the methods that change nothing', () => {
		const reading = methods
			.filter(({ changes }) => !changes)
			.map(({ object, method }) => `${object}.${method}`);
		expect(reading.sort()).toEqual([
			'luci-rpc.getDHCPLeases',
			'luci-rpc.getHostHints',
			'luci.nft-offload.get_config',
			'luci.nft-offload.get_flows',
			'luci.nft-offload.get_job',
			'luci.nft-offload.get_package',
			'luci.nft-offload.get_status',
			'session.access',
			'uci.changes',
			'uci.get'
		]);
	});

	test.each(methods.filter(({ changes }) => changes))(
		'$object.$method',
		async ({ object, method, changes }) => {
			const router = routerWith(new Set(['new']));
			const client = connect(router, () => Promise.resolve('new'));
			const error: unknown = await client
				.raw(object, method, {}, { changes })
				.catch((thrown: unknown) => thrown);
			expect(error).toMatchObject({ kind: 'expired', mayHaveHappened: false });
			expect(router.methods).toEqual([`${object}.${method}`, 'session.access']);
			expect(client.session).toBe('new');
		}
	);

	test('and typed calls say so themselves', async () => {
		const router = routerWith(new Set(['new']));
		const client = connect(router, () => Promise.resolve('new'));
		await expect(client.call('uci', 'apply', { rollback: true, timeout: 60 })).rejects.toMatchObject({
			kind: 'expired'
		});
		await expect(client.call('uci', 'apply', { rollback: true, timeout: 60 })).resolves.toBeNull();
		expect(router.methods.filter((method) => method === 'uci.apply')).toHaveLength(2);
	});
});

describe('login', () => {
	test('is asked for by nobody, and its session is kept', async () => {
		const router = new FakeRouter(() =>
			ok({ ubus_rpc_session: 'fresh', timeout: 3600, expires: 3599, acls: {} })
		);
		const client = connect(router);
		expect(await client.login('root', 'secret', 3600)).toBe('fresh');
		expect(client.session).toBe('fresh');
		expect(router.requests[0]?.calls[0]?.params).toEqual([
			NULL_SESSION,
			'session',
			'login',
			{ username: 'root', password: 'secret', timeout: 3600 }
		]);
	});

	test('that is refused changes nothing, and does not tell the password', async () => {
		const client = connect(new FakeRouter(() => status(6)));
		const error = await client.login('root', 'secret', 3600).catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(UbusError);
		expect(error).toMatchObject({ kind: 'status', status: 6 });
		expect(JSON.stringify(error) + String(error)).not.toContain('secret');
		expect(client.session).toBe('old');
	});

	test('works while others wait for it', async () => {
		const sessions = new Set<string>();
		const router = routerWith(sessions);
		const answer = router.answer;
		router.answer = (asked) => {
			if (asked.params[2] !== 'login') return answer(asked);
			sessions.add('fresh');
			return ok({ ubus_rpc_session: 'fresh', timeout: 1, expires: 1 });
		};
		const client: UbusClient = connect(router, () => client.login('root', '', 1));
		expect(await client.call('uci', 'changes', {})).toEqual({ changes: {} });
	});
});
