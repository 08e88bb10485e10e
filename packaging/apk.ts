// SPDX-License-Identifier: Apache-2.0
import { adbFile, Database, sha256, uint32, type Value } from './adb.ts';
import type { Metadata } from './metadata.ts';
import { directoriesOf, installedSize, type TreeFile } from './tree.ts';

/** Slots of apk's objects, as far as they are used here. */
const PACKAGE = { info: 1, paths: 2, scripts: 3 };
const INFO = {
	name: 1,
	version: 2,
	id: 3,
	description: 4,
	arch: 5,
	license: 6,
	maintainer: 8,
	installedSize: 12,
	fileSize: 13,
	depends: 15,
	provides: 16
};
const DIRECTORY = { name: 1, acl: 2, files: 3 };
const FILE = { name: 1, acl: 2, size: 3, time: 4, hash: 5 };
const ACL = { mode: 1, user: 2, group: 3 };
const SCRIPT = { postInstall: 3, preRemove: 4, postRemove: 5, preUpgrade: 6, postUpgrade: 7 };
const INDEX = { packages: 2 };

/** Bytes of the hash that tells one build of a package from another. */
const ID_BYTES = 20;

export interface Apk {
	readonly file: Buffer;
	/** How an index names the package: the SHA-256 of its database. */
	readonly hash: Buffer;
}

/**
 * The package as apk 3 of OpenWrt 25.12 takes it, with the list of its paths that OpenWrt's packages carry.
 * The files are in the order of readTree.
 */
export async function buildApk(metadata: Metadata, files: readonly TreeFile[]): Promise<Apk> {
	const all = [...files, pathList(metadata, files)];
	const tree = ['', ...directoriesOf(all)].map((name) => ({ name, files: filesIn(name, all) }));
	const database = packageDatabase(metadata, tree, installedSize(all));
	const data = tree.flatMap((directory, d) =>
		directory.files.flatMap(({ content }, f) =>
			content.length === 0 ? [] : [Buffer.concat([uint32(d + 1), uint32(f + 1), content])]
		)
	);
	return { file: await adbFile('pckg', database, data), hash: sha256(database) };
}

/** A feed's `packages.adb` with this one package. */
export function buildApkIndex(metadata: Metadata, files: readonly TreeFile[], apk: Apk): Promise<Buffer> {
	const database = new Database();
	const unpacked = installedSize([...files, pathList(metadata, files)]);
	const info = database.object({
		...infoSlots(database, metadata, database.blob(apk.hash), unpacked),
		[INFO.fileSize]: database.integer(apk.file.length)
	});
	return adbFile('indx', database.finish(database.object({ [INDEX.packages]: database.array([info]) })));
}

export function apkName({ name, version }: Metadata): string {
	return `${name}-${version}.apk`;
}

interface Directory {
	readonly name: string;
	readonly files: readonly TreeFile[];
}

/** The package's id is the hash of its database while the place of the id is still zero. */
function packageDatabase(metadata: Metadata, tree: readonly Directory[], unpacked: number): Buffer {
	const database = new Database();
	const id = database.blob(Buffer.alloc(ID_BYTES));
	const refresh = database.blob(metadata.scripts.refresh);
	const settle = database.blob(metadata.scripts.settle);
	const root = database.object({
		[PACKAGE.info]: database.object(infoSlots(database, metadata, id, unpacked)),
		[PACKAGE.paths]: database.array(tree.map((directory) => directoryValue(database, directory, metadata))),
		[PACKAGE.scripts]: database.object({
			[SCRIPT.postInstall]: refresh,
			[SCRIPT.preRemove]: settle,
			[SCRIPT.postRemove]: refresh,
			[SCRIPT.preUpgrade]: settle,
			[SCRIPT.postUpgrade]: refresh
		})
	});
	const bytes = database.finish(root);
	sha256(bytes).copy(bytes, (id % 2 ** 28) + 1, 0, ID_BYTES);
	return bytes;
}

function infoSlots(
	database: Database,
	metadata: Metadata,
	id: Value,
	unpacked: number
): Record<number, Value> {
	const dependency = (name: string): Value => database.object({ 1: database.blob(name) });
	return {
		[INFO.name]: database.blob(metadata.name),
		[INFO.version]: database.blob(metadata.version),
		[INFO.id]: id,
		[INFO.description]: database.blob(metadata.description),
		[INFO.arch]: database.blob('noarch'),
		[INFO.license]: database.blob(metadata.license),
		[INFO.maintainer]: database.blob(metadata.maintainer),
		[INFO.installedSize]: database.integer(unpacked),
		[INFO.depends]: database.array(metadata.depends.map(dependency)),
		// OpenWrt's build gives every package this second name, whatever its ABI version.
		[INFO.provides]: database.array([dependency(`${metadata.name}-any`)])
	};
}

function directoryValue(database: Database, { name, files }: Directory, { date }: Metadata): Value {
	return database.object({
		[DIRECTORY.name]: database.blob(name),
		[DIRECTORY.acl]: aclValue(database, 0o755),
		[DIRECTORY.files]: database.array(
			files.map(({ path, mode, content }) =>
				database.object({
					[FILE.name]: database.blob(path.slice(path.lastIndexOf('/') + 1)),
					[FILE.acl]: aclValue(database, mode),
					[FILE.size]: database.integer(content.length),
					[FILE.time]: database.integer(date),
					[FILE.hash]: database.blob(sha256(content))
				})
			)
		)
	});
}

function aclValue(database: Database, mode: number): Value {
	return database.object({
		[ACL.mode]: database.integer(mode),
		[ACL.user]: database.blob('root'),
		[ACL.group]: database.blob('root')
	});
}

function filesIn(directory: string, files: readonly TreeFile[]): TreeFile[] {
	return files.filter(({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('/'))) === directory);
}

/** lib/apk/packages/NAME.list, from which OpenWrt's own scripts know what a package brought. */
function pathList({ name }: Metadata, files: readonly TreeFile[]): TreeFile {
	const text = files.map(({ path }) => `/${path}\n`).join('');
	return { path: `lib/apk/packages/${name}.list`, mode: 0o644, content: Buffer.from(text) };
}
