// SPDX-License-Identifier: Apache-2.0
import { Batcher, type Fetch } from './batch.ts';
import type { Reply } from './envelope.ts';
import { UbusError, UbusStatus, type UbusFault } from './error.ts';
import { problem } from './import.ts';
import { METHODS } from './methods.ts';
import type { ArgumentsOf, MethodOf, ObjectName, ReplyOf } from './objects.ts';
import { SessionKeeper } from './session.ts';
import { isRecord, type Mismatch, type Shape } from './shape.ts';

/** The session of somebody who has not logged in. */
export const NULL_SESSION = '0'.repeat(32);

/** Milliseconds to wait for an answer: what LuCI waits, too. */
const TIMEOUT = 20_000;

export interface ClientOptions {
	/** Where JSON-RPC is answered: uhttpd's `/ubus/`, or LuCI's `admin/ubus`. */
	url: string;
	/** rpcd's session id; that of nobody when absent. */
	session?: string;
	fetch?: Fetch;
	/** Milliseconds to wait for an answer, unless a call says otherwise. */
	timeout?: number;
	/**
	 * Asked when the session has expired, once for all the calls that run into it: a new session's id, or null
	 * when the user gives up. After that it is not asked again until `session` is set.
	 */
	login?: () => Promise<string | null>;
}

export interface CallOptions {
	signal?: AbortSignal;
	/** Milliseconds; a login in between is not counted. */
	timeout?: number;
	/** Goes as a request of its own, so that it makes no other call wait. */
	alone?: boolean;
}

export interface RawCallOptions extends CallOptions {
	/** Whether the call changes anything: then it is never repeated. */
	changes: boolean;
}

/** Calls ubus objects over JSON-RPC. Every failure is a {@link UbusError}. */
export class UbusClient {
	readonly #batcher: Batcher;
	readonly #timeout: number;
	readonly #keeper: SessionKeeper;
	#lastId = 0;

	constructor({ url, session = NULL_SESSION, fetch, timeout = TIMEOUT, login }: ClientOptions) {
		this.#batcher = new Batcher(url, fetch ?? ((target, init) => globalThis.fetch(target, init)));
		this.#timeout = timeout;
		this.#keeper = new SessionKeeper(session, (asked) => this.#isAlive(asked), login);
	}

	get session(): string {
		return this.#keeper.session;
	}

	set session(session: string) {
		this.#keeper.session = session;
	}

	/** Logs in and keeps the new session. `lifetime`: seconds without a call after which it expires. */
	async login(username: string, password: string, lifetime: number): Promise<string> {
		const args = { username, password, timeout: lifetime };
		const reply = await this.#attempt(NULL_SESSION, 'session', 'login', args, {});
		const { ubus_rpc_session } = imported(
			'session.login',
			METHODS.session.login.reply,
			dataOf(reply, 'session.login')
		);
		this.session = ubus_rpc_session;
		return ubus_rpc_session;
	}

	/** Calls a method that is known by its types, and checks what comes back against them. */
	async call<O extends ObjectName, M extends MethodOf<O>>(
		object: O,
		method: M,
		args: ArgumentsOf<O, M>,
		options: CallOptions = {}
	): Promise<ReplyOf<O, M>> {
		const { changes, reply } = METHODS[object][method];
		const name = `${object}.${method}`;
		const data = await this.raw(object, method, args, { ...options, changes }).catch((error: unknown) => {
			throw isUnanswered(error, object) ? new UbusError({ kind: 'unanswered' }, name) : error;
		});
		return imported(name, reply, data);
	}

	/** Calls any method; the data is whatever came back, null when there was none. */
	async raw(object: string, method: string, args: object, options: RawCallOptions): Promise<unknown> {
		const call = `${object}.${method}`;
		const session = this.session;
		const first = await this.#attempt(session, object, method, args, options);
		if ('data' in first || first.fault.kind !== 'denied') return dataOf(first, call);

		const renewed = await abortable(this.#replace(session, call), options.signal, call);
		if (options.changes) throw new UbusError({ kind: 'expired' }, call);
		const second = await this.#attempt(renewed, object, method, args, options);
		if ('fault' in second && second.fault.kind === 'denied' && !(await this.#keeper.isAlive(renewed)))
			throw new UbusError({ kind: 'expired' }, call);
		return dataOf(second, call);
	}

	/** The session to use instead of one that was denied something. Fails when there is none. */
	async #replace(session: string, call: string): Promise<string> {
		if (await this.#keeper.isAlive(session)) throw new UbusError({ kind: 'denied' }, call);
		const renewed = await this.#keeper.renew(session).catch((cause: unknown) => {
			throw new UbusError({ kind: 'expired' }, call, { cause });
		});
		if (renewed === null) throw new UbusError({ kind: 'expired' }, call);
		return renewed;
	}

	/**
	 * -32002 is the answer to a method that a session may not call as well as to a session that is not there.
	 * The latter may not even ask what it may do.
	 */
	async #isAlive(session: string): Promise<boolean> {
		const question = { scope: 'ubus', object: 'session', function: 'access' };
		const reply = await this.#attempt(session, 'session', 'access', question, {});
		if ('data' in reply || reply.fault.kind === 'status') return true;
		if (reply.fault.kind === 'denied') return false;
		throw new UbusError(reply.fault, 'session.access');
	}

	/** One request, without any repetition. Ends with a fault when the answer is not there in time. */
	#attempt(
		session: string,
		object: string,
		method: string,
		args: object,
		{ signal, timeout = this.#timeout, alone = false }: CallOptions
	): Promise<Reply> {
		if (signal?.aborted) return Promise.resolve({ fault: { kind: 'aborted' } });
		const id = ++this.#lastId;
		const ticket = this.#batcher.send({ id, session, object, method, args }, alone);
		return new Promise((resolve) => {
			const end = (reply: Reply) => {
				clearTimeout(timer);
				signal?.removeEventListener('abort', abort);
				resolve(reply);
			};
			const giveUp = (fault: UbusFault) => {
				ticket.drop();
				end({ fault });
			};
			const abort = () => {
				giveUp({ kind: 'aborted' });
			};
			const timer = setTimeout(() => {
				giveUp({ kind: 'timeout', after: timeout });
			}, timeout);
			signal?.addEventListener('abort', abort);
			void ticket.reply.then(end);
		});
	}
}

function dataOf(reply: Reply, call: string): unknown {
	if ('fault' in reply) throw new UbusError(reply.fault, call);
	return reply.data;
}

/** Our plugin always has data: where none came, it was not let finish. */
function isUnanswered(error: unknown, object: string): boolean {
	return object === 'luci.nft-offload' && error instanceof UbusError && error.status === UbusStatus.NoData;
}

/** The data as what its shape says; a problem, or data of another shape, is an error. */
function imported<T>(call: string, shape: Shape<T>, data: unknown): T {
	let reason = '';
	let place = '$';
	const mismatch: Mismatch = (path, expected) => {
		reason = `not ${expected}`;
		place = path;
		return false;
	};
	if (isRecord(data) && Object.hasOwn(data, 'problem')) {
		if (problem(data, '$', mismatch)) throw new UbusError({ kind: 'problem', problem: data }, call);
	} else if (shape(data, '$', mismatch)) return data;
	throw new UbusError({ kind: 'protocol', reason, path: place }, call);
}

/** Waits no longer than the caller does. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined, call: string): Promise<T> {
	if (signal === undefined) return promise;
	return new Promise((resolve, reject) => {
		const abort = () => {
			reject(new UbusError({ kind: 'aborted' }, call));
		};
		if (signal.aborted) abort();
		signal.addEventListener('abort', abort, { once: true });
		promise.then(resolve, reject).finally(() => {
			signal.removeEventListener('abort', abort);
		});
	});
}
