// SPDX-License-Identifier: Apache-2.0
import { Batcher, type Fetch } from './batch.ts';
import type { Reply } from './envelope.ts';
import { UbusError, UbusStatus, type UbusFault } from './error.ts';
import { imported } from './imported.ts';
import { REPLIES } from './replies.ts';
import type { ArgumentsOf, MethodOf, ObjectName, ReplyOf } from './objects.ts';
import { SessionProbe } from './session.ts';

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
}

export interface CallOptions {
	signal?: AbortSignal;
	/** Milliseconds. */
	timeout?: number;
	/** Goes as a request of its own, so that it makes no other call wait. */
	alone?: boolean;
	/** Asked before what checks the answer is at hand: only for what changes nothing. */
	early?: boolean;
}

/** Calls ubus objects over JSON-RPC. Every failure is a {@link UbusError}, and nothing is asked twice. */
export class UbusClient {
	readonly session: string;
	readonly #batcher: Batcher;
	readonly #timeout: number;
	readonly #probe: SessionProbe;
	#lastId = 0;

	constructor({ url, session = NULL_SESSION, fetch, timeout = TIMEOUT }: ClientOptions) {
		this.session = session;
		this.#batcher = new Batcher(url, fetch ?? ((target, init) => globalThis.fetch(target, init)));
		this.#timeout = timeout;
		this.#probe = new SessionProbe(() => this.#isAlive());
	}

	/** Calls a method that is known by its types, and checks what comes back against them. */
	async call<O extends ObjectName, M extends MethodOf<O>>(
		object: O,
		method: M,
		args: ArgumentsOf<O, M>,
		options: CallOptions = {}
	): Promise<ReplyOf<O, M>> {
		const name = `${object}.${method}`;
		const ask = () =>
			this.raw(object, method, args, options).catch((error: unknown) => {
				throw isUnanswered(error, object) ? new UbusError({ kind: 'unanswered' }, name) : error;
			});
		const loading = REPLIES[object][method]().catch((cause: unknown) => {
			const reason = 'a part of this page could not be loaded';
			throw new UbusError({ kind: 'network', reason }, name, { cause });
		});
		const [reply, data] = await (options.early === true
			? Promise.all([loading, ask()])
			: loading.then(async (shape) => [shape, await ask()] as const));
		return imported(name, reply, data);
	}

	/** Calls any method; the data is whatever came back, null when there was none. */
	async raw(object: string, method: string, args: object, options: CallOptions = {}): Promise<unknown> {
		const call = `${object}.${method}`;
		const reply = await this.#attempt(object, method, args, options);
		if ('data' in reply) return reply.data;
		const denied = reply.fault.kind === 'denied';
		const alive = !denied || (await abortable(this.#probe.isAlive(), options.signal, call));
		throw new UbusError(alive ? reply.fault : { kind: 'expired' }, call);
	}

	/**
	 * -32002 is the answer to a method that a session may not call as well as to a session that is not there.
	 * The latter may not even ask what it may do.
	 */
	async #isAlive(): Promise<boolean> {
		const question = { scope: 'ubus', object: 'session', function: 'access' };
		const reply = await this.#attempt('session', 'access', question, {});
		if ('data' in reply || reply.fault.kind === 'status') return true;
		if (reply.fault.kind === 'denied') return false;
		throw new UbusError(reply.fault, 'session.access');
	}

	/** One request, without any repetition. Ends with a fault when the answer is not there in time. */
	#attempt(
		object: string,
		method: string,
		args: object,
		{ signal, timeout = this.#timeout, alone = false }: CallOptions
	): Promise<Reply> {
		if (signal?.aborted) return Promise.resolve({ fault: { kind: 'aborted' } });
		const id = ++this.#lastId;
		const ticket = this.#batcher.send({ id, session: this.session, object, method, args }, alone);
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

/** Our plugin always has data: where none came, it was not let finish. */
function isUnanswered(error: unknown, object: string): boolean {
	return object === 'luci.nft-offload' && error instanceof UbusError && error.status === UbusStatus.NoData;
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
