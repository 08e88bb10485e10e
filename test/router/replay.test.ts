// SPDX-License-Identifier: Apache-2.0
/**
 * The 44 exchanges recorded from OpenWrt 25.12.2 against the virtual router: each answer must be the same, field
 * by field. Where a value is that router's own (a session's id, a clock, an address), its type must be the same.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from './bus.ts';
import { isObject } from './bus.ts';
import { answer } from './json-rpc.ts';
import { VirtualRouter } from './router.ts';
import { SCENARIOS } from './scenarios.ts';

interface Exchange {
	note: string;
	request: Json;
	response: Json;
}

const EXCHANGES = JSON.parse(
	readFileSync(new URL('../fixtures/rpc/jsonrpc-25.12.json', import.meta.url), 'utf8')
) as Exchange[];

/** Methods whose answers tell about the one router that was recorded. */
const OWN_VALUES = ['login', 'board', 'getHostHints', 'getDHCPLeases', 'dump'];
const LOGGED_IN = 2;

let router: VirtualRouter;
/** The session of the recorded router, and ours. */
let sessions: { recorded: string; ours: string };

beforeAll(async () => {
	router = await VirtualRouter.start(SCENARIOS.hardware, {
		package: null,
		host: '',
		// As recorded: any password logs in where there is none.
		users: { root: { password: '', read: ['*'], write: ['*'] } }
	});
	sessions = { recorded: sessionOf(EXCHANGES[LOGGED_IN]?.response), ours: '' };
});

afterAll(() => {
	router.stop();
});

describe('the answers recorded from OpenWrt 25.12.2', () => {
	it('are 44', () => {
		expect(EXCHANGES).toHaveLength(44);
	});

	it.each(EXCHANGES.map(({ note, request, response }) => [note, request, response] as const))(
		'%s',
		async (note, request, response) => {
			if (note === 'confirm too late') router.clock.advance(6000);
			const reply = await answer(router.bus, router.sessions, Buffer.from(bodyOf(request)));
			if (note.startsWith('login, right')) sessions.ours = sessionOf(reply);
			if (OWN_VALUES.includes(methodOf(request))) expectSameShape(reply, response);
			else expect(reply).toEqual(response);
		}
	);
});

/** The request, from our session where it came from the recorded one. Text that is no JSON was sent as it is. */
function bodyOf(request: Json): string {
	const body = typeof request === 'string' ? request : JSON.stringify(request);
	return body.replaceAll(sessions.recorded, sessions.ours);
}

function methodOf(request: Json): string {
	const params = isObject(request) ? request['params'] : undefined;
	const method = Array.isArray(params) ? params[2] : undefined;
	return typeof method === 'string' ? method : '';
}

function sessionOf(reply: Json | undefined): string {
	const result = reply !== undefined && isObject(reply) ? reply['result'] : undefined;
	const data = Array.isArray(result) ? result[1] : undefined;
	const sid = data !== undefined && isObject(data) ? data['ubus_rpc_session'] : undefined;
	return typeof sid === 'string' ? sid : '';
}

/** Each field that was recorded is there with the same type. Values are compared by their types, too. */
function expectSameShape(ours: Json | undefined, recorded: Json, path = 'answer'): void {
	if (Array.isArray(recorded)) {
		expect(ours, path).toBeInstanceOf(Array);
		const items = ours as Json[];
		// A list of alike things may be longer or shorter; an answer is status and data.
		if (path === 'answer.result') expect(items).toHaveLength(recorded.length);
		recorded.slice(0, items.length).forEach((item, at) => {
			expectSameShape(items[at], item, `${path}.${at}`);
		});
	} else if (isObject(recorded)) {
		expect(isObject(ours), path).toBe(true);
		const fields = ours as JsonObject;
		for (const [name, field] of Object.entries(recorded)) {
			// By MAC address, or by the name of an ACL group: any name, but each with the same form.
			if (/^([0-9A-F]{2}:){5}/.test(name))
				expectSameShape(Object.values(fields)[0], field, `${path}.${name}`);
			else if (path.endsWith('.acls')) expectGrants(fields[name], field as JsonObject);
			else expectSameShape(fields[name], field, `${path}.${name}`);
		}
	} else expect(typeof ours, path).toBe(typeof recorded);
}

/** Ours has fewer pages and so fewer rights; those it has are among the recorded ones. */
function expectGrants(ours: Json | undefined, recorded: JsonObject): void {
	if (ours === undefined) return;
	for (const [object, functions] of Object.entries(ours as JsonObject)) {
		expect(recorded[object], object).toEqual(expect.arrayContaining(functions as string[]));
	}
}
