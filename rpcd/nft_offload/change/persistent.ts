// SPDX-License-Identifier: Apache-2.0
/** Whether what is written to the flash is there after a restart. */
import { read_file } from 'nft_offload.base.files';

/** Bytes. */
const MOUNTS_LIMIT = 65536;

/** File systems in memory, and one that takes nothing. An initramfs and a router without room for an overlay run from these. */
const TRANSIENT = ['tmpfs', 'ramfs', 'rootfs', 'squashfs'];

/** The type of what is mounted at a place, by the last line about it; null where nothing is. */
function mounted_at(lines: string[][], place: string): string | null {
	const found = filter(lines, (words) => words[1] === place);
	return found[length(found) - 1]?.[2] ?? null;
}

/**
 * OpenWrt's root is an overlay whose upper half lies on the mount /overlay, or in memory at /tmp/root where there is none
 * (fstools, libfstools/overlay.c); images without squashfs write to the root itself.
 */
function is_persistent(): boolean {
	const text = read_file('/proc/mounts', MOUNTS_LIMIT);
	if (text == null) {
		return true;
	}
	const lines = map(split(text, '\n'), (line) => split(line, ' '));
	const root = mounted_at(lines, '/');
	const holder = root === 'overlay' ? (mounted_at(lines, '/overlay') ?? 'tmpfs') : (root ?? 'rootfs');
	return index(TRANSIENT, holder) === -1;
}

export { is_persistent };
