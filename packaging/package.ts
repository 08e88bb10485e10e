// SPDX-License-Identifier: Apache-2.0
/** `make package`: the installed tree and both packages, into dist/. */
import { apkName, buildApk, type Apk } from './apk.ts';
import { asCommand, writeDist } from './command.ts';
import { buildIpk, ipkName } from './ipk.ts';
import { readMetadata, type Metadata } from './metadata.ts';
import { stage, STAGED } from './stage.ts';
import { readTree, type TreeFile } from './tree.ts';

export interface Packages {
	readonly metadata: Metadata;
	readonly files: readonly TreeFile[];
	readonly ipk: Buffer;
	readonly apk: Apk;
}

/** Stages the tree in dist/root and packs it. */
export async function buildPackages(): Promise<Packages> {
	const metadata = readMetadata();
	await stage(STAGED);
	const files = readTree(STAGED);
	return { metadata, files, ipk: await buildIpk(metadata, files), apk: await buildApk(metadata, files) };
}

/** The packages by their file names. */
export function packageFiles({ metadata, ipk, apk }: Packages): [name: string, content: Buffer][] {
	return [
		[ipkName(metadata), ipk],
		[apkName(metadata), apk.file]
	];
}

await asCommand(import.meta.filename, async () => {
	for (const [name, content] of packageFiles(await buildPackages())) writeDist(name, content);
});
