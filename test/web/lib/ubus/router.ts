// SPDX-License-Identifier: Apache-2.0
import type { Fetch } from '../../../../web/src/lib/ubus/index.ts';

/** One JSON-RPC call as it arrives. */
export interface Asked {
	id: number;
	params: [session: string, object: string, method: string, args: Record<string, unknown>];
}

/** What is answered to one call, its id left out; a function answers with what it likes. */
export type Answer = { result: unknown } | { error: { code: number; message: string } };

export const ok = (data?: unknown): Answer => ({ result: data === undefined ? [0] : [0, data] });
export const status = (code: number): Answer => ({ result: [code] });
export const denied: Answer = { error: { code: -32002, message: 'Access denied' } };

/** A router for the client: it keeps what it was asked, and answers what the test says. */
export class FakeRouter {
	/** The requests, each with its calls. */
	readonly requests: { calls: Asked[]; body: string; batch: boolean; signal: AbortSignal }[] = [];
	answer: (asked: Asked) => Answer | Promise<Answer>;

	constructor(answer: (asked: Asked) => Answer | Promise<Answer>) {
		this.answer = answer;
	}

	/** The methods that were called, in order. */
	get methods(): string[] {
		return this.requests.flatMap(({ calls }) => calls.map(({ params }) => `${params[1]}.${params[2]}`));
	}

	readonly fetch: Fetch = async (_, { body, signal }) => {
		if (typeof body !== 'string' || !(signal instanceof AbortSignal))
			throw new Error('not the request of the client');
		const parsed = JSON.parse(body) as Asked | Asked[];
		const batch = Array.isArray(parsed);
		const calls = [parsed].flat();
		this.requests.push({ calls, body, batch, signal });
		const answering = Promise.all(
			calls.map(async (asked) => ({ jsonrpc: '2.0', id: asked.id, ...(await this.answer(asked)) }))
		);
		const answers = await Promise.race([answering, aborted(signal)]);
		return Response.json(batch ? answers : answers[0]);
	};
}

function aborted(signal: AbortSignal): Promise<never> {
	return new Promise((_, reject) => {
		signal.addEventListener('abort', () => {
			reject(new DOMException('This operation was aborted', 'AbortError'));
		});
	});
}

/** A promise that the test settles. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
	let resolve: (value: T) => void = () => undefined;
	const promise = new Promise<T>((settle) => (resolve = settle));
	return { promise, resolve };
}
