// SPDX-License-Identifier: Apache-2.0
import { decode, encode, type Reply, type Request } from './envelope.ts';
import type { UbusFault } from './error.ts';

/** The part of the browser's `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What uhttpd reads of a request, in bytes (uhttpd, ubus.c); to more it answers with a parse error. */
const BODY_LIMIT = 65_536;

/** One call on its way. */
class Ticket {
	readonly id: number;
	readonly body: string;
	/** Never rejects. Stays open when the ticket is dropped before an answer came. */
	readonly reply: Promise<Reply>;
	settle: (reply: Reply) => void = () => undefined;
	dropped = false;
	onDrop: () => void = () => undefined;

	constructor(id: number, body: string) {
		this.id = id;
		this.body = body;
		this.reply = new Promise((resolve) => (this.settle = resolve));
	}

	/** Says that nobody waits any more. A request all of whose calls are dropped is aborted. */
	drop(): void {
		this.dropped = true;
		this.onDrop();
	}
}

export type { Ticket };

/**
 * Sends what one tick asks as one JSON-RPC batch, or as several where it is too large for one. uhttpd works a
 * batch off one call after another, so what takes long should go alone.
 */
export class Batcher {
	readonly #url: string;
	readonly #fetch: Fetch;
	#queue: Ticket[] = [];

	constructor(url: string, fetch: Fetch) {
		this.#url = url;
		this.#fetch = fetch;
	}

	send(request: Request, alone: boolean): Ticket {
		const ticket = new Ticket(request.id, encode(request));
		const size = bytes(ticket.body);
		if (size > BODY_LIMIT) {
			const reason = `the request has ${size} bytes, and uhttpd reads ${BODY_LIMIT}`;
			ticket.settle({ fault: { kind: 'protocol', reason, path: '$' } });
			return ticket;
		}
		if (alone) {
			void this.#post([ticket]);
			return ticket;
		}
		if (this.#queue.length === 0)
			queueMicrotask(() => {
				this.#flush();
			});
		this.#queue.push(ticket);
		return ticket;
	}

	#flush(): void {
		const tickets = this.#queue.filter(({ dropped }) => !dropped);
		this.#queue = [];
		for (const batch of split(tickets)) void this.#post(batch);
	}

	async #post(tickets: readonly Ticket[]): Promise<void> {
		const controller = new AbortController();
		let waiting = tickets.length;
		for (const ticket of tickets) {
			ticket.onDrop = () => {
				waiting -= 1;
				if (waiting === 0) controller.abort();
			};
		}
		const answer = await this.#exchange(joined(tickets), controller.signal);
		if ('fault' in answer) {
			for (const ticket of tickets) ticket.settle(answer);
			return;
		}
		const replyTo = decode(answer.body, new Set(tickets.map(({ id }) => id)));
		for (const ticket of tickets) ticket.settle(replyTo(ticket.id));
	}

	async #exchange(body: string, signal: AbortSignal): Promise<{ body: string } | { fault: UbusFault }> {
		try {
			const response = await this.#fetch(this.#url, {
				method: 'POST',
				headers: { 'Content-Type': 'application/json' },
				body,
				signal,
				cache: 'no-store'
			});
			if (!response.ok) return { fault: { kind: 'http', status: response.status } };
			return { body: await response.text() };
		} catch (error) {
			return { fault: { kind: 'network', reason: error instanceof Error ? error.message : String(error) } };
		}
	}
}

/** As few batches as fit, in order. */
function split(tickets: readonly Ticket[]): Ticket[][] {
	const batches: Ticket[][] = [];
	let size = Infinity;
	for (const ticket of tickets) {
		const more = bytes(ticket.body) + ','.length;
		if (size + more > BODY_LIMIT) {
			batches.push([]);
			size = '[]'.length - ','.length;
		}
		batches.at(-1)?.push(ticket);
		size += more;
	}
	return batches;
}

/** A single call goes without the brackets: two bytes that may be too many. */
function joined(tickets: readonly Ticket[]): string {
	const bodies = tickets.map(({ body }) => body).join(',');
	return tickets.length === 1 ? bodies : `[${bodies}]`;
}

function bytes(text: string): number {
	return new TextEncoder().encode(text).length;
}
