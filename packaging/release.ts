// SPDX-License-Identifier: Apache-2.0
/** `make release`: both packages, their feeds' indexes, the archive for OpenWrt's SDK, and the sums of all. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApkIndex } from './apk.ts';
import { tarGzip, type Member } from './archive.ts';
import { asCommand, PROJECT, writeDist } from './command.ts';
import { gzip } from './compress.ts';
import { controlFields, ipkName } from './ipk.ts';
import { buildPackages, packageFiles, type Packages } from './package.ts';
import { directoriesOf, readTree, type TreeFile } from './tree.ts';

const TRANSLATIONS = join(PROJECT, 'luci-app-src/po');

/** Everything that a release publishes, by file name, except the sums. */
export async function releaseFiles(packages: Packages): Promise<[name: string, content: Buffer][]> {
	const { metadata, files, apk } = packages;
	const index = Buffer.from(opkgIndex(packages));
	return [
		...packageFiles(packages),
		['Packages', index],
		['Packages.gz', await gzip(index)],
		['packages.adb', await buildApkIndex(metadata, files, apk)],
		[`${metadata.name}-${metadata.version}.tar.gz`, await sourceArchive(packages)]
	];
}

/** One line a file, as `sha256sum -c` reads them. */
export function sums(files: readonly (readonly [name: string, content: Buffer])[]): string {
	return files.map(([name, content]) => `${sha256(content)}  ${name}\n`).join('');
}

/** The control file of the only package, with where it is and what it must be. */
function opkgIndex({ metadata, files, ipk }: Packages): string {
	const fields = controlFields(metadata, files);
	const location = [`Filename: ${ipkName(metadata)}`, `Size: ${ipk.length}`, `SHA256sum: ${sha256(ipk)}`];
	return [...fields.slice(0, -1), ...location, ...fields.slice(-1), ''].join('\n') + '\n';
}

/**
 * What packaging/openwrt/Makefile builds from, under the package's name: the tree as luci.mk wants it (`htdocs` is
 * /www, `root` the rest), the translations, and the scripts.
 */
function sourceArchive({ metadata, files }: Packages): Promise<Buffer> {
	const plain = (path: string, content: Buffer): TreeFile => ({ path, mode: 0o644, content });
	const own = [
		plain('Makefile', readFileSync(join(PROJECT, 'packaging/openwrt/Makefile'))),
		plain('refresh', Buffer.from(metadata.scripts.refresh)),
		plain('settle', Buffer.from(metadata.scripts.settle)),
		plain('LICENSE', readFileSync(join(PROJECT, 'LICENSE')))
	];
	const tree = files.map((file) => ({
		...file,
		path: file.path.startsWith('www/') ? file.path.replace('www/', 'htdocs/') : `root/${file.path}`
	}));
	const translations = existsSync(TRANSLATIONS) ? readTree(TRANSLATIONS) : [];
	const all = [...own, ...tree, ...translations.map((file) => ({ ...file, path: `po/${file.path}` }))].map(
		(file) => ({ ...file, path: `${metadata.name}/${file.path}` })
	);
	const members: Member[] = [
		...directoriesOf(all).map((path) => ({ name: `${path}/`, mode: 0o755 })),
		...all.map(({ path, mode, content }) => ({ name: path, mode, content }))
	];
	return tarGzip(members, metadata.date);
}

function sha256(content: Buffer): string {
	return createHash('sha256').update(content).digest('hex');
}

await asCommand(import.meta.filename, async () => {
	const files = await releaseFiles(await buildPackages());
	for (const [name, content] of files) writeDist(name, content);
	writeDist('SHA256SUMS', sums(files));
});
