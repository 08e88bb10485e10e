// SPDX-License-Identifier: Apache-2.0
/**
 * opkg's database of installed packages, /usr/lib/opkg/status. opkg writes it anew at its end, neither aside nor
 * synced: killed there, or without power, it has forgotten what is installed. A copy beside it, on the flash, is made
 * before an installation. It goes when opkg has ended, or, where no job saw that, when the next one begins; and with
 * our package (packaging/scripts/refresh).
 */
import { rename, stat, unlink } from 'fs';
import { run } from 'nft_offload.base.command';
import { is_there, read_piece } from 'nft_offload.base.files';
import { OPKG_DATABASE } from 'nft_offload.state.package';

const COPY = `${OPKG_DATABASE}.nft-offload`;
const NEW = `${COPY}.new`;

/** Seconds: slow flash may have much to write. */
const FLASH_LIMIT = 60;

/** Each record ends with an empty line, the last one included. */
function is_whole(path: string): boolean {
	return read_piece(path, max((stat(path)?.size ?? 0) - 2, 0), 2) === '\n\n';
}

/** Keeps a copy, all of it or none; in words, why none could be made. */
function keep_status(): string | null {
	const copied = run('/bin/cp', ['-p', OPKG_DATABASE, NEW], FLASH_LIMIT);
	if (copied.status !== 0 || stat(NEW)?.size !== stat(OPKG_DATABASE)?.size) {
		unlink(NEW);
		return `no copy of ${OPKG_DATABASE} could be made: ${copied.output}`;
	}
	run('/bin/sync', [], FLASH_LIMIT);
	return rename(NEW, COPY) === true ? null : `${NEW} cannot be renamed`;
}

/** Takes the copy away where the database is whole, and puts it in its place where that was cut off. No opkg of ours may run. */
function release_status(): void {
	unlink(NEW);
	if (!is_there(COPY)) {
		return;
	}
	if (is_whole(OPKG_DATABASE)) {
		run('/bin/sync', [], FLASH_LIMIT);
		unlink(COPY);
	} else if (is_whole(COPY)) {
		rename(COPY, OPKG_DATABASE);
	}
}

export { keep_status, release_status };
