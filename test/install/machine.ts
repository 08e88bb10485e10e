// SPDX-License-Identifier: Apache-2.0
/**
 * A router of real programs without a kernel of its own: a root file system in namespaces, with ubusd, rpcd, our
 * plugin and the package manager. Its kernel release is its modules'; "loading" a module makes its file below /sys.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
	chmodSync,
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	renameSync,
	rmSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';

import type { Job, PackageDetails } from '../../rpcd/api/index.ts';
import { stage } from '../../packaging/stage.ts';
import { readTree } from '../../packaging/tree.ts';
import type { Manager } from '../packaging/roots.ts';
import { run } from '../roots/run.ts';

const PATH = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin';
/** Milliseconds in which a whole job ends on a slow machine. */
const PATIENCE = 60_000;

/** Does what insmod would do, without the machine's kernel: a module of less than a page and a half is none. */
const KMODLOADER = (release: string): string => `#!/bin/sh
[ -s /lib/modules/${release}/nf_flow_table.ko ] || exit 0
[ $(wc -c </lib/modules/${release}/nf_flow_table.ko) -gt 6144 ] || exit 0
for module in /lib/modules/${release}/*.ko; do
	name=\${module##*/}
	mkdir -p /sys/module/\${name%.ko}
	echo 1 >/sys/module/\${name%.ko}/refcnt
done
`;

const FIREWALL = '#!/bin/sh\necho "$1" >>/tmp/firewall\n';
/** What it is asked for is /tmp/flowtables: the kernel below is another's. */
const NFT = '#!/bin/sh\ncat /tmp/flowtables\n';

/** A root that lacks kmod-nft-offload and kmod-nf-flow, as one of a firewall4 that does not depend on them. */
export async function prepare(manager: Manager, archive: string): Promise<string> {
	const root = mkdtempSync(join(tmpdir(), 'nft-offload-base-'));
	run('tar', ['-xf', archive, '-C', root]);
	for (const directory of ['dev', 'proc', 'tmp/lock', 'tmp/run/ubus', 'sys/module', 'usr/libexec/rpcd'])
		mkdirSync(join(root, directory), { recursive: true });
	for (const [name, minor] of [
		['null', 3],
		['urandom', 9]
	] as const) {
		rmSync(join(root, 'dev', name), { force: true });
		run('mknod', [join(root, 'dev', name), 'c', '1', minor.toString()]);
	}
	await installOurs(root);
	writeProgram(root, 'etc/init.d/firewall', FIREWALL);
	writeProgram(root, 'usr/sbin/nft', NFT);
	const database = join(root, manager === 'apk' ? 'lib/apk/db/installed' : 'usr/lib/opkg/status');
	const firewall4 = manager === 'apk' ? /^P:firewall4\n(.+\n)*/m : /^Package: firewall4\n(.+\n)*/m;
	edit(database, (text) => text.replace(firewall4, (record) => record.replace(/ kmod-nft-offload,?/, '')));
	// The archive may be one whose kernel is not the packages'.
	const release =
		/\nV(?:ersion: |:)([0-9.]+)/.exec(
			readFileSync(database, 'latin1').replace(/^[^]*\n(P|Package): ?kernel(?=\n)/, '')
		)?.[1] ?? '';
	const modules = join(root, 'lib/modules');
	const [built] = readdirSync(modules);
	if (built !== undefined && built !== release) renameSync(join(modules, built), join(modules, release));
	writeProgram(root, 'sbin/kmodloader', KMODLOADER(release));
	const inRoot = (...command: string[]): string => run('chroot', [root, '/usr/bin/env', PATH, ...command]);
	if (manager === 'apk') inRoot('apk', 'del', 'kmod-nft-offload');
	else inRoot('opkg', 'remove', 'kmod-nft-offload', 'kmod-nf-flow');
	return root;
}

/** What a package would install. */
async function installOurs(root: string): Promise<void> {
	const staged = mkdtempSync(join(tmpdir(), 'nft-offload-staged-'));
	await stage(staged);
	cpSync(staged, root, { recursive: true });
	rmSync(staged, { recursive: true });
}

export function edit(file: string, change: (text: string) => string): void {
	const text = readFileSync(file, 'latin1');
	const changed = change(text);
	if (changed === text) throw new Error(`nothing to edit in ${file}`);
	writeFileSync(file, changed, 'latin1');
}

function writeProgram(root: string, path: string, text: string): void {
	const file = join(root, path);
	rmSync(file, { force: true });
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, text);
	chmodSync(file, 0o755);
}

export interface Ended {
	job: Extract<Job, { state: 'succeeded' | 'failed' }>;
	log: string;
	/** The steps that were seen on the way. */
	steps: string[];
}

export class Machine {
	readonly #directory: string;
	readonly root: string;
	readonly release: string;
	#init: ChildProcess | null = null;
	#inside = '';

	/** A prepared root with a layer of its own above it, as a router's flash has it, which asks this feed. */
	constructor(base: string, manager: Manager, feed: string) {
		this.#directory = mkdtempSync(join(tmpdir(), 'nft-offload-machine-'));
		const layer = (name: string): string => join(this.#directory, name);
		this.root = layer('root');
		for (const name of ['root', 'upper', 'work']) mkdirSync(layer(name));
		const layers = `lowerdir=${base},upperdir=${layer('upper')},workdir=${layer('work')}`;
		run('mount', ['-t', 'overlay', 'overlay', '-o', layers, this.root]);
		this.release = readdirSync(join(this.root, 'lib/modules'))[0] ?? '';
		this.useFeed(manager, feed);
	}

	useFeed(manager: Manager, url: string): void {
		if (manager === 'apk') {
			const directory = this.path('etc/apk/repositories.d');
			rmSync(directory, { recursive: true });
			mkdirSync(directory);
			writeFileSync(
				join(directory, 'distfeeds.list'),
				`${url}${url.endsWith('.adb') ? '' : '/packages.adb'}\n`
			);
		} else {
			writeFileSync(this.path('etc/opkg/distfeeds.conf'), `src/gz feed ${url}\n`);
			writeFileSync(this.path('etc/opkg/customfeeds.conf'), '');
		}
	}

	/** What is known of firewall4: its state file's devices (null where it is stopped), its table and its flowtable's handle. */
	setFirewall({
		loaded,
		devices,
		handle = null
	}: {
		loaded: boolean;
		devices: string[] | null;
		handle?: number | null;
	}): void {
		const state = this.path('var/run/fw4.state');
		rmSync(state, { force: true });
		if (devices !== null) writeFileSync(state, JSON.stringify({ zones: [{ related_physdevs: devices }] }));
		const flowtable =
			handle === null ? '' : `\tflowtable ft { # handle ${handle.toString()}\n\t\tdevices = { wan }\n\t}\n`;
		writeFileSync(this.path('tmp/flowtables'), loaded ? `table inet fw4 {\n${flowtable}}\n` : '');
	}

	path(name: string): string {
		return join(this.root, name);
	}

	/** Replaces a program of the router by a script. */
	writeProgram(path: string, script: string): void {
		rmSync(this.path(path), { force: true });
		writeProgram(this.root, path, script);
	}

	/** Edits the installed router side, whichever of its files has what is to be changed. */
	editOurs(change: (text: string) => string): void {
		const edited = ['usr/share/ucode/nft_offload', 'usr/libexec/rpcd']
			.flatMap((folder) => readTree(this.path(folder)).map(({ path }) => this.path(join(folder, path))))
			.filter((file) => {
				const text = readFileSync(file, 'latin1');
				if (change(text) === text) return false;
				writeFileSync(file, change(text), 'latin1');
				return true;
			});
		if (edited.length === 0) throw new Error('nothing to edit in what is installed');
	}

	/** Starts it: `mounts` are commands that run before, with the root in $ROOT; `release` is the kernel's. */
	async boot({ mounts = ':', release = this.release } = {}): Promise<void> {
		rmSync(this.path('tmp/run'), { recursive: true, force: true });
		rmSync(this.path('sys/module'), { recursive: true, force: true });
		for (const directory of ['tmp/run/ubus', 'sys/module', 'sys/class/net/wan'])
			mkdirSync(this.path(directory), { recursive: true });
		mkdirSync(this.path('var/run'), { recursive: true });
		this.setFirewall({ loaded: true, devices: ['wan'] });
		writeFileSync(this.path('tmp/osrelease'), `${release}\n`);
		const script = `
			set -e
			mount -t proc proc "$ROOT/proc"
			mount --bind "$ROOT/tmp/osrelease" "$ROOT/proc/sys/kernel/osrelease"
			${mounts}
			exec chroot "$ROOT" /usr/bin/env ${PATH} sh -c 'ubusd & while :; do rpcd; sleep 1; done'`;
		this.#init = spawn('unshare', ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script], {
			env: { ...process.env, ROOT: this.root },
			stdio: 'ignore'
		});
		const parent = this.#init.pid?.toString() ?? '';
		await expect
			.poll(() => {
				this.#inside = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim();
				return this.#inside;
			})
			.not.toBe('');
		await expect
			.poll(() => this.#try(['ubus', 'list', 'luci.nft-offload']), { timeout: PATIENCE })
			.not.toBeNull();
	}

	/** Takes the power away: every process is gone at once. */
	async cutPower(): Promise<void> {
		const init = this.#init;
		if (init === null) return;
		this.#init = null;
		const gone = new Promise((resolve) => init.once('exit', resolve));
		process.kill(Number(this.#inside), 'SIGKILL');
		await gone;
	}

	async remove(): Promise<void> {
		await this.cutPower();
		run('umount', [this.root]);
		rmSync(this.#directory, { recursive: true, force: true });
	}

	/** Runs a command of the router. */
	run(...command: string[]): string {
		return run('nsenter', this.#enter(command));
	}

	/** Starts a command of the router and does not wait. */
	start(...command: string[]): ChildProcess {
		return spawn('nsenter', this.#enter(command), { stdio: 'ignore' });
	}

	/** Kills the processes whose command lines match; how many there were. */
	kill(commandLine: RegExp): number {
		const found = readdirSync('/proc').filter((pid) => {
			try {
				const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
				return readlinkSync(`/proc/${pid}/root`) === this.root && commandLine.test(words);
			} catch {
				// No process, or no more.
				return false;
			}
		});
		for (const pid of found) spawnSync('kill', ['-KILL', pid]);
		return found.length;
	}

	call(method: string, args: object = {}): unknown {
		return JSON.parse(this.run('ubus', 'call', 'luci.nft-offload', method, JSON.stringify(args)));
	}

	details(): PackageDetails {
		return this.call('get_package') as PackageDetails;
	}

	job(offset = 0): Job {
		return this.call('get_job', { offset }) as Job;
	}

	/** Starts the job and sees it to its end. */
	async install(): Promise<Ended> {
		expect(this.call('install_package')).toHaveProperty('report.id');
		return this.ended();
	}

	async ended(): Promise<Ended> {
		const steps: string[] = [];
		let job = this.job();
		await expect
			.poll(
				() => {
					job = this.job();
					if (job.state !== 'none' && steps.at(-1) !== job.report.step) steps.push(job.report.step);
					return job.state;
				},
				{ timeout: PATIENCE, interval: 50 }
			)
			.not.toBe('running');
		if (job.state !== 'succeeded' && job.state !== 'failed') throw new Error(`the job is ${job.state}`);
		let log = job.report.log;
		for (let { log_more, log_next } = job.report; log_more;) {
			const more = this.job(log_next);
			if (more.state === 'none') break;
			log += more.report.log;
			({ log_more, log_next } = more.report);
		}
		return { job, log, steps };
	}

	#enter(command: string[]): string[] {
		return ['-t', this.#inside, '-m', '-p', 'chroot', this.root, '/usr/bin/env', PATH, ...command];
	}

	#try(command: string[]): string | null {
		const { status, stdout } = spawnSync('nsenter', this.#enter(command), { encoding: 'utf8' });
		return status === 0 ? stdout : null;
	}
}
