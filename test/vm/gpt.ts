// SPDX-License-Identifier: Apache-2.0
/** A disk with one partition that has a name, as a GUID partition table gives it (UEFI specification, chapter 5). */
import { crc32 } from 'node:zlib';

const SECTOR = 512;
/** Of the table and of its copy at the end: the header, and 32 sectors of entries. */
const ENTRIES = 32;
const ENTRY_BYTES = 128;
const MEBIBYTE = 1024 * 1024;
/** "Linux filesystem data", and made-up names of the disk and of its partition. */
const TYPE = 'af3dc60f838472478e793d69d8477de4';
const DISK = '00112233445566778899aabbccddeeff';
const PARTITION = 'ffeeddccbbaa99887766554433221100';

/** The whole disk. Its partition begins at the first mebibyte, and is empty. */
export function namedPartition(name: string, mebibytes: number): Buffer {
	const disk = Buffer.alloc(mebibytes * MEBIBYTE);
	const last = disk.length / SECTOR - 1;
	const entries = Buffer.alloc(ENTRIES * SECTOR);
	entries.write(TYPE + PARTITION, 'hex');
	entries.writeBigUInt64LE(BigInt(MEBIBYTE / SECTOR), 32);
	entries.writeBigUInt64LE(BigInt(last - ENTRIES - 1), 40);
	entries.write(name, 56, 'utf16le');

	protectiveRecord(last).copy(disk);
	header(1, last, 2, entries).copy(disk, SECTOR);
	entries.copy(disk, 2 * SECTOR);
	entries.copy(disk, (last - ENTRIES) * SECTOR);
	header(last, 1, last - ENTRIES, entries).copy(disk, last * SECTOR);
	return disk;
}

/** What programs see that know no such table: a disk that is taken. */
function protectiveRecord(last: number): Buffer {
	const record = Buffer.alloc(SECTOR);
	record.write('00000200eeffffff01000000', 446, 'hex');
	record.writeUInt32LE(last, 458);
	record.write('55aa', 510, 'hex');
	return record;
}

function header(here: number, other: number, firstOfEntries: number, entries: Buffer): Buffer {
	const sector = Buffer.alloc(SECTOR);
	const last = Math.max(here, other);
	sector.write('EFI PART');
	sector.writeUInt32LE(0x10000, 8);
	sector.writeUInt32LE(92, 12);
	const places = [here, other, ENTRIES + 2, last - ENTRIES - 1];
	places.forEach((place, index) => sector.writeBigUInt64LE(BigInt(place), 24 + 8 * index));
	sector.write(DISK, 56, 'hex');
	sector.writeBigUInt64LE(BigInt(firstOfEntries), 72);
	sector.writeUInt32LE(entries.length / ENTRY_BYTES, 80);
	sector.writeUInt32LE(ENTRY_BYTES, 84);
	sector.writeUInt32LE(crc32(entries), 88);
	sector.writeUInt32LE(crc32(sector.subarray(0, 92)), 16);
	return sector;
}
