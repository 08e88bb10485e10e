// SPDX-License-Identifier: Apache-2.0
/**
 * Flash for a router that starts from memory: a second disk, which OpenWrt's own mount_root finds by the partition's
 * name, formats at the first start, and lays over the root, as it does on a router. QEMU keeps what is written as long as it runs.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Entry } from './archive.ts';
import { namedPartition } from './gpt.ts';

/** What a router whose root is in memory lacks. */
export interface Flash {
	/** To be run before OpenWrt's init, which makes the nodes in /dev of what is there at its start. */
	init: string;
	/** For the root: a file system for the disk. */
	entries: Entry[];
	/** The disk, unformatted. */
	disk: string;
}

/** No flash can be had; the message is one line. */
export class NoFlash extends Error {}

/** Has mount_root look at all disks, since no `root=` tells it one. */
export const FLASH_OPTION = 'fstools_partname_fallback_scan=1';
const NAME = 'rootfs_data';
/** Below 100 MiB mount_root formats as ext4, above as f2fs. */
const MEBIBYTES = 64;
const FILE_SYSTEM = 'ext4';
/** What OpenWrt has built into its kernel. */
const INIT = `
mount -t proc proc /proc
modprobe virtio_blk
modprobe ${FILE_SYSTEM}
umount /proc`;

/** OpenWrt's kernel has the file system built in, and then the root is a disk already; Debian's has it as a module. */
export function makeFlash(root: readonly Entry[], cache: string): Flash {
	const disk = join(cache, 'boot', `flash-${MEBIBYTES}.disk`);
	if (!existsSync(disk)) {
		mkdirSync(join(cache, 'boot'), { recursive: true });
		writeFileSync(`${disk}.part`, namedPartition(NAME, MEBIBYTES));
		renameSync(`${disk}.part`, disk);
	}
	return { init: INIT, entries: fileSystem(root), disk };
}

function fileSystem(root: readonly Entry[]): Entry[] {
	const release = root.map(({ path }) => /^lib\/modules\/([^/]+)/.exec(path)?.[1]).find(Boolean) ?? '';
	const modules = `/lib/modules/${release}`;
	const dependencies = existsSync(`${modules}/modules.dep`)
		? readFileSync(`${modules}/modules.dep`, 'latin1')
		: '';
	const line = dependencies.split('\n').find((text) => text.includes(`/${FILE_SYSTEM}.ko`));
	if (line === undefined)
		throw new NoFlash(`no flash: this host has no ${FILE_SYSTEM} module of kernel ${release}`);
	return line.split(/:? /).map((path) => ({
		path: `lib/modules/${release}/${basename(path).replace(/\.ko.*/, '.ko')}`,
		kind: 'file',
		mode: 0o644,
		content: unpacked(`${modules}/${path}`)
	}));
}

function unpacked(path: string): Buffer {
	return path.endsWith('.xz')
		? execFileSync('xz', ['-dc', path], { maxBuffer: 64 * 1024 * 1024 })
		: readFileSync(path);
}
