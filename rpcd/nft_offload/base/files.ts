// SPDX-License-Identifier: Apache-2.0
/** Small files and directories of the router. */
import { access, lsdir, open, stat } from 'fs';

/** The file's bytes from an offset on, at most `limit` of them; null where it cannot be read. */
function read_piece(path: string, offset: number, limit: number): string | null {
	const file = open(path, 'r');
	if (file == null) {
		return null;
	}
	file.seek(offset);
	const text = file.read(limit);
	file.close();
	return text;
}

/** The file's first bytes. */
function read_file(path: string, limit: number): string | null {
	return read_piece(path, 0, limit);
}

/** What a file of one line says, without the line's end; empty where there is none. At most 4 KiB. */
function read_line(path: string): string {
	return trim(read_file(path, 4096) ?? '');
}

/** What tells the file from another that takes its place, which has another inode, or is written over it at another time or in another size; empty where there is none. */
function file_stamp(path: string): string {
	const file = stat(path);
	return file == null ? '' : `${file.inode}-${file.size}-${file.mtime}`;
}

function is_there(path: string): boolean {
	return access(path) === true;
}

/** Whether the path names a program that can be run. */
function is_program(path: string): boolean {
	return access(path, 'x') === true;
}

/** Names in a directory; none where it is not there. */
function list(path: string): string[] {
	return lsdir(path) ?? [];
}

export { file_stamp, read_file, read_line, read_piece, is_there, is_program, list };
