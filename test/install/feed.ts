// SPDX-License-Identifier: Apache-2.0
/** A package feed on the loopback interface that can go wrong: a directory, and what is asked of it. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';

/** A server's certificate and its key, in PEM. */
export interface Identity {
	cert: Buffer;
	key: Buffer;
}

export class Feed {
	readonly #directory: string;
	readonly #scheme: 'http' | 'https';
	readonly #server: Server;
	readonly #held = new Map<ServerResponse, string>();
	/** Names of files that were asked for. */
	readonly asked: string[] = [];
	/** Requests for files whose names match are not answered before `release`. */
	hold: RegExp | null = null;

	private constructor(directory: string, identity: Identity | null) {
		this.#directory = directory;
		const listener: RequestListener = (request, response) => {
			const name = basename(new URL(request.url ?? '/', 'http://feed').pathname);
			this.asked.push(name);
			if (this.hold?.test(name)) this.#held.set(response, name);
			else this.#answer(name, response);
		};
		this.#scheme = identity === null ? 'http' : 'https';
		this.#server = identity === null ? createServer(listener) : createTlsServer(identity, listener);
	}

	/** Over TLS where it is given who it is. */
	static async start(directory: string, identity: Identity | null = null): Promise<Feed> {
		const feed = new Feed(directory, identity);
		await new Promise<void>((resolve) => feed.#server.listen(0, '127.0.0.1', resolve));
		return feed;
	}

	get url(): string {
		return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	/** Whether a request waits. */
	get holds(): boolean {
		return this.#held.size > 0;
	}

	/** Answers those who wait, and all others. */
	release(): void {
		this.hold = null;
		for (const [response, name] of this.#held) this.#answer(name, response);
		this.#held.clear();
	}

	async stop(): Promise<void> {
		this.release();
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	#answer(name: string, response: ServerResponse): void {
		const file = join(this.#directory, name);
		if (!existsSync(file)) {
			response.writeHead(404).end();
			return;
		}
		response.writeHead(200, { 'content-length': statSync(file).size });
		createReadStream(file).pipe(response);
	}
}
