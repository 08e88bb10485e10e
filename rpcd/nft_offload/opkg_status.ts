// SPDX-License-Identifier: Apache-2.0
/**
 * opkg's database of installed packages, /usr/lib/opkg/status. opkg writes it anew at its end, neither aside nor
 * synced: killed there, or without power, it has forgotten what is installed. A copy beside it, on the flash, is kept
 * from before an installation until after it.
 */
import { rename, stat, unlink } from 'fs';
import { run } from 'nft_offload.command';
import { is_there, read_piece } from 'nft_offload.files';
import { OPKG_DATABASE } from 'nft_offload.package';

const COPY = `${OPKG_DATABASE}.nft-offload`;

/** Each record ends with an empty line, the last one included. */
function is_whole(path: string): boolean {
	return read_piece(path, max((stat(path)?.size ?? 0) - 2, 0), 2) === '\n\n';
}

/** Copies so that the target is the old file or the new one, whatever happens. */
function copy(source: string, target: string): boolean {
	const copied = run('/bin/cp', ['-p', source, `${target}.new`]).status === 0;
	if (!copied || stat(`${target}.new`)?.size !== stat(source)?.size) {
		unlink(`${target}.new`);
		return false;
	}
	run('/bin/sync', []);
	return rename(`${target}.new`, target) === true;
}

/** Keeps a copy; false where there is no room for it. */
function keep_status(): boolean {
	return copy(OPKG_DATABASE, COPY);
}

/** Puts the copy back where an installation that was cut off has left less than that. */
function mend_status(): void {
	if (is_there(COPY) && !is_whole(OPKG_DATABASE) && is_whole(COPY)) {
		copy(COPY, OPKG_DATABASE);
	}
}

/** Ends an installation: the database is mended if it must be, and the copy goes. */
function release_status(): void {
	mend_status();
	if (is_whole(OPKG_DATABASE)) {
		unlink(COPY);
		run('/bin/sync', []);
	}
}

export { keep_status, mend_status, release_status };
