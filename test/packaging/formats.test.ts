// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adbFile, Database } from '../../packaging/adb.ts';
import { apkName, buildApk, buildApkIndex } from '../../packaging/apk.ts';
import { buildIpk, ipkName } from '../../packaging/ipk.ts';
import { bytes, number, numbered, readAdb, readApk, slots, text, type Value } from './apk-reader.ts';
import { readIpk } from './ipk-reader.ts';
import { sampleFiles, sampleMetadata } from './sample.ts';

const DIRECTORIES = ['usr', 'usr/libexec', 'usr/libexec/rpcd', 'usr/share', 'usr/share/ucode', 'www'];

describe('the .ipk', async () => {
	const file = await buildIpk(sampleMetadata, sampleFiles);
	const ipk = readIpk(file);

	it('has the name that opkg expects', () => {
		expect(ipkName(sampleMetadata)).toBe('luci-app-sample_1.2.3_all.ipk');
	});

	it('holds the three members, and no extended headers, which opkg cannot read', () => {
		expect(ipk.outer.map(({ name }) => name)).toEqual([
			'./debian-binary',
			'./control.tar.gz',
			'./data.tar.gz'
		]);
		expect(ipk.outer[0]?.content.toString()).toBe('2.0\n');
		const types = [...ipk.outer, ...ipk.control, ...ipk.data].map(({ type }) => type);
		expect(new Set(types)).toEqual(new Set(['0', '5']));
	});

	it('has nothing of the machine or the hour in it', () => {
		for (const { owner, time } of [...ipk.outer, ...ipk.control, ...ipk.data]) {
			expect([owner, time]).toEqual(['0:0 root:root', sampleMetadata.date]);
		}
		expect(file.subarray(0, 10).toString('hex')).toBe('1f8b0800000000000203');
	});

	it('has each file with its mode and bytes, behind its directories', () => {
		expect(ipk.data.map(({ name, mode, content }) => [name, mode, content.length])).toEqual([
			['./', 0o755, 0],
			...DIRECTORIES.map((name) => [`./${name}/`, 0o755, 0]),
			...sampleFiles.map(({ path, mode, content }) => [`./${path}`, mode, content.length])
		]);
		for (const { path, content } of sampleFiles) {
			expect(ipk.data.find(({ name }) => name === `./${path}`)?.content.equals(content)).toBe(true);
		}
	});

	it('says what opkg asks for', () => {
		expect(ipk.fields).toEqual({
			Package: 'luci-app-sample',
			Version: '1.2.3',
			Depends: 'libc, luci-base',
			License: 'Apache-2.0',
			Section: 'luci',
			SourceDateEpoch: '1790000000',
			Maintainer: 'Somebody',
			Architecture: 'all',
			'Installed-Size': '70038',
			Description: 'A sample'
		});
	});

	it('runs its scripts after installing, and before and after removing', () => {
		const scripts = ipk.control.slice(2).map(({ name, mode, content }) => [name, mode, content.toString()]);
		expect(scripts).toEqual([
			['./postinst', 0o755, sampleMetadata.scripts.refresh],
			['./postrm', 0o755, sampleMetadata.scripts.refresh],
			['./prerm', 0o755, sampleMetadata.scripts.settle]
		]);
	});
});

describe('the .apk', async () => {
	const built = await buildApk(sampleMetadata, sampleFiles);
	const apk = readApk(built.file);
	const list = 'lib/apk/packages/luci-app-sample.list';

	it('has the name that apk expects', () => {
		expect(apkName(sampleMetadata)).toBe('luci-app-sample-1.2.3.apk');
	});

	it('has each file with its mode and bytes', () => {
		const expected = [
			[list, 0o644, 'root:root', sampleMetadata.date],
			...sampleFiles.map(({ path, mode }) => [path, mode, 'root:root', sampleMetadata.date])
		];
		expect(apk.files.map(({ path, mode, owner, time }) => [path, mode, owner, time]).sort()).toEqual(
			expected.sort()
		);
		for (const { path, content } of sampleFiles) {
			expect(apk.files.find((file) => file.path === path)?.content.equals(content)).toBe(true);
		}
	});

	it('names the root and every directory, sorted', () => {
		expect(apk.directories).toEqual(['', 'lib', 'lib/apk', 'lib/apk/packages', ...DIRECTORIES]);
	});

	it('lists the paths that it brings, as OpenWrt packages do', () => {
		const content = apk.files.find(({ path }) => path === list)?.content.toString();
		expect(content).toBe(sampleFiles.map(({ path }) => `/${path}\n`).join(''));
	});

	it('says what apk asks for', () => {
		const { 3: id, 12: size, 15: depends, 16: provides, ...texts } = apk.info;
		expect(Object.values(texts).map(text)).toEqual([
			'luci-app-sample',
			'1.2.3',
			'A sample',
			'noarch',
			'Apache-2.0',
			'Somebody'
		]);
		expect(Object.keys(texts)).toEqual(['1', '2', '4', '5', '6', '8']);
		expect(bytes(id)).toHaveLength(20);
		const listed = sampleFiles.reduce((sum, { path }) => sum + path.length + 2, 0);
		expect(number(size)).toBe(70_038 + listed);
		expect(slots(depends).map((one) => slots(one).map(text))).toEqual([['libc'], ['luci-base']]);
		expect(slots(provides).map((one) => slots(one).map(text))).toEqual([['luci-app-sample-any']]);
	});

	it('is identified by the hash of its database, in which the place of the hash is zero', () => {
		const { database } = readAdb(built.file);
		const id = Buffer.from(bytes(apk.info[3]));
		const blank = Buffer.from(database);
		blank.fill(0, database.indexOf(id), database.indexOf(id) + id.length);
		expect(createHash('sha256').update(blank).digest().subarray(0, 20).equals(id)).toBe(true);
	});

	it('runs its scripts before upgrading and removing, and after these and installing', () => {
		const { refresh, settle } = sampleMetadata.scripts;
		expect(apk.scripts).toEqual({ 3: refresh, 4: settle, 5: refresh, 6: settle, 7: refresh });
	});

	it('is in an index by the hash of its whole database, with its size', async () => {
		const index = readAdb(await buildApkIndex(sampleMetadata, sampleFiles, built));
		expect(index.schema).toBe('indx');
		const [listed] = slots(numbered(index.root)[2]);
		const info = numbered(listed);
		const { database } = readAdb(built.file);
		expect(bytes(info[3]).equals(createHash('sha256').update(database).digest())).toBe(true);
		expect(number(info[13])).toBe(built.file.length);
		expect(text(info[1])).toBe('luci-app-sample');
		expect(info[12]).toBe(apk.info[12]);
	});
});

describe('the database of an .apk', () => {
	it('stores values of every size where they belong', async () => {
		const database = new Database();
		const values = [0, 2 ** 28 - 1, 2 ** 28, 2 ** 32 - 1, 2 ** 32];
		const blobs = [1, 255, 256, 65_535, 65_536].map((length) => Buffer.alloc(length, 'x'));
		const root = database.array([
			...values.map((value) => database.integer(value)),
			...blobs.map((blob) => database.blob(blob))
		]);
		const file = await readBack(database.finish(root));
		expect(slots(file).slice(0, values.length)).toEqual(values);
		expect(
			slots(file)
				.slice(values.length)
				.map((blob) => bytes(blob).length)
		).toEqual([1, 255, 256, 65_535, 65_536]);
	});

	it('cuts empty slots at the end and keeps those between', async () => {
		const database = new Database();
		const root = database.object({
			1: database.blob('a'),
			2: database.blob(''),
			4: database.integer(7),
			5: 0
		});
		expect(
			slots(await readBack(database.finish(root))).map((slot) => (slot === null ? null : String(slot)))
		).toEqual(['a', null, null, '7']);
	});

	it('refuses what it cannot store', () => {
		expect(() => new Database().integer(-1)).toThrow('not storable');
		expect(() => new Database().integer(0.5)).toThrow('not storable');
	});
});

async function readBack(database: Buffer): Promise<Value> {
	return readAdb(await adbFile('pckg', database)).root;
}
