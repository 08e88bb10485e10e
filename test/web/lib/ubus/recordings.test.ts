// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { logIn, UbusClient, UbusError, type Fetch } from '../../../../web/src/lib/ubus/index.ts';

type Envelope = { id: number | null; result?: unknown; error?: { code: number; message: string } };

interface Call {
	params: [string, string, string, object];
}

interface Exchange {
	note: string;
	request: string | Call | Call[];
	response: Envelope | Envelope[];
}

const path = new URL('../../../fixtures/rpc/jsonrpc-25.12.json', import.meta.url);
const exchanges = JSON.parse(readFileSync(path, 'utf8')) as Exchange[];
const note = (wanted: string) => exchanges.find((exchange) => exchange.note === wanted);

/** Answers each request with the recorded response, under the id that the client chose. */
function replay(responses: Envelope[], session: { alive: boolean }): UbusClient {
	return new UbusClient({ url: '/ubus/', session: 'recorded', fetch: replaying(responses, session) });
}

function replaying(responses: Envelope[], session: { alive: boolean }): Fetch {
	const left = [...responses];
	return (_, { body }) => {
		const asked = [JSON.parse(body as string) as { id: number; params: string[] }].flat();
		const answers = asked.map(({ id, params }) => {
			if (params[2] === 'access' && left.length === 0)
				return { jsonrpc: '2.0', id, ...probeAnswer(session.alive) };
			const envelope = left.shift() ?? { id: null };
			return { ...envelope, id: envelope.id === null ? null : id };
		});
		return Promise.resolve(Response.json(asked.length > 1 ? answers : answers[0]));
	};
}

/** What a router answers to `session.access` for a session that lives, and for one that does not. */
function probeAnswer(alive: boolean): Omit<Envelope, 'id'> {
	const exchange = note(alive ? 'may I?' : 'unknown session');
	const { result, error } = [exchange?.response ?? []].flat()[0] ?? {};
	return error === undefined ? { result } : { error };
}

async function outcome(promise: Promise<unknown>): Promise<unknown> {
	try {
		return { data: await promise };
	} catch (error) {
		if (error instanceof UbusError) return error.fault;
		throw error;
	}
}

const status = (code: number, name: string) => ({ kind: 'status', status: code, name });
const rpc = (code: number, message: string) => ({ kind: 'rpc', code, message });
const denied = { kind: 'denied' };

/** The exchanges that end without data, and how. */
const FAILURES: Record<string, object> = {
	'login, unknown user': status(6, 'PermissionDenied'),
	'no session: access denied': denied,
	'unknown session': { kind: 'expired' },
	'unknown object': rpc(-32000, 'Object not found'),
	'unknown method': denied,
	'missing argument': status(2, 'InvalidArgument'),
	'unknown config': status(6, 'PermissionDenied'),
	'second apply while one is pending': status(6, 'PermissionDenied'),
	'confirm with nothing pending': status(5, 'NoData'),
	'rollback with nothing pending': denied,
	'apply with nothing staged': status(5, 'NoData'),
	'confirm after an empty apply': status(5, 'NoData'),
	'confirm too late': status(5, 'NoData'),
	'revert staged changes': denied,
	'set null': status(2, 'InvalidArgument'),
	revert: denied,
	'file.read outside the ACL': status(6, 'PermissionDenied'),
	'malformed JSON': rpc(-32700, 'Parse error'),
	'unknown JSON-RPC method': rpc(-32601, 'Method not found'),
	'short params': rpc(-32700, 'Parse error'),
	// The answer to `list`, which is no call, has no status.
	list: { kind: 'protocol', reason: 'not a list of status and data', path: '$.result' },
	logout: denied
};

const dataOf = ({ result }: Envelope) => ({
	data: Array.isArray(result) ? ((result[1] as unknown) ?? null) : null
});

describe('the recorded exchange', () => {
	test.each(exchanges)('$note', async ({ note: name, request, response }) => {
		const responses = [response].flat();
		const client = replay(responses, { alive: name !== 'unknown session' });
		const calls = Array.isArray(request) ? request : [typeof request === 'string' ? null : request];
		const outcomes = calls.map((call) => {
			const [, object = 'any', method = 'any', args = {}] = call?.params ?? [];
			return outcome(client.raw(object, method, args));
		});
		const expected = responses.map((each) => FAILURES[name] ?? dataOf(each));
		if (name === 'batch') expected[1] = rpc(-32000, 'Object not found');
		expect(await Promise.all(outcomes)).toEqual(expected);
	});

	test('is one of 44', () => {
		expect(exchanges).toHaveLength(44);
		for (const name of Object.keys(FAILURES)) expect(note(name)).toBeDefined();
	});
});

describe('the types hold for what was recorded', () => {
	const reply = (name: string) => replay([note(name)?.response ?? []].flat(), { alive: true });

	test('login', async () => {
		const name = 'login, right password; timeout in seconds';
		const fetch = replaying([note(name)?.response ?? []].flat(), { alive: true });
		const client = await logIn({ url: '/ubus/', fetch }, 'root', '', 300);
		expect(client.session).toMatch(/^[0-9a-f]{32}$/);
	});

	test('hosts', async () => {
		expect(await reply('leases').call('luci-rpc', 'getDHCPLeases', {})).toEqual({
			dhcp_leases: [],
			dhcp6_leases: []
		});
		const hints = await reply('host hints').call('luci-rpc', 'getHostHints', {});
		expect(hints['1A:E2:AC:CB:1A:F4']?.ipaddrs).toEqual(['192.168.1.100']);
	});
});
