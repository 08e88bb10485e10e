// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UbusClient, type Fetch } from '../../../../web/src/lib/ubus/index.ts';
import { deferred, FakeRouter, ok, type Answer } from './router.ts';

function connect(router: FakeRouter, timeout?: number): UbusClient {
	return new UbusClient({
		url: '/ubus/',
		session: 's',
		fetch: router.fetch,
		...(timeout ? { timeout } : {})
	});
}

describe('what one tick asks', () => {
	test('goes as one request, and each call gets its own answer, in whatever order they come', async () => {
		const router = new FakeRouter(({ params }) => ok(params[2]));
		const shuffled: Fetch = async (url, init) => {
			const response = await router.fetch(url, init);
			return Response.json(((await response.json()) as unknown[]).reverse());
		};
		const client = new UbusClient({ url: '/ubus/', fetch: shuffled });
		const calls = ['a', 'b', 'c'].map((method) => client.raw('o', method, {}));
		expect(await Promise.all(calls)).toEqual(['a', 'b', 'c']);
		expect(router.requests).toHaveLength(1);
	});

	test('is no batch when it is one call', async () => {
		const router = new FakeRouter(() => ok('x'));
		expect(await connect(router).raw('o', 'm', { a: 1 })).toBe('x');
		expect(router.requests[0]?.batch).toBe(false);
		expect(router.requests[0]?.calls[0]?.params).toEqual(['s', 'o', 'm', { a: 1 }]);
	});

	test('does not wait for what goes alone', async () => {
		const router = new FakeRouter(() => ok());
		const client = connect(router);
		const calls = ['a', 'b', 'c'].map((method) => client.raw('o', method, {}, { alone: method === 'b' }));
		await Promise.all(calls);
		expect(router.requests.map(({ calls }) => calls.length).sort()).toEqual([1, 2]);
	});

	test('is split where it is more than uhttpd reads, and loses nothing', async () => {
		const router = new FakeRouter(({ params }) => ok(params[3]['n']));
		const client = connect(router);
		// Two bytes each in UTF-8, so that characters are not mistaken for bytes.
		const args = (n: number) => ({ n, filler: 'é'.repeat(5000) });
		const calls = Array.from({ length: 20 }, (_, n) => client.raw('o', 'm', args(n)));
		expect(await Promise.all(calls)).toEqual(Array.from({ length: 20 }, (_, n) => n));
		expect(router.requests).toHaveLength(4);
		for (const { body } of router.requests) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(65_536);
		expect(router.requests.flatMap(({ calls }) => calls.map(({ params }) => params[3]['n']))).toEqual(
			Array.from({ length: 20 }, (_, n) => n)
		);
	});

	test('fits to the byte', async () => {
		const router = new FakeRouter(() => ok());
		const client = connect(router);
		const filled = async (bytes: number) => client.raw('o', 'm', { filler: 'x'.repeat(bytes) });
		await filled(0);
		const room = 65_536 - (router.requests[0]?.body.length ?? 0);
		await filled(room);
		expect(router.requests[1]?.body).toHaveLength(65_536);
		await expect(filled(room + 1)).rejects.toMatchObject({ kind: 'protocol' });
		expect(router.requests).toHaveLength(2);
		// Half of it twice fits together with the brackets and the comma, and not with a byte more.
		const half = room - 32_768 - 2;
		await Promise.all([filled(half), filled(half + 1)]);
		expect(router.requests).toHaveLength(3);
		expect(router.requests[2]?.body).toHaveLength(65_536);
		await Promise.all([filled(half + 1), filled(half + 1)]);
		expect(router.requests).toHaveLength(5);
	});
});

describe('a caller who loses interest', () => {
	test('hears so at once, and the others get their answers', async () => {
		const answer = deferred<Answer>();
		const router = new FakeRouter(() => answer.promise);
		const client = connect(router);
		const controller = new AbortController();
		const aborted = client.raw('o', 'a', {}, { signal: controller.signal });
		const kept = client.raw('o', 'b', {});
		await vi.waitUntil(() => router.requests.length === 1);
		controller.abort();
		await expect(aborted).rejects.toMatchObject({ kind: 'aborted' });
		expect(router.requests[0]?.signal.aborted).toBe(false);
		answer.resolve(ok('late'));
		expect(await kept).toBe('late');
	});

	test('aborts the request when he was the last', async () => {
		const router = new FakeRouter(() => new Promise(() => undefined));
		const client = connect(router);
		const controller = new AbortController();
		const calls = ['a', 'b'].map((method) =>
			client.raw('o', method, {}, { signal: controller.signal }).catch((error: unknown) => error)
		);
		await vi.waitUntil(() => router.requests.length === 1);
		controller.abort();
		expect(await Promise.all(calls)).toMatchObject([{ kind: 'aborted' }, { kind: 'aborted' }]);
		expect(router.requests[0]?.signal.aborted).toBe(true);
	});

	test('before the request is sent is not heard of by the router', async () => {
		const router = new FakeRouter(() => ok());
		const client = connect(router);
		const controller = new AbortController();
		const early = client.raw('o', 'early', {}, { signal: AbortSignal.abort() });
		const soon = client.raw('o', 'soon', {}, { signal: controller.signal });
		const kept = client.raw('o', 'kept', {});
		controller.abort();
		await expect(early).rejects.toMatchObject({ kind: 'aborted' });
		await expect(soon).rejects.toMatchObject({ kind: 'aborted' });
		await kept;
		expect(router.methods).toEqual(['o.kept']);
	});
});

describe('an answer that does not come', () => {
	beforeEach(() => {
		vi.useFakeTimers();
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	test('is waited for as long as the call says, and 20 s when it says nothing', async () => {
		const router = new FakeRouter(() => new Promise(() => undefined));
		const client = connect(router);
		const ended: string[] = [];
		const short = client
			.raw('o', 'a', {}, { timeout: 500 })
			.catch((error: unknown) => ended.push(String(error)));
		const usual = client.raw('o', 'b', {}).catch((error: unknown) => ended.push(String(error)));
		await vi.advanceTimersByTimeAsync(499);
		expect(ended).toEqual([]);
		await vi.advanceTimersByTimeAsync(1);
		await short;
		expect(ended).toEqual(['UbusError: o.a: no answer within 500 ms']);
		expect(router.requests[0]?.signal.aborted).toBe(false);
		await vi.advanceTimersByTimeAsync(19_499);
		expect(ended).toHaveLength(1);
		await vi.advanceTimersByTimeAsync(1);
		await usual;
		expect(ended[1]).toBe('UbusError: o.b: no answer within 20000 ms');
		expect(router.requests[0]?.signal.aborted).toBe(true);
	});

	test('is dropped when it comes late, and leaves no timer behind when it comes in time', async () => {
		const answer = deferred<Answer>();
		const router = new FakeRouter(({ params }) => (params[2] === 'slow' ? answer.promise : ok('quick')));
		const client = connect(router, 1000);
		const slow = client.raw('o', 'slow', {}, { alone: true });
		const late = expect(slow).rejects.toMatchObject({ kind: 'timeout', fault: { after: 1000 } });
		expect(await client.raw('o', 'quick', {})).toBe('quick');
		await vi.advanceTimersByTimeAsync(1000);
		await late;
		answer.resolve(ok('late'));
		await vi.advanceTimersByTimeAsync(0);
		expect(vi.getTimerCount()).toBe(0);
	});
});
