// SPDX-License-Identifier: Apache-2.0
/** A real ucode to run the plugin on: the interpreter, libuci and the shell of an OpenWrt root file system archive. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** An archive that tests can use, or why there is none, in words for the summary. */
export type Found = { archive: string; name: string } | { missing: string };

/** What the plugin's tests need of the archive. The rest of the router is the case's own. */
const PARTS =
	/^(\.\/)?(bin\/[^/]+$|sbin\/uci$|usr\/bin\/(ucode|tr)$|lib\/[^/]*\.so[^/]*$|usr\/lib\/[^/]*\.so[^/]*$|usr\/lib\/ucode\/(fs|uci)\.so$)/;

function cached(): { archive: string; name: string } | undefined {
	const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'luci-app-nft-offload');
	const names = existsSync(cache) ? readdirSync(cache).sort().reverse() : [];
	return names
		.map((name) => ({ name, archive: join(cache, name, 'rootfs.tar.gz') }))
		.find(({ archive }) => existsSync(archive));
}

/** Looks for OPENWRT_ROOTFS, then for what `make vm` remembers. A chroot wants root. */
export function findRootfs(): Found {
	const given = process.env['OPENWRT_ROOTFS'];
	if (given !== undefined && !existsSync(given)) {
		return { missing: `OPENWRT_ROOTFS=${given} is not there` };
	}
	const found = given === undefined ? cached() : { archive: given, name: given };
	if (found === undefined) {
		return { missing: 'no root file system archive (set OPENWRT_ROOTFS)' };
	}
	return process.getuid?.() === 0 ? found : { missing: 'changing the root directory needs root' };
}

function tar(args: readonly string[]): string {
	const outcome = spawnSync('tar', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
	if (outcome.status !== 0) {
		throw new Error(`tar ${args.join(' ')}: ${outcome.stderr}`);
	}
	return outcome.stdout;
}

/** Unpacks what the tests need into a new directory and returns it. */
export function unpackRootfs(archive: string): string {
	const directory = mkdtempSync(join(tmpdir(), 'nft-offload-ucode-'));
	const members = tar(['-tf', archive])
		.split('\n')
		.filter((name) => PARTS.test(name));
	tar(['-xf', archive, '-C', directory, ...members]);
	mkdirSync(join(directory, 'dev'), { recursive: true });
	return directory;
}
