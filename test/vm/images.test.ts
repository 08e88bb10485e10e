// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import tar from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packInitramfs, readArchive, writeDisk } from './archive.ts';
import { findImages, localImages, NoImages } from './images.ts';
import { bootKind } from './machine.ts';

const KERNEL = Buffer.from('a kernel');
const RELEASE = "DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='23.05.9'\n";
const FOLDER = '/releases/23.05.9/targets/x86/64';

let folder: string;
let server: Server | undefined;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'images-'));
});

afterEach(() => {
	server?.close();
	server = undefined;
	rmSync(folder, { recursive: true });
});

async function rootArchive(): Promise<Buffer> {
	const pack = tar.pack();
	pack.entry({ name: './etc/', type: 'directory', mode: 0o755 });
	pack.entry({ name: './etc/openwrt_release', mode: 0o640 }, RELEASE);
	pack.entry({ name: './var', type: 'symlink', linkname: 'tmp' });
	pack.finalize();
	return gzipSync(await buffer(pack));
}

/** A download server on the loopback with these files; its address. */
function serve(files: Record<string, Buffer>): Promise<string> {
	const started = createServer((request, response) => {
		const content = files[request.url ?? ''];
		response.writeHead(content ? 200 : 404).end(content);
	});
	server = started;
	return new Promise((resolve) => {
		started.listen(0, '127.0.0.1', () => {
			const address = started.address();
			if (address === null || typeof address === 'string') throw new Error('no port');
			resolve(`http://127.0.0.1:${address.port}`);
		});
	});
}

const sum = (content: Buffer) => createHash('sha256').update(content).digest('hex');

async function mirror(kernelSum: string): Promise<Record<string, string>> {
	const rootfs = await rootArchive();
	const sums = [
		`${sum(rootfs)} *openwrt-23.05.9-x86-64-rootfs.tar.gz`,
		`${kernelSum} *openwrt-23.05.9-x86-64-generic-kernel.bin`
	];
	const address = await serve({
		[`${FOLDER}/sha256sums`]: Buffer.from(`${sums.join('\n')}\n`),
		[`${FOLDER}/openwrt-23.05.9-x86-64-rootfs.tar.gz`]: rootfs,
		[`${FOLDER}/openwrt-23.05.9-x86-64-generic-kernel.bin`]: KERNEL
	});
	return { XDG_CACHE_HOME: folder, OPENWRT_VERSION: '23.05.9', OPENWRT_MIRROR: address };
}

describe('images', () => {
	test('are downloaded once, checked, and found in the cache from then on', async () => {
		const env = await mirror(sum(KERNEL));
		expect(await localImages(env)).toBeNull();
		const images = await findImages(env);
		expect(readFileSync(images.kernel)).toEqual(KERNEL);
		server?.close();
		expect(await findImages(env)).toEqual(images);
	});

	test('with a wrong sum are refused, and not kept', async () => {
		const env = await mirror(sum(Buffer.from('another')));
		await expect(findImages(env)).rejects.toThrow(/kernel\.bin has a wrong SHA-256$/);
		expect(existsSync(join(folder, 'luci-app-nft-offload/openwrt-23.05.9/kernel'))).toBe(false);
	});

	test('that are given are remembered under the release that they say', async () => {
		const [rootfs, kernel] = [join(folder, 'root.tar.gz'), join(folder, 'bzImage')];
		writeFileSync(rootfs, await rootArchive());
		writeFileSync(kernel, KERNEL);
		const images = await findImages({
			XDG_CACHE_HOME: folder,
			OPENWRT_ROOTFS: rootfs,
			OPENWRT_KERNEL: kernel
		});
		expect(images.version).toBe('23.05.9');
		rmSync(rootfs);
		expect(await findImages({ XDG_CACHE_HOME: folder, OPENWRT_VERSION: '23.05.9' })).toEqual(images);
	});

	test('of a series are of the release that they say', async () => {
		const kept = join(folder, 'luci-app-nft-offload/openwrt-23.05');
		mkdirSync(kept, { recursive: true });
		writeFileSync(join(kept, 'rootfs.tar.gz'), await rootArchive());
		const env = { XDG_CACHE_HOME: folder, OPENWRT_VERSION: '23.05' };
		expect(await localImages(env)).toBeNull();
		writeFileSync(join(kept, 'kernel'), KERNEL);
		expect((await findImages(env)).version).toBe('23.05.9');
	});

	test.each([
		[{ OPENWRT_VERSION: '23.05' }, /^no OpenWrt image of 23\.05 is kept; one release can be downloaded: /],
		[{ OPENWRT_ROOTFS: '/nowhere' }, /must be given together$/],
		[{ OPENWRT_ROOTFS: '/nowhere', OPENWRT_KERNEL: '/nowhere' }, /^no such file: \/nowhere$/],
		[{ OPENWRT_VERSION: '../../etc' }, /^OPENWRT_VERSION is not a release/],
		[{ OPENWRT_MIRROR: 'http://127.0.0.1:1' }, /^no OpenWrt image: give OPENWRT_ROOTFS and OPENWRT_KERNEL; /]
	])('%j cannot be had: one line says so', async (env, message) => {
		const failed = findImages({ XDG_CACHE_HOME: folder, ...env });
		await expect(failed).rejects.toThrow(NoImages);
		await expect(failed).rejects.toThrow(message);
		await expect(failed).rejects.not.toThrow(/\n/);
	});
});

describe('what is booted', () => {
	test('an initramfs holds the archive’s files, in the order and form that the kernel reads', async () => {
		writeFileSync(join(folder, 'root.tar.gz'), await rootArchive());
		const entries = await readArchive(join(folder, 'root.tar.gz'));
		const cpio = gunzipSync(packInitramfs(entries)).toString('latin1');
		expect(cpio.length % 4).toBe(0);
		expect(
			[...cpio.matchAll(/070701.{8}(.{8})/g)].map(([, mode]) => parseInt(mode ?? '', 16).toString(8))
		).toEqual(['40755', '100640', '120777', '0']);
		expect(cpio).toContain(`etc/openwrt_release\0`);
		expect(cpio).toContain(RELEASE);
	});

	test('a kernel with virtio_blk as a module starts from memory, another from a disk', () => {
		const module = { kind: 'file', mode: 0o644, content: Buffer.alloc(0) } as const;
		expect(bootKind([{ ...module, path: 'lib/modules/6.12.74/virtio_blk.ko' }])).toBe('initramfs');
		expect(bootKind([{ ...module, path: 'lib/modules/6.12.74/nf_flow_table.ko' }])).toBe('disk');
	});

	test.skipIf(!existsSync('/usr/sbin/mke2fs') || !existsSync('/usr/sbin/debugfs'))(
		'a disk holds them, too, all owned by root',
		async () => {
			writeFileSync(join(folder, 'root.tar.gz'), await rootArchive());
			const disk = join(folder, 'disk');
			writeDisk(await readArchive(join(folder, 'root.tar.gz')), join(folder, 'scratch'), disk, 8);
			const ask = (request: string) =>
				execFileSync('/usr/sbin/debugfs', ['-R', request, disk], { stdio: 'pipe' }).toString();
			expect(ask('cat /etc/openwrt_release')).toBe(RELEASE);
			expect(ask('stat /etc/openwrt_release')).toMatch(/Mode: +0640[\s\S]*User: +0 +Group: +0/);
			expect(ask('stat /var')).toMatch(/Fast link dest: "tmp"/);
		}
	);
});
