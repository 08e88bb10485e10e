// SPDX-License-Identifier: Apache-2.0
/** Recorded JSON-RPC exchanges, said again to the virtual router. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { isObject, type Json, type JsonObject } from './bus.ts';
import { answer } from './json-rpc.ts';
import type { VirtualRouter } from './router.ts';

export interface Exchange {
	note: string;
	/** What was sent as JSON; a text was sent as it is. */
	request: Json;
	response: Json;
}

/** Methods whose answers tell about the one router that was recorded: of those, types count. */
const OWN_VALUES = ['login', 'board', 'getHostHints', 'getDHCPLeases', 'dump'];

export function readExchanges(name: string): Exchange[] {
	return JSON.parse(readFileSync(new URL(`../fixtures/rpc/${name}`, import.meta.url), 'utf8')) as Exchange[];
}

export class Replay {
	readonly #router: VirtualRouter;
	/** Our session for each recorded one. */
	readonly #sessions = new Map<string, string>();

	constructor(router: VirtualRouter) {
		this.#router = router;
	}

	/** Says the request and expects the recorded answer, field by field. */
	async repeat({ request, response }: Exchange): Promise<void> {
		let body = typeof request === 'string' ? request : JSON.stringify(request);
		for (const [recorded, ours] of this.#sessions) body = body.replaceAll(recorded, ours);
		const reply = await answer(this.#router.bus, this.#router.sessions, Buffer.from(body));
		const session = sessionOf(response);
		if (session !== undefined) this.#sessions.set(session, sessionOf(reply) ?? '');
		if (OWN_VALUES.includes(methodOf(request))) expectSameShape(reply, response);
		else expect(reply).toEqual(response);
	}
}

function methodOf(request: Json): string {
	const params = isObject(request) ? request['params'] : undefined;
	const method = Array.isArray(params) ? params[2] : undefined;
	return typeof method === 'string' ? method : '';
}

/** The session that an answer gives. */
function sessionOf(reply: Json): string | undefined {
	const result = isObject(reply) ? reply['result'] : undefined;
	const data = Array.isArray(result) ? result[1] : undefined;
	const sid = data !== undefined && isObject(data) ? data['ubus_rpc_session'] : undefined;
	return typeof sid === 'string' ? sid : undefined;
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
