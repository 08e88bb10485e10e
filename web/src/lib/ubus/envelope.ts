// SPDX-License-Identifier: Apache-2.0
/**
 * JSON-RPC 2.0 as uhttpd-mod-ubus speaks it (uhttpd, ubus.c) and LuCI's `admin/ubus` imitates it: the parameters
 * are session, object, method and arguments, and a result is `[status]` or `[status, data]`.
 */
import { statusName, UbusStatus, type UbusFault } from './error.ts';
import { isRecord } from './shape.ts';

export interface Request {
	id: number;
	session: string;
	object: string;
	method: string;
	args: object;
}

/** What became of one call. No data is null. */
export type Reply = { data: unknown } | { fault: UbusFault };

/** JSON-RPC's code for what the session may not do, and for a session that is not there. */
const ACCESS_DENIED = -32002;

export function encode({ id, session, object, method, args }: Request): string {
	return JSON.stringify({ jsonrpc: '2.0', id, method: 'call', params: [session, object, method, args] });
}

/**
 * Reads the answer to calls with these ids, in any order. An answer that nobody asked for, or a second one to
 * the same call, and none of them is believed. An error with the id null is the answer to all of them.
 */
export function decode(body: string, ids: ReadonlySet<number>): (id: number) => Reply {
	const answer = parseJson(body);
	if (answer === undefined) return always(garbled('the answer is not JSON', '$'));
	if (isRecord(answer) && answer['id'] === null && 'error' in answer) return () => decodeOne(answer, '$');

	const replies = new Map<number, Reply>();
	const envelopes: unknown[] = Array.isArray(answer) ? answer : [answer];
	for (const [index, envelope] of envelopes.entries()) {
		const path = Array.isArray(answer) ? `$[${index}]` : '$';
		const id = isRecord(envelope) ? envelope['id'] : undefined;
		if (!isRecord(envelope) || typeof id !== 'number' || !ids.has(id))
			return always(garbled('an answer that nobody asked for', `${path}.id`));
		if (replies.has(id)) return always(garbled('a second answer to one call', `${path}.id`));
		replies.set(id, decodeOne(envelope, path));
	}
	return (id) => replies.get(id) ?? { fault: garbled('no answer to this call', '$') };
}

function always(fault: UbusFault): () => Reply {
	return () => ({ fault });
}

function decodeOne(envelope: Record<string, unknown>, path: string): Reply {
	const { jsonrpc, result, error } = envelope;
	if (jsonrpc !== '2.0') return { fault: garbled('not JSON-RPC 2.0', `${path}.jsonrpc`) };
	if (error !== undefined) return { fault: decodeError(error, `${path}.error`) };
	if (!Array.isArray(result)) return { fault: garbled('not a list of status and data', `${path}.result`) };
	const parts: unknown[] = result;
	const [status, data] = parts;
	if (typeof status !== 'number' || !Number.isInteger(status) || status < 0)
		return { fault: garbled('not a ubus status', `${path}.result[0]`) };
	if (status !== UbusStatus.Ok) return { fault: { kind: 'status', status, name: statusName(status) } };
	return { data: data ?? null };
}

function decodeError(error: unknown, path: string): UbusFault {
	if (!isRecord(error)) return garbled('not an error object', path);
	const { code, message } = error;
	if (typeof code !== 'number') return garbled('not a number', `${path}.code`);
	if (code === ACCESS_DENIED) return { kind: 'denied' };
	return { kind: 'rpc', code, message: typeof message === 'string' ? message : '' };
}

function garbled(reason: string, path: string): UbusFault {
	return { kind: 'protocol', reason, path };
}

function parseJson(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return undefined;
	}
}
