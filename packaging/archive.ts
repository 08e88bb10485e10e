// SPDX-License-Identifier: Apache-2.0
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** A member of an archive; one without content is a directory. */
export interface Member {
	readonly name: string;
	readonly mode: number;
	readonly content?: Buffer | string;
}

/** A gzipped tar in which nothing depends on the machine or the hour: the given order and date, owned by root. */
export async function tarGzip(members: readonly Member[], date: number): Promise<Buffer> {
	const archive = pack();
	for (const { name, mode, content } of members) {
		const header = { name, mode, mtime: new Date(date * 1000), uid: 0, gid: 0, uname: 'root', gname: 'root' };
		if (content === undefined) archive.entry({ ...header, type: 'directory' });
		else archive.entry({ ...header, type: 'file' }, content);
	}
	archive.finalize();
	return gzip(await buffer(archive));
}

/** Gzip without a name or a time; the byte that tells the system which packed it says "unix" everywhere. */
export function gzip(data: Buffer | string): Buffer {
	const packed = gzipSync(data, { level: 9 });
	packed[9] = 3;
	return packed;
}
