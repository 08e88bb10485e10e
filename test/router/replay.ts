// SPDX-License-Identifier: Apache-2.0
/** Recorded JSON-RPC exchanges, said again to the virtual router. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { differences, type Own } from '../same/differences.ts';
import { OWN, own } from '../same/own.ts';
import { isObject, type Json } from './bus.ts';
import { answer } from './json-rpc.ts';
import type { VirtualRouter } from './router.ts';

export interface Exchange {
	note: string;
	/** What was sent as JSON; a text was sent as it is. */
	request: Json;
	response: Json;
}

/** What tells, besides {@link OWN}, about the one router that was recorded. */
const OWN_OF_RECORDED: readonly Own[] = [
	{ ...own('session login', 'acls', 'among', 'left out of most recordings for its length'), optional: true },
	{ ...own('luci-rpc getHostHints', '*.name', 'type', 'that device had none'), optional: true },
	own('system board', '*', 'type', 'model and release'),
	own('luci-rpc getDHCPLeases', '*', 'type', 'the devices in the LAN'),
	own('network.interface dump', '*', 'type', 'the networks'),
	...OWN
];

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
		expect(differences(reply, response, OWN_OF_RECORDED, methodOf(request))).toEqual([]);
	}
}

/** The object and the method that were called. */
function methodOf(request: Json): string {
	const params = isObject(request) ? request['params'] : undefined;
	const [, object, method] = Array.isArray(params) ? params : [];
	return typeof object === 'string' && typeof method === 'string' ? `${object} ${method}` : 'answer';
}

/** The session that an answer gives. */
function sessionOf(reply: Json): string | undefined {
	const result = isObject(reply) ? reply['result'] : undefined;
	const data = Array.isArray(result) ? result[1] : undefined;
	const sid = data !== undefined && isObject(data) ? data['ubus_rpc_session'] : undefined;
	return typeof sid === 'string' ? sid : undefined;
}
