// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { logIn, NULL_SESSION, UbusClient, UbusError } from '../../../../web/src/lib/ubus/index.ts';
import { deferred, denied, FakeRouter, ok, status, type Answer, type Asked } from './router.ts';

/** A router that knows these sessions; in each, `forbidden` may not be called. */
function routerWith(...sessions: string[]): FakeRouter {
	return new FakeRouter(({ params: [session, , method] }: Asked): Answer => {
		if (!sessions.includes(session) || method === 'forbidden') return denied;
		return method === 'access' ? ok({ access: true }) : ok();
	});
}

const connect = (router: FakeRouter) =>
	new UbusClient({ url: '/ubus/', session: 'mine', fetch: router.fetch });

describe('access denied', () => {
	test('to a session that lives is denied', async () => {
		await expect(connect(routerWith('mine')).raw('o', 'forbidden', {})).rejects.toMatchObject({
			kind: 'denied'
		});
	});

	test('to nobody in particular is denied: there is no session that could have expired', async () => {
		const client = new UbusClient({ url: '/', fetch: routerWith(NULL_SESSION).fetch });
		await expect(client.raw('o', 'forbidden', {})).rejects.toMatchObject({ kind: 'denied' });
	});

	test('to a session that is gone is expired, and nothing is asked twice', async () => {
		const router = routerWith();
		await expect(connect(router).raw('o', 'm', {})).rejects.toMatchObject({
			kind: 'expired',
			call: 'o.m',
			mayHaveHappened: false
		});
		expect(router.methods).toEqual(['o.m', 'session.access']);
	});

	test('is looked into once for all who run into it', async () => {
		const router = routerWith();
		const client = connect(router);
		const calls = ['a', 'b', 'c'].map((method) => client.raw('o', method, {}));
		for (const call of calls) await expect(call).rejects.toMatchObject({ kind: 'expired' });
		expect(router.methods).toEqual(['o.a', 'o.b', 'o.c', 'session.access']);
	});

	// While rpcd starts anew, uhttpd refuses everything: that is no expiry for good.
	test('is looked into anew the next time', async () => {
		const sessions: string[] = [];
		const router = new FakeRouter((asked) => routerWith(...sessions).answer(asked));
		const client = connect(router);
		await expect(client.raw('o', 'm', {})).rejects.toMatchObject({ kind: 'expired' });
		sessions.push('mine');
		expect(await client.raw('o', 'm', {})).toBeNull();
	});

	test('is what it is when the router cannot be asked about the session', async () => {
		const router = new FakeRouter(({ params }) =>
			params[2] === 'access' ? Promise.reject(new Error('gone')) : denied
		);
		await expect(connect(router).raw('o', 'm', {})).rejects.toMatchObject({
			kind: 'network',
			call: 'session.access'
		});
	});

	test('does not hold a caller who has lost interest', async () => {
		const answer = deferred<Answer>();
		const router = new FakeRouter(({ params }) => (params[2] === 'access' ? answer.promise : denied));
		const controller = new AbortController();
		const call = connect(router).raw('o', 'm', {}, { signal: controller.signal });
		await Promise.resolve();
		setTimeout(() => {
			controller.abort();
		}, 10);
		await expect(call).rejects.toMatchObject({ kind: 'aborted' });
		answer.resolve(denied);
	});
});

describe('login', () => {
	test('is asked for by nobody, and its session is that of the client', async () => {
		const router = new FakeRouter(() =>
			ok({ ubus_rpc_session: 'fresh', timeout: 3600, expires: 3599, acls: {} })
		);
		const client = await logIn({ url: '/ubus/', fetch: router.fetch }, 'root', 'secret', 3600);
		expect(client.session).toBe('fresh');
		expect(router.requests[0]?.calls[0]?.params).toEqual([
			NULL_SESSION,
			'session',
			'login',
			{ username: 'root', password: 'secret', timeout: 3600 }
		]);
	});

	test('that is refused does not tell the password', async () => {
		const fetch = new FakeRouter(() => status(6)).fetch;
		const error: unknown = await logIn({ url: '/ubus/', fetch }, 'root', 'secret', 3600).catch(
			(thrown: unknown) => thrown
		);
		expect(error).toBeInstanceOf(UbusError);
		expect(error).toMatchObject({ kind: 'status', status: 6 });
		expect(JSON.stringify(error) + String(error)).not.toContain('secret');
	});
});
