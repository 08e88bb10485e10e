// SPDX-License-Identifier: Apache-2.0
/**
 * OpenWrt's userland without a machine: a private copy of the root file system in mount, pid and network
 * namespaces of its own, where ubusd, rpcd and uhttpd answer JSON-RPC within seconds. The kernel is the host's.
 * Needs root.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fetch } from '../../web/src/lib/ubus/index.ts';
import { readArchive, unpack } from './archive.ts';
import { fetchBy, startRelay } from './relay.ts';
import { until } from './until.ts';

const DAEMONS = `
mkdir -p /var/run/ubus /var/lock /var/state /tmp/log
ip link set lo up
ubusd &
while ! ubus list >/dev/null 2>&1; do :; done
rpcd -t 30 2>/tmp/log/rpcd &
uhttpd -f -p 127.0.0.1:80 -h /www -u /ubus
`;

/** Why it cannot run here, in words for a summary; null when it can. */
export function whyNoUserland(): string | null {
	if (process.getuid?.() !== 0) return 'namespaces need root';
	const tried = spawnSync('unshare', ['--mount', '--pid', '--net', '--fork', 'true']);
	return tried.status === 0 ? null : 'this host allows no namespaces';
}

export class Userland {
	private readonly folder: string;
	private readonly processes: ChildProcess[] = [];

	private constructor(folder: string) {
		this.folder = folder;
	}

	/** `product`: the installed tree of the package, put over the root. */
	static async start(archive: string, product: string): Promise<Userland> {
		const userland = new Userland(mkdtempSync(join(tmpdir(), 'openwrt-userland-')));
		try {
			const { root } = userland;
			unpack(await readArchive(archive), root);
			cpSync(product, root, { recursive: true });
			await userland.run();
			return userland;
		} catch (error) {
			userland.stop();
			throw error;
		}
	}

	get root(): string {
		return join(this.folder, 'root');
	}

	private get socket(): string {
		return join(this.folder, 'http.sock');
	}

	/** `fetch` that reaches uhttpd inside. */
	readonly fetch: Fetch = fetchBy(() => this.socket);

	/** Runs a shell script inside; what it printed. */
	shell(script: string): string {
		return this.enter(['chroot', this.root, '/bin/sh', '-c', script]);
	}

	/** Runs a program of the host's in the namespaces; what it printed. Inside, the root is still at `root`. */
	enter(program: readonly string[], input = ''): string {
		const inside = ['--target', this.pid(), '--mount', '--pid', '--net', ...program];
		const { status, stdout, stderr } = spawnSync('nsenter', inside, { encoding: 'utf8', input });
		if (status !== 0)
			throw new Error(`exit code ${String(status)} of: ${program.join(' ')}\n${stdout}${stderr}`);
		return stdout;
	}

	stop(): void {
		for (const child of this.processes) child.kill('SIGKILL');
		rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
	}

	private async run(): Promise<void> {
		const { root } = this;
		mkdirSync(join(root, 'proc'), { recursive: true });
		const mounts = ['null', 'zero', 'random', 'urandom'].map((name) => {
			writeFileSync(join(root, 'dev', name), '');
			return `mount --bind /dev/${name} '${root}/dev/${name}'`;
		});
		const script = [
			...mounts,
			`mount -t proc proc '${root}/proc'`,
			`exec chroot '${root}' /bin/sh -c "$0"`
		].join(' && ');
		const inside = ['--mount', '--pid', '--net', '--fork', '--kill-child', 'sh', '-c', script, DAEMONS];
		this.processes.push(spawn('unshare', inside, { stdio: 'ignore' }));
		const pid = await until('the namespaces', 10, () => this.pid() || null);
		this.processes.push(startRelay(pid, this.socket));
		await until('rpcd', 20, async () => (await this.fetch('/ubus/list/session', {})).ok);
	}

	/** The first process inside, as the host numbers it. */
	private pid(): string {
		const outer = this.processes[0]?.pid;
		if (outer === undefined) throw new Error('not started');
		return readFileSync(`/proc/${outer}/task/${outer}/children`, 'utf8').trim();
	}
}
