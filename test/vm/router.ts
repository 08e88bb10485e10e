// SPDX-License-Identifier: Apache-2.0
/** A booted OpenWrt: run commands in it, ask its ubus as a browser would, read its log, put it back as it was. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../roots/archives.ts';
import { findImages } from './images.ts';
import { makeBoot } from './machine.ts';
import { Qmp } from './qmp.ts';
import { chooseAcceleration, startQemu, type Machine } from './qemu.ts';
import { Shell } from './shell.ts';
import { until } from './until.ts';

/** Root's, set after the boot. Stock OpenWrt has none, and then takes any. */
export const PASSWORD = 'openwrt';
const BOOT_SECONDS = 180;
const NO_SESSION = '0'.repeat(32);
/** The host's loopback, as the guest sees it (QEMU's user network). */
const HOST_ADDRESS = '192.168.1.2';

/** ubus status and reply of a call over uhttpd; the status is negative for a JSON-RPC error. */
export interface Answer {
	status: number;
	data: unknown;
}

export class Router {
	readonly machine: Machine;
	private shell: Shell;

	private constructor(machine: Machine, shell: Shell) {
		this.machine = machine;
		this.shell = shell;
	}

	/**
	 * Boots OpenWrt and waits until LuCI answers and its boot is complete. Prints the console when it fails. With `flash` its
	 * files survive a reset, after which it comes back. `counted` has its clock count instructions (qemu.ts).
	 */
	static async boot(
		{ flash = false, counted = false } = {},
		env: Record<string, string | undefined> = process.env
	): Promise<Router> {
		const images = await findImages(env);
		const boot = await makeBoot(images, cacheFolder(env), flash);
		const acceleration = counted ? 'tcg' : chooseAcceleration(images.kernel, env);
		const folder = mkdtempSync(join(tmpdir(), 'openwrt-'));
		const machine = await startQemu({ ...images, boot, acceleration, folder, resets: flash, counted });
		try {
			const router = await until('the agent', BOOT_SECONDS, () => Router.attach(machine));
			await router.waitForBoot();
			await router.run(`printf '${PASSWORD}\\n${PASSWORD}\\n' | passwd root >/dev/null 2>&1`);
			return router;
		} catch (error) {
			console.error(readFileSync(machine.log, 'latin1'), readFileSync(join(folder, 'qemu.log'), 'latin1'));
			kill(machine.pid);
			throw error;
		}
	}

	/** Joins a machine that runs already. */
	static async attach(machine: Machine): Promise<Router> {
		const router = new Router(machine, await Shell.open(machine.agent));
		try {
			await router.run('true', 5);
			return router;
		} catch (error) {
			router.detach();
			throw error;
		}
	}

	detach(): void {
		this.shell.close();
	}

	stop(): void {
		this.detach();
		kill(this.machine.pid);
	}

	/** Presses the reset button, and waits until the router is there again. Of what was not synced nothing is certain. */
	async reset(): Promise<void> {
		await this.comeBack((qmp) => qmp.execute('system_reset'));
	}

	/** A kernel panic, after which OpenWrt restarts by itself (kernel.panic=3). */
	async panic(): Promise<void> {
		await this.comeBack(() => {
			this.shell.post('echo c >/proc/sysrq-trigger');
		});
	}

	private async comeBack(cause: (qmp: Qmp) => Promise<void> | void): Promise<void> {
		const qmp = await Qmp.open(this.machine.qmp);
		const reset = qmp.event('RESET');
		await cause(qmp);
		await reset;
		qmp.close();
		this.shell.close();
		const { shell } = await until('the agent', BOOT_SECONDS, () => Router.attach(this.machine));
		this.shell = shell;
		await this.waitForBoot();
	}

	/** Standard output of a shell script, as text. A script that fails throws, with all it printed. */
	async run(script: string, seconds?: number): Promise<string> {
		const { code, stdout, stderr } = await this.shell.run(script, seconds);
		if (code !== 0) throw new Error(`exit code ${code} of: ${script}\n${stdout.toString()}${stderr}`);
		return stdout.toString();
	}

	/** A shell script that may fail. */
	try(script: string, seconds?: number): ReturnType<Shell['run']> {
		return this.shell.run(script, seconds);
	}

	/** Puts bytes into a file of the guest, fetched over its LAN. */
	async upload(content: Buffer, path: string): Promise<void> {
		const server = createServer((_, response) => response.end(content));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const address = server.address();
		if (address === null || typeof address === 'string') throw new Error('no port');
		try {
			await this.run(`wget -q -O '${path}' 'http://${HOST_ADDRESS}:${address.port}/'`);
		} finally {
			server.close();
		}
	}

	/** A session of LuCI's: its id. */
	async login(username = 'root', password = PASSWORD): Promise<string> {
		const { status, data } = await this.ubus(NO_SESSION, 'session', 'login', { username, password });
		const session =
			typeof data === 'object' && data && 'ubus_rpc_session' in data ? data.ubus_rpc_session : null;
		if (typeof session !== 'string') throw new Error(`login as ${username}: status ${status}`);
		return session;
	}

	/** One call over uhttpd, as a browser makes it. */
	async ubus(session: string, object: string, method: string, args: object = {}): Promise<Answer> {
		const body = { jsonrpc: '2.0', id: 1, method: 'call', params: [session, object, method, args] };
		const response = await fetch(`${this.machine.http}/ubus/`, {
			method: 'POST',
			body: JSON.stringify(body),
			signal: AbortSignal.timeout(35_000)
		});
		return readAnswer(await response.json());
	}

	private async waitForBoot(): Promise<void> {
		const { http } = this.machine;
		await until('LuCI', BOOT_SECONDS, async () => (await fetch(`${http}/cgi-bin/luci/`)).status < 500);
		await until('the end of the boot', BOOT_SECONDS, async () => {
			return (await this.try("logread | grep -q 'init complete'")).code === 0;
		});
	}
}

function readAnswer(reply: unknown): Answer {
	if (typeof reply !== 'object' || reply === null) throw new Error('no JSON-RPC reply');
	if ('result' in reply && Array.isArray(reply.result)) {
		const [status, data = null] = reply.result as readonly unknown[];
		return { status: Number(status), data };
	}
	if ('error' in reply && typeof reply.error === 'object' && reply.error && 'code' in reply.error)
		return { status: Number(reply.error.code), data: null };
	throw new Error(`no JSON-RPC reply: ${JSON.stringify(reply)}`);
}

function kill(pid: number): void {
	try {
		process.kill(pid, 'SIGTERM');
	} catch {
		// It is gone already.
	}
}
