// SPDX-License-Identifier: Apache-2.0
/**
 * OpenWrt's userland as a router that can be restarted, without a virtual machine: the real ubusd, procd, rpcd, uhttpd and
 * firewall4 in namespaces of their own. Its flash is a small file system in memory that outlives a restart; /tmp, the network
 * and the kernel's rules do not. The kernel is the host's, which has no flowtables: see inside/nft. Needs root.
 *
 * What was written is on this flash at once: what a loss of power makes of files that were not synced, only a machine shows.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fetch } from '../../web/src/lib/ubus/index.ts';
import { readArchive, unpack, type Entry } from '../vm/archive.ts';
import { fetchBy, startRelay } from '../vm/relay.ts';
import { until } from '../vm/until.ts';

const INSIDE = fileURLToPath(new URL('inside/', import.meta.url));
const REFRESH = fileURLToPath(new URL('../../packaging/scripts/refresh', import.meta.url));
const ENVIRONMENT = ['env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root'];
/** Room on the flash beside what lies there. */
const FREE_KIB = 2048;

/** Keeps the flash, until its end of the pipe is closed. */
const FLASH = `
mount -t tmpfs -o size=256m flash "$0" && echo ready && exec cat
`;

/** Devices of a router with one port to each side, then the first process inside. */
const BOOT = `
set -e
mount -t proc proc "$0/proc"
mount -t sysfs sys "$0/sys"
mount -t tmpfs modules "$0/sys/module"
mkdir "$0/sys/module/nft_flow_offload"
echo 0 >"$0/sys/module/nft_flow_offload/refcnt"
mount -t tmpfs tmp "$0/tmp"
mount -t tmpfs dev "$0/dev"
for each in null zero full random urandom; do
	: >"$0/dev/$each"
	mount --bind "/dev/$each" "$0/dev/$each"
done
ip link set lo up
ip link add lan1 type veth peer name lan-host
ip link add wan type veth peer name wan-host
ip link add br-lan type bridge
ip link set lan1 master br-lan
ip address add 192.168.1.1/24 dev br-lan
ip address add 10.0.2.15/24 dev wan
for each in lan1 lan-host br-lan wan wan-host; do ip link set "$each" up; done
ip route add default via 10.0.2.2
echo 1 >/proc/sys/net/ipv4/ip_forward
exec chroot "$0" ${ENVIRONMENT.join(' ')} /bin/sh /usr/libexec/test/boot.sh
`;

/** What of this is put where on the flash. */
const PUT = [
	['boot.sh', 'usr/libexec/test/boot.sh'],
	['network', 'usr/libexec/test/network'],
	['network.init', 'etc/init.d/network'],
	['nft', 'usr/sbin/nft']
] as const;

/** What the package manager and the first boot do. */
const PREPARE = `
set -e
chmod +x /usr/libexec/test/* /etc/init.d/network /usr/sbin/nft
IPKG_INSTROOT=/. sh /usr/libexec/test/refresh
mkdir -p /tmp/.uci /var/lock
sh /etc/uci-defaults/00_uhttpd_ubus
uci -q delete uhttpd.main.listen_https || true
uci commit uhttpd
rm -rf /tmp/.uci /etc/uci-defaults/00_uhttpd_ubus
`;

export interface Parts {
	readonly entries: readonly Entry[];
	/** The installed tree of the package. */
	readonly product: string;
}

/** Ends with this process, however that ends. */
const MORTAL = ['--pdeathsig', 'KILL', 'nsenter'];

function output(program: string, words: readonly string[]): Promise<string> {
	return new Promise((resolve, reject) => {
		execFile(program, words, { maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
			if (error) reject(new Error(`${String(error.code)} of: ${words.at(-1) ?? ''}\n${stdout}${stderr}`));
			else resolve(stdout);
		});
	});
}

/** What machines are made of, read once. */
export async function readParts(archive: string, product: string): Promise<Parts> {
	return { entries: await readArchive(archive), product };
}

export class Machine {
	private readonly folder = mkdtempSync(join(tmpdir(), 'openwrt-machine-'));
	private flash: ChildProcess | undefined;
	private inside: ChildProcess | undefined;
	private relay: ChildProcess | undefined;
	private boots = 0;

	private constructor() {
		mkdirSync(this.mounted);
	}

	static async start(parts: Parts): Promise<Machine> {
		const machine = new Machine();
		try {
			await machine.install(parts);
			await machine.boot();
			return machine;
		} catch (error) {
			await machine.stop();
			throw error;
		}
	}

	/** `fetch` that reaches uhttpd inside. */
	readonly fetch: Fetch = fetchBy(() => this.socket);

	/** Runs a shell script inside; what it printed. Fails where the script does, with all of its words. */
	shell(script: string): Promise<string> {
		return this.enter(this.command(script));
	}

	/** Writes and reads of the flash from outside, also while nothing runs. */
	path(name: string): string {
		return join('/proc', String(this.flash?.pid), 'root', this.mounted, name);
	}

	/** All that runs is gone at once, with /tmp, the network and the rules. */
	async cut(): Promise<void> {
		const { inside, relay } = this;
		const first = this.first();
		relay?.kill('SIGKILL');
		inside?.kill('SIGKILL');
		await until('the end of all processes', 20, () => !existsSync(`/proc/${first}`));
	}

	async boot(): Promise<void> {
		this.boots += 1;
		const flash = ['--target', String(this.flash?.pid), '--mount'];
		const spaces = ['unshare', '--mount', '--pid', '--net', '--fork', '--kill-child'];
		this.inside = spawn('setpriv', [...MORTAL, ...flash, ...spaces, 'sh', '-c', BOOT, this.mounted], {
			stdio: 'ignore'
		});
		const first = await until('the namespaces', 10, () => this.first() || null);
		this.relay = startRelay(first, this.socket);
		await until('the end of the boot scripts', 60, async () => {
			await this.shell('test -e /tmp/booted');
			return (await this.fetch('/ubus/list/session', {})).ok;
		});
	}

	/** A restart without a warning, as a loss of power or a panic is one. */
	async reset(): Promise<void> {
		await this.cut();
		await this.boot();
	}

	/** Nothing can be written to the flash any more, or all can be again. */
	async remount(mode: 'ro' | 'rw'): Promise<void> {
		await this.enter(['mount', '-o', `remount,bind,${mode}`, this.mounted]);
	}

	/** Runs a program of the host's in the namespaces. Inside, the flash is at `mounted`. */
	private enter(program: readonly string[]): Promise<string> {
		const spaces = ['--target', this.first(), '--mount', '--pid', '--net'];
		return output('nsenter', [...spaces, ...program]);
	}

	async stop(): Promise<void> {
		if (this.inside) await this.cut();
		this.flash?.kill('SIGKILL');
		rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
	}

	private get mounted(): string {
		return join(this.folder, 'flash');
	}

	/** Each boot has a network of its own. */
	private get socket(): string {
		return join(this.folder, `http.${this.boots}`);
	}

	private async install({ entries, product }: Parts): Promise<void> {
		this.flash = spawn('unshare', ['--mount', 'sh', '-c', FLASH, this.mounted], {
			stdio: ['pipe', 'pipe', 'ignore']
		});
		await new Promise((resolve) => this.flash?.stdout?.once('data', resolve));
		unpack(entries, this.path(''));
		cpSync(product, this.path(''), { recursive: true });
		for (const name of ['proc', 'sys', 'tmp', 'dev', 'usr/libexec/test'])
			mkdirSync(this.path(name), { recursive: true });
		renameSync(this.path('usr/sbin/nft'), this.path('usr/libexec/test/nft'));
		cpSync(REFRESH, this.path('usr/libexec/test/refresh'));
		for (const [from, to] of PUT) cpSync(join(INSIDE, from), this.path(to));
		await this.beside(this.command(PREPARE));
		await this.limit();
	}

	/** Runs a program of the host's where the flash is mounted, and nothing else. */
	private beside(program: readonly string[]): Promise<string> {
		return output('nsenter', ['--target', String(this.flash?.pid), '--mount', ...program]);
	}

	/** From now on the flash is full when so much more is written to it. */
	private async limit(): Promise<void> {
		const used = await this.beside(['df', '-k', '--output=used', this.mounted]);
		const size = Number(used.split('\n')[1]) + FREE_KIB;
		await this.beside(['mount', '-o', `remount,size=${size}k`, this.mounted]);
	}

	private command(script: string): string[] {
		return ['chroot', this.mounted, ...ENVIRONMENT, '/bin/sh', '-c', script];
	}

	/** The first process inside, as the host numbers it; empty where there is none. */
	private first(): string {
		const outer = this.inside?.pid;
		if (outer === undefined) return '';
		const file = `/proc/${outer}/task/${outer}/children`;
		return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
	}
}
