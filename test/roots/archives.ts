// SPDX-License-Identifier: Apache-2.0
/** OpenWrt's own programs to test with: those of root file system archives, one for each release. */
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

/** An archive by what to call it. */
export interface Root {
	readonly name: string;
	readonly archive: string;
}

/** `$XDG_CACHE_HOME/luci-app-nft-offload`, which keeps a folder of images for each release. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
	return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'luci-app-nft-offload');
}

/** What OPENWRT_ROOTFS names, or else all that `make vm` remembers; or why there is none, in words for a summary. */
export function findRoots(): readonly Root[] | string {
	if (process.getuid?.() !== 0) return 'changing the root directory needs root';
	const given = process.env['OPENWRT_ROOTFS'];
	if (given !== undefined)
		return existsSync(given)
			? [{ name: basename(given), archive: given }]
			: `OPENWRT_ROOTFS=${given} is not there`;
	const cache = cacheFolder(process.env);
	const found = (existsSync(cache) ? readdirSync(cache).sort() : [])
		.map((name) => ({ name, archive: join(cache, name, 'rootfs.tar.gz') }))
		.filter(({ archive }) => existsSync(archive));
	return found.length > 0 ? found : 'no root file system archive (set OPENWRT_ROOTFS)';
}
