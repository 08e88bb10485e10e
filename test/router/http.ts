// SPDX-License-Identifier: Apache-2.0
/** uhttpd's part: JSON-RPC, LuCI's pages, its static files; and /__router/, from where the router is switched. */
import { readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import tsBlankSpace from 'ts-blank-space';
import { allows, type Grants } from './acl.ts';
import { answer, BODY_LIMIT } from './json-rpc.ts';
import { loginPage, PAGE_PATH, viewPage, type Shell } from './page/shell.ts';
import { VirtualRouter, type Options } from './router.ts';
import { isScenario, SCENARIOS, type ScenarioName } from './scenarios.ts';

const COOKIE = 'sysauth_http';
/** LuCI's own session time, in seconds. */
const SESSION_TIME = 3600;
const TYPES: Record<string, string> = {
	'.js': 'text/javascript',
	'.css': 'text/css',
	'.json': 'application/json',
	'.svg': 'image/svg+xml'
};
const NAME = 'luci-app-nft-offload';

export interface ServerOptions extends Options {
	scenario: ScenarioName;
	/** 0 for a free one. */
	port: number;
	/** Whether a bar above the page switches the scenario, and the login form tells the password. */
	demo: boolean;
}

/** A router at an address of the loopback interface. */
export class RouterServer {
	router: VirtualRouter;
	scenario: ScenarioName;
	readonly #options: ServerOptions;
	readonly #http: Server;

	private constructor(router: VirtualRouter, options: ServerOptions) {
		this.router = router;
		this.scenario = options.scenario;
		this.#options = options;
		this.#http = createServer((request, response) => {
			void this.#respond(request, response);
		});
	}

	static async start(options: ServerOptions): Promise<RouterServer> {
		const server = new RouterServer(await VirtualRouter.start(SCENARIOS[options.scenario], options), options);
		await new Promise<void>((resolve, reject) => {
			server.#http.once('error', reject).listen(options.port, '127.0.0.1', resolve);
		});
		return server;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
	}

	/** Puts a new router into the place of the old one, whose sessions and changes are gone with it. */
	async switchTo(name: ScenarioName): Promise<void> {
		const old = this.router;
		this.router = await VirtualRouter.start(SCENARIOS[name], this.#options);
		this.scenario = name;
		old.stop();
	}

	async stop(): Promise<void> {
		this.#http.closeAllConnections();
		await new Promise((resolve) => this.#http.close(resolve));
		this.router.stop();
	}

	async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const reply = await this.#reply(request).catch((error: unknown) => plain(500, String(error)));
		if (!reply) request.socket.destroy();
		else response.writeHead(reply.status, { 'cache-control': 'no-cache', ...reply.headers }).end(reply.body);
	}

	/** Null breaks the connection. */
	async #reply(request: IncomingMessage): Promise<Reply | null> {
		const { pathname } = new URL(request.url ?? '/', this.url);
		if (pathname.startsWith('/__router/')) return this.#control(request, pathname);
		if (!this.router.reachable) return null;
		if (/^\/ubus\/?$/.test(pathname)) return this.#ubus(request);
		if (pathname === '/' || pathname === '/cgi-bin/luci/') return redirect(PAGE_PATH);
		if (pathname === PAGE_PATH) return this.#page(request);
		return file(join(this.router.root, 'www', normalize(decodeURIComponent(pathname))));
	}

	async #ubus(request: IncomingMessage): Promise<Reply | null> {
		if (request.method !== 'POST') return plain(400, 'Bad Request');
		const { router } = this;
		const reply = await answer(router.bus, router.sessions, await readBody(request));
		// What was done while the connection broke is done; only its answer does not arrive.
		return router.reachable ? ok('application/json', JSON.stringify(reply)) : null;
	}

	async #page(request: IncomingMessage): Promise<Reply> {
		const { sessions } = this.router;
		if (request.method === 'POST') {
			const form = await readForm(request);
			const session = sessions.login(
				form.get('luci_username') ?? '',
				form.get('luci_password') ?? '',
				SESSION_TIME
			);
			return session ? redirect(PAGE_PATH, session.sid) : html(403, loginPage(this.#shell(), true));
		}
		const sid = new RegExp(`${COOKIE}=([0-9a-f]{32})`).exec(request.headers.cookie ?? '')?.[1];
		const session = sid === undefined ? undefined : sessions.find(sid);
		if (!session) return html(403, loginPage(this.#shell(), false));
		return html(200, viewPage(this.#shell(), environment(session.sid, permission(session.grants))));
	}

	#shell(): Shell {
		const { demo, users } = this.#options;
		const { user } = SCENARIOS[this.scenario];
		const hint = `The password is “${users[user]?.password ?? ''}”.`;
		return { bar: demo ? this.scenario : null, username: user, hint: demo ? hint : null };
	}

	/** The shell's own files, and for the demo's bar: POST /__router/switch, form field `scenario`. */
	async #control(request: IncomingMessage, pathname: string): Promise<Reply> {
		if (pathname === '/__router/page/runtime.js') {
			return ok(
				'text/javascript',
				tsBlankSpace(readFileSync(new URL('page/runtime.ts', import.meta.url), 'utf8'))
			);
		}
		if (pathname === '/__router/page/style.css')
			return file(fileURLToPath(new URL('page/style.css', import.meta.url)));
		if (pathname !== '/__router/switch') return plain(404, 'Not Found');
		const name = (await readForm(request)).get('scenario');
		if (request.method !== 'POST' || !isScenario(name)) return plain(400, 'Bad Request');
		await this.switchTo(name);
		const { user } = SCENARIOS[name];
		const password = this.#options.users[user]?.password ?? '';
		return redirect(PAGE_PATH, this.router.sessions.login(user, password, SESSION_TIME)?.sid);
	}
}

function environment(sessionid: string, permission: boolean | null): object {
	return {
		sessionid,
		permission,
		resource_version: 'virtual',
		ubuspath: '/ubus/',
		scriptname: '/cgi-bin/luci',
		resource: '/luci-static/resources',
		pollinterval: 5,
		view: 'nft-offload/overview'
	};
}

/** LuCI's `hasViewPermission()`: null where not even reading is granted. */
function permission(grants: Grants): boolean | null {
	if (allows(grants, 'access-group', NAME, 'write')) return true;
	return allows(grants, 'access-group', NAME, 'read') ? false : null;
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
	return new URLSearchParams((await readBody(request)).toString('utf8'));
}

/** Keeps one byte more than the limit at most: enough to tell that it is too long. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		if (length <= BODY_LIMIT) chunks.push(chunk);
		length += chunk.length;
	}
	return Buffer.concat(chunks).subarray(0, BODY_LIMIT + 1);
}

interface Reply {
	status: number;
	headers: Record<string, string>;
	body: string | Buffer;
}

function ok(type: string, body: string | Buffer): Reply {
	return { status: 200, headers: { 'content-type': type }, body };
}

function html(status: number, body: string): Reply {
	return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

function plain(status: number, body: string): Reply {
	return { status, headers: { 'content-type': 'text/plain' }, body };
}

function redirect(location: string, sid?: string): Reply {
	const cookie =
		sid === undefined
			? {}
			: { 'set-cookie': `${COOKIE}=${sid}; path=/cgi-bin/luci/; SameSite=strict; HttpOnly` };
	return { status: 302, headers: { location, ...cookie }, body: '' };
}

function file(path: string): Reply {
	if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return plain(404, 'Not Found');
	return ok(TYPES[extname(path)] ?? 'application/octet-stream', readFileSync(path));
}
