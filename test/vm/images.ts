// SPDX-License-Identifier: Apache-2.0
/**
 * Where a real OpenWrt comes from: a root file system archive and a kernel, given, remembered, or downloaded.
 *
 * `OPENWRT_ROOTFS` and `OPENWRT_KERNEL` name both files, and are copied into the cache folder once. Without
 * them the folder of `OPENWRT_VERSION` is looked into, and filled with the official files where it is empty. A
 * series (`23.05`) has a folder, too, for images whose release is only known from within; it can't be downloaded.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cacheFolder } from '../roots/archives.ts';
import { readArchive } from './archive.ts';

export const DEFAULT_VERSION = '25.12.2';
const SERIES = /^\d{2}\.\d{2}$/;
const OFFICIAL = 'https://downloads.openwrt.org';

export interface Images {
	/** The release, as the archive itself says: "25.12.2". */
	version: string;
	/** Absolute paths. */
	rootfs: string;
	kernel: string;
}

/** No image can be had; the message is one line and says what would help. */
export class NoImages extends Error {}

type Environment = Record<string, string | undefined>;

/** Images that are on this machine already; null when a download is needed. Throws {@link NoImages}. */
export async function localImages(env: Environment): Promise<Images | null> {
	const { OPENWRT_ROOTFS: rootfs, OPENWRT_KERNEL: kernel } = env;
	if (rootfs && kernel) return remember(resolve(rootfs), resolve(kernel), env);
	if (rootfs ?? kernel) throw new NoImages('OPENWRT_ROOTFS and OPENWRT_KERNEL must be given together');
	const version = wantedVersion(env);
	const images = inFolder(cacheFolder(env), version);
	if (!existsSync(images.rootfs) || !existsSync(images.kernel)) return null;
	return SERIES.test(version) ? { ...images, version: await releaseOf(images.rootfs) } : images;
}

/** Images from this machine, else the official ones of `OPENWRT_VERSION`. Throws {@link NoImages}. */
export async function findImages(env: Environment): Promise<Images> {
	return (await localImages(env)) ?? download(wantedVersion(env), env);
}

function wantedVersion(env: Environment): string {
	const version = env['OPENWRT_VERSION'] ?? DEFAULT_VERSION;
	// It becomes part of a path and of an address.
	if (!/^\d{2}\.\d{2}(\.\d+|-rc\d+)?$/.test(version))
		throw new NoImages(`OPENWRT_VERSION is not a release such as ${DEFAULT_VERSION}: ${version}`);
	return version;
}

function inFolder(cache: string, version: string): Images {
	const folder = join(cache, `openwrt-${version}`);
	return { version, rootfs: join(folder, 'rootfs.tar.gz'), kernel: join(folder, 'kernel') };
}

async function remember(rootfs: string, kernel: string, env: Environment): Promise<Images> {
	for (const file of [rootfs, kernel]) if (!existsSync(file)) throw new NoImages(`no such file: ${file}`);
	const images = inFolder(cacheFolder(env), await releaseOf(rootfs));
	keep(rootfs, images.rootfs);
	keep(kernel, images.kernel);
	return images;
}

async function releaseOf(rootfs: string): Promise<string> {
	const file = (await readArchive(rootfs)).find((entry) => entry.path === 'etc/openwrt_release');
	const release = /^DISTRIB_RELEASE='([\w.-]+)'/m.exec(file?.content.toString() ?? '')?.[1];
	if (!release) throw new NoImages(`${rootfs} holds no etc/openwrt_release: not an OpenWrt root archive`);
	return release;
}

function keep(from: string, to: string): void {
	if (from === to || (existsSync(to) && sha256(readFileSync(from)) === sha256(readFileSync(to)))) return;
	mkdirSync(join(to, '..'), { recursive: true });
	copyFileSync(from, `${to}.part`);
	renameSync(`${to}.part`, to);
}

async function download(version: string, env: Environment): Promise<Images> {
	if (SERIES.test(version))
		throw new NoImages(`no OpenWrt image of ${version} is kept; one release can be downloaded: ${version}.2`);
	const base = `${env['OPENWRT_MIRROR'] ?? OFFICIAL}/releases/${version}/targets/x86/64`;
	const sums = parseSums((await get(`${base}/sha256sums`)).toString());
	const images = inFolder(cacheFolder(env), version);
	await downloadOne(base, sums, /-x86-64(-generic)?-rootfs\.tar\.gz$/, images.rootfs);
	await downloadOne(base, sums, /-x86-64-generic-kernel\.bin$/, images.kernel);
	return images;
}

/** Lines of "SUM *NAME". */
function parseSums(text: string): Map<string, string> {
	return new Map(
		[...text.matchAll(/^([0-9a-f]{64}) [ *](\S+)$/gm)].map(([, sum = '', name = '']) => [name, sum])
	);
}

async function downloadOne(
	base: string,
	sums: Map<string, string>,
	pattern: RegExp,
	to: string
): Promise<void> {
	const name = [...sums.keys()].find((candidate) => pattern.test(candidate));
	if (!name) throw new NoImages(`${base}/sha256sums lists nothing like ${pattern.source}`);
	const content = await get(`${base}/${name}`);
	if (sha256(content) !== sums.get(name)) throw new NoImages(`${base}/${name} has a wrong SHA-256`);
	mkdirSync(join(to, '..'), { recursive: true });
	writeFileSync(`${to}.part`, content);
	renameSync(`${to}.part`, to);
}

async function get(url: string): Promise<Buffer> {
	const unreachable = (reason: string) =>
		new NoImages(`no OpenWrt image: give OPENWRT_ROOTFS and OPENWRT_KERNEL; ${url}: ${reason}`);
	let response;
	try {
		response = await fetch(url);
	} catch (error) {
		throw unreachable(error instanceof Error ? (causeOf(error) ?? error.message) : 'failed');
	}
	if (!response.ok) throw unreachable(`HTTP ${response.status}`);
	return Buffer.from(await response.arrayBuffer());
}

function causeOf(error: Error): string | undefined {
	return error.cause instanceof Error ? error.cause.message : undefined;
}

function sha256(content: Buffer): string {
	return createHash('sha256').update(content).digest('hex');
}
