// SPDX-License-Identifier: Apache-2.0
/** What the recordings do not show: the plugin's processes, the firewall's reload, the connection that breaks. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Answer, JsonObject } from './bus.ts';
import { fnmatch } from './fnmatch.ts';
import { BODY_LIMIT } from './json-rpc.ts';
import { RouterServer } from './http.ts';
import { VirtualRouter } from './router.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { USERS } from './users.ts';

/** Stands for the bundle that runs the plugin: does what the method's name says. */
const HOST = `
	import { readFileSync, readSync, writeSync } from 'node:fs';
	const [, , root, command, method] = process.argv;
	const input = command === 'call' ? readFileSync(0) : '';
	const answers = {
		list: () => ({ echo: { text: '' }, garbage: {}, silent: {}, large: {}, list: {}, fails: {}, bus: { a: 1, b: true, c: [], d: {} } }),
		echo: () => ({ root, bytes: input.length }),
		garbage: () => 'no JSON',
		silent: () => '',
		large: () => ({ text: 'x'.repeat(300000) }),
		list_reply: () => [1],
		fails: () => { process.exitCode = 3; return { done: true }; },
		bus: () => {
			writeSync(3, '{"object":"uci","method":"configs","arguments":{}}\\n');
			const bytes = Buffer.alloc(4096);
			return JSON.parse(bytes.toString('utf8', 0, readSync(4, bytes)));
		}
	};
	const answer = command === 'list' ? answers.list() : answers[method === 'list' ? 'list_reply' : method]();
	process.stdout.write(typeof answer === 'string' ? answer : JSON.stringify(answer));
`;

let folder: string;
let options: { host: string; package: string; users: typeof USERS };

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'router-test-'));
	options = { host: join(folder, 'host.mjs'), package: join(folder, 'package'), users: USERS };
	mkdirSync(options.package);
	writeFileSync(options.host, HOST);
});

afterEach(() => {
	rmSync(folder, { recursive: true });
});

describe('the plugin', () => {
	let router: VirtualRouter;

	const call = (method: string, args: JsonObject = {}): Promise<Answer> =>
		router.bus.call('luci.nft-offload', method, args);

	beforeEach(async () => {
		router = await VirtualRouter.start(SCENARIOS.cpu, options);
	});

	afterEach(() => {
		router.stop();
	});

	it('has the methods that it lists, with the types of their examples', () => {
		expect(router.bus.signatures('luci.nft-offload')).toMatchObject({
			echo: { text: 'string' },
			bus: { a: 'number', b: 'boolean', c: 'array', d: 'object' }
		});
	});

	it('gets the arguments as JSON, cut off at 65,536 bytes', async () => {
		expect(await call('echo', { a: 1 })).toEqual({ status: 0, data: { root: router.root, bytes: 7 } });
		const cut = await call('echo', { text: '\u0001'.repeat(60_000) });
		expect(cut.data?.['bytes']).toBe(65_536);
	});

	it.each([
		['garbage', 2],
		['list', 2],
		['silent', 5],
		['large', 5],
		['nosuch', 3]
	])('that answers %s is status %i', async (method, status) => {
		expect(await call(method)).toEqual({ status });
	});

	it('may exit with any status', async () => {
		expect(await call('fails')).toEqual({ status: 0, data: { done: true } });
	});

	it('reaches the other objects over its bus', async () => {
		const { data } = await call('bus');
		expect(data).toEqual({ status: 0, data: { configs: ['firewall', 'network', 'system'] } });
	});

	it('that is not there has no object', async () => {
		const without = await VirtualRouter.start(SCENARIOS.cpu, { ...options, host: '/nonexistent' });
		expect(without.bus.has('luci.nft-offload')).toBe(false);
		without.stop();
	});
});

describe('the firewall', () => {
	const start = (scenario: Scenario): Promise<VirtualRouter> =>
		VirtualRouter.start(scenario, { ...options, package: null });

	it("reloads a second after a commit, and takes hardware without any engine, as OpenWrt's kernel does", async () => {
		const router = await start(SCENARIOS.cpu);
		const sid = router.sessions.login('root', USERS.root.password)?.sid ?? '';
		for (const option of ['flow_offloading', 'flow_offloading_hw']) {
			router.staging.stage(sid, 'firewall', ['set', 'cfg01e63d', option, '1']);
		}
		await router.bus.call('uci', 'apply', { ubus_rpc_session: sid });
		router.clock.advance(900);
		expect(router.kernel.flowtable).toBeNull();
		router.clock.advance(200);
		expect(router.kernel.flowtable).toEqual({ devices: ['lan1', 'lan2', 'lan3', 'wan'], hardware: true });
		router.stop();
	});

	it.each([
		['no-engine', 0.99],
		['hardware', 0.05]
	] as const)('counts at the ports what no chip has taken: %s', async (scenario, share) => {
		const router = await start(SCENARIOS[scenario]);
		const received = (): number => {
			router.refresh();
			const devices = readFileSync(join(router.root, 'proc/net/dev'), 'utf8');
			return Number(/wan: (\d+)/.exec(devices)?.[1]);
		};
		const before = received();
		router.clock.advance(90_000);
		const passed = (received() - before) / (90 * 112_000_000);
		expect(passed / share).toBeGreaterThan(0.95);
		expect(passed / share).toBeLessThan(1.05);
		router.stop();
	});

	it('falls back to software at its second load where a driver is busy with the first', async () => {
		const router = await start({ ...SCENARIOS['fell-back'], loads: 'once' });
		expect(router.kernel.flowtable?.hardware).toBe(true);
		router.firewall.load();
		expect(router.kernel.flowtable).toEqual({ devices: ['br-lan', 'wan'], hardware: false });
		router.stop();
	});

	it('dies of a value, and forgets what is loaded', async () => {
		const router = await start(SCENARIOS.software);
		const memory = join(router.root, 'var/run/fw4.state');
		expect(existsSync(memory)).toBe(true);
		router.writeFirewall("config defaults\n\toption flow_offloading 'enabled'\n");
		router.firewall.load();
		expect(router.kernel.flowtable).not.toBeNull();
		expect(existsSync(memory)).toBe(false);
		router.stop();
	});

	it('drops everything when its file is broken, and keeps what is loaded when the module is missing', async () => {
		const router = await start(SCENARIOS.hardware);
		const loaded = { devices: ['lan1', 'lan2', 'lan3', 'wan'], hardware: true };
		expect(router.kernel.flowtable).toEqual(loaded);
		router.writeFirewall("option a 'b");
		router.firewall.load();
		expect(router.kernel.flowtable).toBeNull();
		expect(router.reachable).toBe(false);
		router.stop();

		const missing = await start(SCENARIOS['module-not-loaded']);
		expect(missing.kernel.flowtable).toBeNull();
		missing.stop();
	});
});

describe('the server', () => {
	let server: RouterServer;

	const rpc = async (body: string): Promise<unknown> =>
		(await fetch(`${server.url}/ubus/`, { method: 'POST', body })).json();

	beforeEach(async () => {
		server = await RouterServer.start({ ...options, scenario: 'cut-off', port: 0, demo: true });
	});

	afterEach(async () => {
		await server.stop();
	});

	it('takes a body of 65,536 bytes and no more', async () => {
		const request = '{"jsonrpc":"2.0","id":1,"method":"list","params":["nosuch"]}';
		expect(await rpc(request.padEnd(BODY_LIMIT))).toMatchObject({ id: 1, result: {} });
		expect(await rpc(request.padEnd(BODY_LIMIT + 1))).toMatchObject({ id: null, error: { code: -32700 } });
	});

	it('gives nothing away beside /www', async () => {
		for (const path of ['/etc/config/firewall', '/..%2fetc/config/firewall', '/%2e%2e/etc/config/firewall']) {
			expect((await fetch(server.url + path)).status).toBe(404);
		}
	});

	it('breaks every connection while a change has cut it off, until the router has rolled back', async () => {
		const { router } = server;
		const sid = router.sessions.login('root', USERS.root.password)?.sid ?? '';
		router.staging.stage(sid, 'firewall', ['set', 'cfg01e63d', 'flow_offloading', '1']);
		await router.bus.call('uci', 'apply', { ubus_rpc_session: sid, rollback: true, timeout: 60 });
		router.clock.advance(2000);
		await expect(rpc('{}')).rejects.toThrow('fetch failed');
		router.clock.advance(62_000);
		expect(await rpc('{}')).toMatchObject({ error: { code: -32700 } });
	});

	it('is switched by the bar, which logs in as who the scenario wants', async () => {
		const body = new URLSearchParams({ scenario: 'read-only' });
		const switched = await fetch(`${server.url}/__router/switch`, {
			method: 'POST',
			body,
			redirect: 'manual'
		});
		expect(switched.status).toBe(302);
		expect(server.scenario).toBe('read-only');
		expect(server.router.sessions.all().map(({ username }) => username)).toEqual(['viewer']);
		const unknown = await fetch(`${server.url}/__router/switch`, {
			method: 'POST',
			body: 'scenario=toString'
		});
		expect(unknown.status).toBe(400);
	});
});

describe('fnmatch', () => {
	it.each([
		['*', 'any/thing', true],
		['luci-*', 'luci-base', true],
		['luci-*', 'luci', false],
		['[0-9]*', '1/../etc', true],
		['[!0-9]', '5', false],
		['a?c', 'abc', true],
		['a.c', 'abc', false],
		['/etc/*.conf', '/etc/a/b.conf', true],
		['[', '[', true]
	])('%s and %s: %s', (pattern, text, matches) => {
		expect(fnmatch(pattern, text)).toBe(matches);
	});
});
