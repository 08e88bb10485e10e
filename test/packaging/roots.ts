// SPDX-License-Identifier: Apache-2.0
/** Real package managers to install with: those of OpenWrt root file system archives. */
import { createHash } from 'node:crypto';
import {
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	rmSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findRoots, type Root } from '../roots/archives.ts';
import { run } from '../roots/run.ts';

export type Manager = 'apk' | 'opkg';

const PROGRAM = { apk: /^(\.\/)?usr\/bin\/apk$/m, opkg: /^(\.\/)?bin\/opkg$/m };

/** The roots that have the package manager; or why there is none. */
export function rootsWith(manager: Manager): readonly Root[] | string {
	const roots = findRoots();
	if (typeof roots === 'string') return roots;
	const found = roots.filter(({ archive }) => PROGRAM[manager].test(run('tar', ['-tf', archive])));
	return found.length > 0 ? found : `no root file system archive with ${manager} (set OPENWRT_ROOTFS)`;
}

/** Our scripts and the guard find by /proc who holds a lock, and how late it is. */
const WITH_PROC = 'mount -t proc proc "$0/proc" && exec chroot "$0" /bin/sh -c "$1"';

/** A private copy of a router's files, in which its own programs run. */
export class ChrootRouter {
	readonly #directory = mkdtempSync(join(tmpdir(), 'nft-offload-router-'));

	constructor(archive: string) {
		run('tar', ['-xf', archive, '-C', this.#directory]);
		for (const directory of ['dev', 'tmp/lock', 'tmp/run'])
			mkdirSync(this.#at(directory), { recursive: true });
		rmSync(this.#at('dev/null'), { force: true });
		run('mknod', [this.#at('dev/null'), 'c', '1', '3']);
		// No feed is to be asked.
		for (const feeds of ['etc/apk/repositories.d/distfeeds.list', 'etc/opkg/distfeeds.conf']) {
			if (this.exists(feeds)) this.write(feeds, '');
		}
	}

	/** Runs a command line of the router's shell; what it prints, errors too, or an error with that. */
	run(command: string): string {
		const shell = `exec 2>&1; export PATH=/usr/sbin:/usr/bin:/sbin:/bin; ${command}`;
		return run('unshare', ['--mount', '/bin/sh', '-c', WITH_PROC, this.#directory, shell]);
	}

	write(path: string, content: string | Buffer, mode = 0o644): void {
		mkdirSync(dirname(this.#at(path)), { recursive: true });
		writeFileSync(this.#at(path), content, { mode });
	}

	read(path: string): Buffer {
		return readFileSync(this.#at(path));
	}

	exists(path: string): boolean {
		return existsSync(this.#at(path));
	}

	/** Every file and directory with type, mode, owner and hash, except what does not outlive a reboot. */
	inventory(): Map<string, string> {
		const found = new Map<string, string>();
		const visit = (path: string): void => {
			const full = this.#at(path);
			const stat = lstatSync(full);
			const content = stat.isFile()
				? hash(readFileSync(full))
				: stat.isSymbolicLink()
					? readlinkSync(full)
					: '';
			found.set(path, `${stat.mode.toString(8)} ${stat.uid}:${stat.gid} ${content}`);
			if (stat.isDirectory()) for (const name of readdirSync(full)) visit(join(path, name));
		};
		for (const top of readdirSync(this.#directory)) {
			if (!['dev', 'proc', 'sys', 'tmp'].includes(top)) visit(top);
		}
		return found;
	}

	remove(): void {
		rmSync(this.#directory, { recursive: true });
	}

	#at(path: string): string {
		return join(this.#directory, path);
	}
}

export type Change = [before: string | undefined, after: string | undefined];
export type Changes = Record<string, Change>;

/** What two inventories differ in, by path. */
export function difference(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Changes {
	const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
	return Object.fromEntries(
		paths
			.filter((path) => before.get(path) !== after.get(path))
			.map((path): [string, Change] => [path, [before.get(path), after.get(path)]])
	);
}

export function hash(content: Buffer): string {
	return createHash('sha256').update(content).digest('hex');
}
