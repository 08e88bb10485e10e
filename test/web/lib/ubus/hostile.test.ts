// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { UbusClient } from '../../../../web/src/lib/ubus/index.ts';

/** A client whose every request is answered with this, the ids that were asked for filled in. */
function answeredWith(response: (ids: number[]) => Response | Promise<Response>): UbusClient {
	return new UbusClient({
		url: '/ubus/',
		session: 's',
		fetch: async (_, { body }) => {
			const asked = [JSON.parse(body as string) as { id: number }].flat();
			return response(asked.map(({ id }) => id));
		}
	});
}

const envelope = (id: unknown, rest: object = { result: [0, 'data'] }) => ({ jsonrpc: '2.0', id, ...rest });

async function faultOf(client: UbusClient): Promise<unknown> {
	return client.raw('o', 'm', {}).then(
		(data) => ({ data }),
		(error: unknown) => (error as { fault: unknown }).fault
	);
}

test.each<[string, (id: number) => unknown, string]>([
	['no object', () => 'x', '$.id'],
	['null', () => null, '$.id'],
	['an empty list', () => [], '$'],
	['another id', (id) => envelope(id + 1), '$.id'],
	['the id as a text', (id) => envelope(String(id)), '$.id'],
	['no id', (id) => ({ ...envelope(id), id: undefined }), '$.id'],
	['the null id and a result', () => envelope(null), '$.id'],
	['no version', (id) => ({ id, result: [0] }), '$.jsonrpc'],
	['another version', (id) => ({ id, jsonrpc: '1.0', result: [0] }), '$.jsonrpc'],
	['neither result nor error', (id) => envelope(id, {}), '$.result'],
	['a result that is no list', (id) => envelope(id, { result: { 0: 0 } }), '$.result'],
	['an empty result', (id) => envelope(id, { result: [] }), '$.result[0]'],
	['a status as a text', (id) => envelope(id, { result: ['0'] }), '$.result[0]'],
	['a fractional status', (id) => envelope(id, { result: [0.5] }), '$.result[0]'],
	['a negative status', (id) => envelope(id, { result: [-1] }), '$.result[0]'],
	['an error that is no object', (id) => envelope(id, { error: 'x' }), '$.error'],
	['an error without a code', (id) => envelope(id, { error: { message: 'x' } }), '$.error.code'],
	['an error beside a result', (id) => envelope(id, { result: [0, 'x'], error: null }), '$.error']
])('%s is no answer', async (_, answer, path) => {
	const client = answeredWith(([id = 0]) => Response.json(answer(id)));
	expect(await faultOf(client)).toMatchObject({ kind: 'protocol', path });
});

test('text that is not JSON is no answer', async () => {
	for (const body of ['', '<html>', '{"jsonrpc":"2.0","id":1,"result":[0,inf]}', '[']) {
		expect(await faultOf(answeredWith(() => new Response(body)))).toMatchObject({
			kind: 'protocol',
			path: '$'
		});
	}
});

test('an HTTP error is one, whatever it carries', async () => {
	const client = answeredWith(([id]) => Response.json(envelope(id), { status: 502 }));
	expect(await faultOf(client)).toEqual({ kind: 'http', status: 502 });
});

test('a connection that breaks is a network error, before the answer or in it', async () => {
	expect(await faultOf(answeredWith(() => Promise.reject(new TypeError('Failed to fetch'))))).toEqual({
		kind: 'network',
		reason: 'Failed to fetch'
	});
	const broken = new ReadableStream({
		start: (controller) => {
			controller.error(new TypeError('cut'));
		}
	});
	expect(await faultOf(answeredWith(() => new Response(broken)))).toEqual({ kind: 'network', reason: 'cut' });
});

test('a status that ubus does not know is one all the same', async () => {
	const client = answeredWith(([id]) => Response.json(envelope(id, { result: [99] })));
	expect(await faultOf(client)).toEqual({ kind: 'status', status: 99, name: 'unknown' });
});

describe('a batch', () => {
	async function outcomes(answer: (ids: number[]) => unknown): Promise<unknown[]> {
		const client = answeredWith((ids) => Response.json(answer(ids)));
		return Promise.all([faultOf(client), faultOf(client), faultOf(client)]);
	}
	const protocol = expect.objectContaining({ kind: 'protocol' }) as unknown;

	test('that misses an answer fails where it is missing', async () => {
		const answers = await outcomes((ids) => ids.slice(1).map((id) => envelope(id)));
		expect(answers).toEqual([protocol, { data: 'data' }, { data: 'data' }]);
	});

	test('with two answers to one call is not believed at all', async () => {
		expect(await outcomes((ids) => [...ids, ids[0]].map((id) => envelope(id)))).toEqual(
			Array(3).fill(protocol)
		);
	});

	test('with an answer that nobody asked for is not believed at all', async () => {
		expect(await outcomes((ids) => [...ids, 4711].map((id) => envelope(id)))).toEqual(
			Array(3).fill(protocol)
		);
	});

	test('that is refused as a whole fails as a whole', async () => {
		const error = { code: -32700, message: 'Parse error' };
		expect(await outcomes(() => envelope(null, { error }))).toEqual(Array(3).fill({ kind: 'rpc', ...error }));
	});

	test('keeps one broken answer apart from the others', async () => {
		const answers = await outcomes(([first, ...rest]) => [
			envelope(first, { result: 'x' }),
			...rest.map((id) => envelope(id))
		]);
		expect(answers).toEqual([protocol, { data: 'data' }, { data: 'data' }]);
	});
});
