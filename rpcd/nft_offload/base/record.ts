// SPDX-License-Identifier: Apache-2.0
/** Small records in memory, which are gone after a reboot. A reader sees the old one or the new one. */
import { mkdir, open, readlink, rename, stat, unlink } from 'fs';
import { read_file } from 'nft_offload.base.files';
import { is_object, parse_json } from 'nft_offload.base.value';

const DIRECTORY = '/var/run/nft-offload';
/** Bytes. */
const RECORD_LIMIT = 65536;
/** rwx------ */
const ROOT_ALONE = 448;

/**
 * Replaces a file as a whole, whether that worked; where its file system is full the old one stays. Calls run side by side, so
 * each writes a file of its own first.
 */
function write_whole(path: string, text: string): boolean {
	const fresh = `${path}.${readlink('/proc/self') ?? 'new'}`;
	const file = open(fresh, 'w');
	if (file == null) {
		return false;
	}
	file.write(text);
	file.close();
	// On a full file system both have reported success.
	if (stat(fresh)?.size === length(text) && rename(fresh, path) === true) {
		return true;
	}
	unlink(fresh);
	return false;
}

/** The name of a file of ours in memory that no other process uses: calls run side by side. */
function own_name(name: string): string {
	mkdir(DIRECTORY, ROOT_ALONE);
	return `${name}-${readlink('/proc/self') ?? 'new'}`;
}

/** Replaces a record, whether that worked. */
function write_record(name: string, record: object): boolean {
	mkdir(DIRECTORY, ROOT_ALONE);
	return write_whole(`${DIRECTORY}/${name}`, sprintf('%J', record));
}

/** A record as it was written; null where there is none, or none that is whole, of at most so many bytes. */
function read_record(name: string, limit?: number): Record<string, unknown> | null {
	const value = parse_json(read_file(`${DIRECTORY}/${name}`, limit ?? RECORD_LIMIT) ?? '');
	return is_object(value) ? value : null;
}

export { DIRECTORY, own_name, read_record, ROOT_ALONE, write_record, write_whole };
