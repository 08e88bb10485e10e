// SPDX-License-Identifier: Apache-2.0
import { tarGzip, type Member } from './archive.ts';
import type { Metadata } from './metadata.ts';
import { directoriesOf, installedSize, type TreeFile } from './tree.ts';

/** The package as opkg of OpenWrt 22.03 to 24.10 takes it: a gzipped tar that holds two more. */
export async function buildIpk(metadata: Metadata, files: readonly TreeFile[]): Promise<Buffer> {
	const { date, scripts } = metadata;
	const control = [
		{ name: './', mode: 0o755 },
		{ name: './control', mode: 0o644, content: controlFields(metadata, files).join('\n') + '\n' },
		{ name: './postinst', mode: 0o755, content: scripts.refresh },
		{ name: './postrm', mode: 0o755, content: scripts.refresh },
		{ name: './prerm', mode: 0o755, content: scripts.settle }
	];
	return tarGzip(
		[
			{ name: './debian-binary', mode: 0o644, content: '2.0\n' },
			{ name: './control.tar.gz', mode: 0o644, content: await tarGzip(control, date) },
			{ name: './data.tar.gz', mode: 0o644, content: await tarGzip(treeMembers(files), date) }
		],
		date
	);
}

export function ipkName({ name, version }: Metadata): string {
	return `${name}_${version}_all.ipk`;
}

/** The control file's lines; a feed's `Packages` repeats them. Sizes are in bytes. */
export function controlFields(metadata: Metadata, files: readonly TreeFile[]): string[] {
	return [
		`Package: ${metadata.name}`,
		`Version: ${metadata.version}`,
		`Depends: ${metadata.depends.join(', ')}`,
		`License: ${metadata.license}`,
		'Section: luci',
		`SourceDateEpoch: ${metadata.date}`,
		`Maintainer: ${metadata.maintainer}`,
		'Architecture: all',
		`Installed-Size: ${installedSize(files)}`,
		`Description: ${metadata.description}`
	];
}

function treeMembers(files: readonly TreeFile[]): Member[] {
	return [
		{ name: './', mode: 0o755 },
		...directoriesOf(files).map((path) => ({ name: `./${path}/`, mode: 0o755 })),
		...files.map(({ path, mode, content }) => ({ name: `./${path}`, mode, content }))
	];
}
