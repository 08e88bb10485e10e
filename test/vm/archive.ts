// SPDX-License-Identifier: Apache-2.0
/** An OpenWrt root archive in memory (about 40 MB): read from .tar.gz, written as an initramfs or a disk. */
import { execFileSync } from 'node:child_process';
import { chmodSync, createReadStream, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { createGunzip, gzipSync } from 'node:zlib';
import tar from 'tar-stream';

export interface Entry {
	/** Relative to the root, without "./". */
	path: string;
	kind: 'file' | 'directory' | 'link';
	/** Permission bits alone. */
	mode: number;
	/** A file's bytes, or a link's target. */
	content: Buffer;
}

/** Device nodes are left out: the kernel makes its own. Hard links become copies. */
export async function readArchive(file: string): Promise<Entry[]> {
	const entries = new Map<string, Entry>();
	const extract = tar.extract();
	extract.on('entry', (header, stream, next) => {
		void buffer(stream).then((content) => {
			const path = header.name.replace(/^\.?\/+/, '').replace(/\/$/, '');
			const entry = entryOf(path, header, content, entries);
			if (entry && path !== '' && path !== '.') entries.set(path, entry);
			next();
		});
	});
	createReadStream(file).pipe(createGunzip()).pipe(extract);
	await finished(extract);
	return [...entries.values()];
}

// Only what a root file system holds and the kernel does not make itself.
function entryOf(path: string, header: tar.Header, content: Buffer, seen: Map<string, Entry>): Entry | null {
	const mode = header.mode & 0o7777;
	// eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check -- all others are the kernel's
	switch (header.type) {
		case 'file':
			return { path, kind: 'file', mode, content };
		case 'directory':
			return { path, kind: 'directory', mode, content };
		case 'symlink':
			return { path, kind: 'link', mode: 0o777, content: Buffer.from(header.linkname) };
		case 'link': {
			const original = seen.get(header.linkname.replace(/^\.?\/+/, ''));
			return original ? { ...original, path } : null;
		}
		default:
			return null;
	}
}

const KIND_BITS = { file: 0o100000, directory: 0o040000, link: 0o120000 };

/** A gzipped newc cpio (kernel: Documentation/driver-api/early-userspace/buffer-format.rst), owned by root. */
export function packInitramfs(entries: readonly Entry[]): Buffer {
	const parts: Buffer[] = [];
	entries.forEach((entry, index) => {
		parts.push(...member(entry.path, KIND_BITS[entry.kind] | entry.mode, index + 1, entry.content));
	});
	parts.push(...member('TRAILER!!!', 0, 0, Buffer.alloc(0)));
	return gzipSync(Buffer.concat(parts), { level: 1 });
}

function member(path: string, mode: number, inode: number, content: Buffer): Buffer[] {
	const name = Buffer.from(`${path}\0`);
	// inode, mode, uid, gid, links, mtime, size, four device numbers, length of the name, checksum
	const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0];
	const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
	return [Buffer.from(header), name, padding(header.length + name.length), content, padding(content.length)];
}

function padding(length: number): Buffer {
	return Buffer.alloc((4 - (length % 4)) % 4);
}

/** Writes the files below `folder`, which must not exist. */
export function unpack(entries: readonly Entry[], folder: string): void {
	mkdirSync(folder, { recursive: true });
	for (const entry of entries) {
		const path = join(folder, entry.path);
		mkdirSync(dirname(path), { recursive: true });
		if (entry.kind === 'directory') mkdirSync(path, { recursive: true });
		else if (entry.kind === 'link') symlinkSync(entry.content.toString(), path);
		else writeFileSync(path, entry.content);
		if (entry.kind !== 'link') chmodSync(path, entry.mode);
	}
}

/**
 * Writes an ext4 disk without partitions. Needs e2fsprogs, and user namespaces unless run by root, so that
 * all files belong to root in it. `folder` is scratch space that must not exist.
 */
export function writeDisk(entries: readonly Entry[], folder: string, file: string, mebibytes: number): void {
	unpack(entries, folder);
	const make = ['mke2fs', '-q', '-F', '-t', 'ext4', '-d', folder, file, `${mebibytes}M`];
	const asRoot = process.getuid?.() === 0 ? make : ['unshare', '--map-root-user', ...make];
	const [command = '', ...rest] = asRoot;
	const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
	execFileSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'], env });
}
