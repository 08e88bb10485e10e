// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { deflate } from './compress.ts';

/*
 * The container of apk 3: a compressed file of a schema and of blocks. The first block is a small database, built
 * bottom up: a value is a 32-bit word, type above, and below either the value itself or the place of its bytes.
 */

/** A stored value. Zero is "nothing", as an empty text or a list without items is. */
export type Value = number;

const HEADER_BYTES = 8;
const ALIGNMENT = 8;
const TYPE = {
	integer: 1,
	integer32: 2,
	integer64: 3,
	blob8: 8,
	blob16: 9,
	blob32: 10,
	array: 13,
	object: 14
};
const BLOCK = { database: 0, data: 2 };

/** Collects values; equal bytes are stored once. */
export class Database {
	#bytes = Buffer.alloc(HEADER_BYTES);
	readonly #known = new Map<string, number>();

	integer(value: number): Value {
		if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not storable: ${value}`);
		if (value < 2 ** 28) return word(TYPE.integer, value);
		if (value < 2 ** 32) return word(TYPE.integer32, this.#store(uint32(value), 4));
		const bytes = Buffer.alloc(8);
		bytes.writeBigUInt64LE(BigInt(value));
		return word(TYPE.integer64, this.#store(bytes, 8));
	}

	blob(content: string | Buffer): Value {
		const bytes = Buffer.from(content);
		const { length } = bytes;
		if (length === 0) return 0;
		if (length < 2 ** 8) return word(TYPE.blob8, this.#store(Buffer.concat([Buffer.of(length), bytes]), 1));
		const size = uint32(length);
		if (length < 2 ** 16) {
			return word(TYPE.blob16, this.#store(Buffer.concat([size.subarray(0, 2), bytes]), 2));
		}
		return word(TYPE.blob32, this.#store(Buffer.concat([size, bytes]), 4));
	}

	/** A list; the readers of names want it sorted by them. */
	array(items: readonly Value[]): Value {
		return this.#slots(TYPE.array, items);
	}

	/** An object by the numbers of its slots, which count from 1. */
	object(slots: Readonly<Record<number, Value>>): Value {
		const last = Math.max(0, ...Object.keys(slots).map(Number));
		return this.#slots(
			TYPE.object,
			Array.from({ length: last }, (_, index) => slots[index + 1] ?? 0)
		);
	}

	/** The database's bytes: version 0, readable by readers of version 0. */
	finish(root: Value): Buffer {
		const bytes = Buffer.from(this.#bytes);
		bytes.writeUInt32LE(root, 4);
		return bytes;
	}

	#slots(type: number, values: readonly Value[]): Value {
		const used = values.findLastIndex((value) => value !== 0) + 1;
		if (used === 0) return 0;
		return word(type, this.#store(Buffer.concat([used + 1, ...values.slice(0, used)].map(uint32)), 4));
	}

	#store(bytes: Buffer, alignment: number): number {
		const key = `${alignment}:${bytes.toString('latin1')}`;
		const known = this.#known.get(key);
		if (known !== undefined) return known;
		const padding = padTo(this.#bytes.length, alignment);
		const place = this.#bytes.length + padding.length;
		this.#bytes = Buffer.concat([this.#bytes, padding, bytes]);
		this.#known.set(key, place);
		return place;
	}
}

/** The whole file: compressed, unsigned. `data` are the blocks after the database. */
export async function adbFile(
	schema: 'pckg' | 'indx',
	database: Buffer,
	data: readonly Buffer[] = []
): Promise<Buffer> {
	const blocks = [block(BLOCK.database, database), ...data.map((content) => block(BLOCK.data, content))];
	const plain = Buffer.concat([Buffer.from('ADB.' + schema), ...blocks]);
	return Buffer.concat([Buffer.from('ADBd'), await deflate(plain)]);
}

export function sha256(bytes: Buffer): Buffer {
	return createHash('sha256').update(bytes).digest();
}

export function uint32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(value);
	return bytes;
}

/** The size counts the word in front of the content, not the padding behind it. */
function block(type: number, content: Buffer): Buffer {
	const size = 4 + content.length;
	if (size >= 2 ** 30) throw new RangeError('a block of 1 GiB or more needs the extended form');
	return Buffer.concat([uint32(type * 2 ** 30 + size), content, padTo(size, ALIGNMENT)]);
}

function padTo(length: number, alignment: number): Buffer {
	return Buffer.alloc((alignment - (length % alignment)) % alignment);
}

function word(type: number, payload: number): Value {
	if (payload >= 2 ** 28) throw new RangeError('the database is larger than its words can address');
	return type * 2 ** 28 + payload;
}
