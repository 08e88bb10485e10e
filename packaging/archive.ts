// SPDX-License-Identifier: Apache-2.0
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { gzip } from './compress.ts';

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
