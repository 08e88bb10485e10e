// SPDX-License-Identifier: Apache-2.0
/** JSON-RPC as uhttpd speaks it on /ubus (ubus.c): its own errors, one call after another, HTTP 200 for all. */
import { isObject, type Bus, type Json, type JsonObject } from './bus.ts';
import type { Sessions } from './session.ts';

/** uhttpd takes no more; a longer body is a parse error. */
export const BODY_LIMIT = 65536;

const ERRORS = {
	parse: [-32700, 'Parse error'],
	method: [-32601, 'Method not found'],
	params: [-32602, 'Invalid parameters'],
	object: [-32000, 'Object not found'],
	access: [-32002, 'Access denied']
} as const;

/** Answers the body of one POST. */
export async function answer(bus: Bus, sessions: Sessions, body: Buffer): Promise<Json> {
	if (body.length > BODY_LIMIT) return error(null, 'parse');
	let request: Json;
	try {
		request = JSON.parse(body.toString('utf8')) as Json;
	} catch {
		return error(null, 'parse');
	}
	if (!Array.isArray(request)) return one(bus, sessions, request);
	const answers: Json[] = [];
	for (const each of request) answers.push(await one(bus, sessions, each));
	return answers;
}

async function one(bus: Bus, sessions: Sessions, request: Json): Promise<Json> {
	if (!isObject(request)) return error(null, 'parse');
	const id = request['id'] ?? null;
	if (request['jsonrpc'] !== '2.0' || typeof request['method'] !== 'string') return error(id, 'parse');
	if (request['method'] === 'list') return { jsonrpc: '2.0', id, result: list(bus, request['params']) };
	if (request['method'] !== 'call') return error(id, 'method');
	return call(bus, sessions, id, request['params']);
}

async function call(bus: Bus, sessions: Sessions, id: Json, params: Json | undefined): Promise<Json> {
	if (!Array.isArray(params)) return error(id, 'parse');
	const [sid, object, method, args] = params;
	if (
		typeof sid !== 'string' ||
		typeof object !== 'string' ||
		typeof method !== 'string' ||
		!isObject(args)
	) {
		return error(id, 'parse');
	}
	if (!bus.has(object)) return error(id, 'object');
	if (!sessions.access(sid, 'ubus', object, method)) return error(id, 'access');
	if (Object.hasOwn(args, 'ubus_rpc_session')) return error(id, 'params');
	const { status, data } = await bus.call(object, method, { ...args, ubus_rpc_session: sid });
	return { jsonrpc: '2.0', id, result: data ? [status, data] : [status] };
}

/** Names alone, or with patterns the signatures. Needs no session. */
function list(bus: Bus, params: Json | undefined): Json {
	if (!Array.isArray(params) || params.length === 0) return bus.names();
	const wanted = params.filter((each) => typeof each === 'string');
	const found: JsonObject = {};
	for (const name of bus.names()) {
		const matches = wanted.some((each) =>
			each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each
		);
		const signatures = matches ? bus.signatures(name) : undefined;
		if (signatures) found[name] = signatures;
	}
	return found;
}

function error(id: Json, kind: keyof typeof ERRORS): Json {
	const [code, message] = ERRORS[kind];
	return { jsonrpc: '2.0', id, error: { code, message } };
}
