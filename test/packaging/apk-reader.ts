// SPDX-License-Identifier: Apache-2.0
/**
 * Reads files of apk 3 and refuses what apk refuses. Written from the format's description, not from packaging/.
 */
import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';

/** A value of the database: nothing, a number, bytes, or the slots of an array or object. */
export type Value = null | number | Buffer | readonly Value[];

export interface Adb {
	readonly schema: string;
	/** The bytes of the database block. */
	readonly database: Buffer;
	readonly root: Value;
	/** Contents of the data blocks, by `directory,file`. */
	readonly data: ReadonlyMap<string, Buffer>;
}

export interface ApkFile {
	readonly path: string;
	readonly mode: number;
	readonly owner: string;
	readonly time: number;
	readonly content: Buffer;
}

export interface ApkPackage {
	/** By slot number. */
	readonly info: Readonly<Record<number, Value>>;
	readonly directories: readonly string[];
	readonly files: readonly ApkFile[];
	/** Texts by slot number. */
	readonly scripts: Readonly<Record<number, string>>;
}

export function readAdb(file: Buffer): Adb {
	if (file.toString('latin1', 0, 4) !== 'ADBd') throw new Error('not a deflated apk file');
	const plain = inflateRawSync(file.subarray(4));
	if (plain.toString('latin1', 0, 4) !== 'ADB.') throw new Error('no apk file inside');
	const blocks = readBlocks(plain);
	const [first, ...others] = blocks;
	if (first?.type !== 0) throw new Error('the database is not the first block');
	const data = new Map<string, Buffer>();
	for (const { type, content } of others) {
		if (type !== 2) throw new Error(`unexpected block of type ${type}`);
		if (content.length <= 8) throw new Error('an empty file has no block');
		data.set(`${content.readUInt32LE(0)},${content.readUInt32LE(4)}`, content.subarray(8));
	}
	const { content: database } = first;
	if (database.readUInt32LE(0) !== 0) throw new Error('not of version 0');
	const root = readValue(database, database.readUInt32LE(4));
	return { schema: plain.toString('latin1', 4, 8), database, root, data };
}

export function readApk(file: Buffer): ApkPackage {
	const { schema, root, data } = readAdb(file);
	if (schema !== 'pckg') throw new Error(`not a package: ${schema}`);
	const [info, paths, scripts] = slots(root);
	const directories = slots(paths ?? null).map((directory) => slots(directory));
	const names = directories.map(([name]) => text(name));
	inOrder(names);
	const used = new Set<string>();
	const files = directories.flatMap(([name, , list], d) => {
		const all = slots(list ?? null).map((one) => slots(one));
		inOrder(all.map(([own]) => text(own)));
		return all.map(([own, acl, size, time, hash], f): ApkFile => {
			const key = `${d + 1},${f + 1}`;
			const content = data.get(key) ?? Buffer.alloc(0);
			used.add(key);
			if (content.length !== number(size)) throw new Error(`size of ${text(own)}`);
			if (!createHash('sha256').update(content).digest().equals(bytes(hash)))
				throw new Error(`hash of ${text(own)}`);
			const [mode, user, group] = slots(acl ?? null);
			const path = [text(name), text(own)].filter((part) => part !== '').join('/');
			return { path, mode: number(mode), owner: `${text(user)}:${text(group)}`, time: number(time), content };
		});
	});
	if ([...data.keys()].some((key) => !used.has(key))) throw new Error('a data block belongs to no file');
	return { info: numbered(info), directories: names, files, scripts: textsOf(numbered(scripts)) };
}

export function slots(value: Value | undefined): readonly Value[] {
	if (value === null || value === undefined) return [];
	if (!Array.isArray(value)) throw new Error('neither an array nor an object');
	return value as readonly Value[];
}

export function text(value: Value | undefined): string {
	return value === null || value === undefined ? '' : bytes(value).toString();
}

export function number(value: Value | undefined): number {
	if (typeof value !== 'number') throw new Error('not a number');
	return value;
}

export function bytes(value: Value | undefined): Buffer {
	if (!Buffer.isBuffer(value)) throw new Error('not bytes');
	return value;
}

/** An object's slots by their numbers, which count from 1; those without a value are left out. */
export function numbered(value: Value | undefined): Record<number, Value> {
	const entries = slots(value).map((slot, index) => [index + 1, slot] as const);
	return Object.fromEntries(entries.filter(([, slot]) => slot !== null));
}

function textsOf(values: Readonly<Record<number, Value>>): Record<number, string> {
	return Object.fromEntries(Object.entries(values).map(([slot, value]) => [slot, text(value)]));
}

function inOrder(names: readonly string[]): void {
	names.forEach((name, index) => {
		const before = names[index - 1];
		if (before !== undefined && Buffer.compare(Buffer.from(before), Buffer.from(name)) >= 0) {
			throw new Error(`${name} is not sorted behind ${before}`);
		}
	});
}

function readBlocks(plain: Buffer): { type: number; content: Buffer }[] {
	const blocks = [];
	for (let place = 8; place < plain.length;) {
		const word = plain.readUInt32LE(place);
		const size = word % 2 ** 30;
		blocks.push({ type: Math.floor(word / 2 ** 30), content: plain.subarray(place + 4, place + size) });
		place += Math.ceil(size / 8) * 8;
		if (place > plain.length) throw new Error('the last block is not padded');
	}
	return blocks;
}

function readValue(database: Buffer, word: number): Value {
	const payload = word % 2 ** 28;
	const blob = (lengthBytes: number): Buffer => {
		if (payload % lengthBytes !== 0) throw new Error('a blob is not aligned');
		const start = payload + lengthBytes;
		return database.subarray(start, start + database.readUIntLE(payload, lengthBytes));
	};
	switch (Math.floor(word / 2 ** 28)) {
		case 0:
			if (payload !== 0) throw new Error('neither true nor false has a place in a package');
			return null;
		case 1:
			return payload;
		case 2:
			return database.readUInt32LE(payload);
		case 3:
			return Number(database.readBigUInt64LE(payload));
		case 8:
			return blob(1);
		case 9:
			return blob(2);
		case 10:
			return blob(4);
		case 13:
		case 14: {
			const count = database.readUInt32LE(payload);
			const place = (slot: number): number => database.readUInt32LE(payload + 4 * slot);
			if (count < 2 || place(count - 1) === 0) throw new Error('trailing empty slots are to be cut');
			return Array.from({ length: count - 1 }, (_, index) => readValue(database, place(index + 1)));
		}
		default:
			throw new Error(`unknown type of value: ${word}`);
	}
}
