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

/** Replaces a record as a whole; where memory is full the old one stays. Calls run side by side, so each writes a file of its own first. */
function write_record(name: string, record: object): void {
	const fresh = `${DIRECTORY}/${name}.${readlink('/proc/self') ?? 'new'}`;
	mkdir(DIRECTORY, ROOT_ALONE);
	const file = open(fresh, 'w');
	if (file == null) {
		return;
	}
	const text = sprintf('%J', record);
	file.write(text);
	file.close();
	// On a full file system both have reported success.
	if (stat(fresh)?.size === length(text)) {
		rename(fresh, `${DIRECTORY}/${name}`);
	} else {
		unlink(fresh);
	}
}

/** A record as it was written; null where there is none, or none that is whole. */
function read_record(name: string): Record<string, unknown> | null {
	const value = parse_json(read_file(`${DIRECTORY}/${name}`, RECORD_LIMIT) ?? '');
	return is_object(value) ? value : null;
}

export { DIRECTORY, read_record, write_record };
