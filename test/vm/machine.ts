// SPDX-License-Identifier: Apache-2.0
/** Makes what QEMU boots out of OpenWrt's images, once; kept in the cache folder under the hash of its parts. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packInitramfs, readArchive, writeDisk, type Entry } from './archive.ts';
import { engineParts } from './engine/build.ts';
import { FLASH_OPTION, makeFlash } from './flash.ts';
import type { Images } from './images.ts';

/** What the kernel starts from: everything in memory, or a disk that QEMU keeps unchanged. */
export interface Boot {
	kind: 'initramfs' | 'disk';
	file: string;
	/** For the kernel's command line. */
	options: readonly string[];
	/** A second disk; null where there is none, or none is needed. */
	flash: string | null;
	/** Why the packet engine is not in it, in one line; null if it is. */
	noEngine: string | null;
}

const DISK_MEBIBYTES = 256;
const AGENT = '/usr/libexec/vm-agent';

/**
 * The bind mount matters: pivot_root, which ujail uses for dnsmasq and ntpd, refuses a process whose root is
 * the initramfs itself.
 */
const BIND = `
mount --bind / /mnt
cd /mnt
mount --move . /
exec chroot . /sbin/init
`;
/** Has OpenWrt look for no flash. */
const IN_MEMORY = `#!/bin/sh
export INITRAMFS=1${BIND}`;

/**
 * Packs `images` for QEMU. What differs from what was given: the agent with its line in inittab, engine/'s modules, and
 * what reads the flash. Throws NoFlash where that is asked for, and can't be had.
 */
export async function makeBoot(images: Images, cache: string, withFlash: boolean): Promise<Boot> {
	const agent = readFileSync(new URL('agent.uc', import.meta.url));
	const root = await readArchive(images.rootfs);
	const engine = engineParts(root, cache);
	const kind = bootKind(root);
	const flash = withFlash && kind === 'initramfs' ? makeFlash(root, cache) : null;
	const init = flash ? `#!/bin/sh\n${flash.init}${BIND}` : IN_MEMORY;
	const added = [...engine.entries, ...(flash?.entries ?? [])];
	const hash = createHash('sha256').update(readFileSync(images.rootfs)).update(agent).update(init);
	for (const source of ['archive.ts', 'machine.ts'])
		hash.update(readFileSync(new URL(source, import.meta.url)));
	for (const { path, content } of added) hash.update(path).update(content);
	const file = join(cache, 'boot', `${hash.digest('hex').slice(0, 16)}.${kind}`);
	if (!existsSync(file)) pack([...withAgent(root, agent), ...added], kind, init, file);
	return {
		kind,
		file,
		options: [...(kind === 'disk' ? ['root=/dev/vda', 'rootwait'] : []), ...(flash ? [FLASH_OPTION] : [])],
		flash: flash?.disk ?? null,
		noEngine: engine.missing
	};
}

function pack(entries: readonly Entry[], kind: Boot['kind'], init: string, to: string): void {
	mkdirSync(dirname(to), { recursive: true });
	if (kind === 'initramfs') writeFileSync(`${to}.part`, packInitramfs([...entries, file('init', init)]));
	else makeDisk(entries, `${to}.part`);
	renameSync(`${to}.part`, to);
}

/**
 * OpenWrt's own x86/64 kernel has virtio_blk and ext4 built in, and may take no initramfs, so it gets a disk. A
 * kernel that has virtio_blk as a module can't mount one, so it gets an initramfs.
 */
export function bootKind(entries: readonly Entry[]): Boot['kind'] {
	return entries.some((entry) => /^lib\/modules\/.*\/virtio_blk\.ko$/.test(entry.path))
		? 'initramfs'
		: 'disk';
}

function makeDisk(entries: readonly Entry[], to: string): void {
	const scratch = mkdtempSync(join(tmpdir(), 'openwrt-disk-'));
	try {
		writeDisk(entries, join(scratch, 'root'), to, DISK_MEBIBYTES);
	} finally {
		rmSync(scratch, { recursive: true });
	}
}

function withAgent(entries: readonly Entry[], agent: Buffer): Entry[] {
	const changed = entries.map((entry) =>
		entry.path === 'etc/inittab'
			? { ...entry, content: Buffer.from(`${entry.content.toString()}ttyS1::respawn:${AGENT}\n`) }
			: entry
	);
	return [...changed, file(AGENT.slice(1), agent)];
}

function file(path: string, content: string | Buffer): Entry {
	return { path, kind: 'file', mode: 0o755, content: Buffer.from(content) };
}
