// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A regular file of an installed tree; there are no others in ours. */
export interface TreeFile {
	/** Below the router's root, without a leading slash. */
	readonly path: string;
	readonly mode: 0o644 | 0o755;
	readonly content: Buffer;
}

/** The regular files below a directory, in the order of their paths' bytes. Of the mode, only "executable" counts. */
export function readTree(directory: string): TreeFile[] {
	return readdirSync(directory, { recursive: true, withFileTypes: true })
		.filter((entry) => !entry.isDirectory())
		.map((entry): TreeFile => {
			const path = join(entry.parentPath, entry.name);
			if (!entry.isFile()) throw new Error(`neither a file nor a directory: ${path}`);
			return {
				path: path.slice(join(directory, '/').length),
				mode: (statSync(path).mode & 0o100) === 0 ? 0o644 : 0o755,
				content: readFileSync(path)
			};
		})
		.sort((a, b) => byBytes(a.path, b.path));
}

/** The directories that hold these files, parents before children, without the root. */
export function directoriesOf(files: readonly TreeFile[]): string[] {
	const directories = new Set<string>();
	for (const { path } of files) {
		for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
			directories.add(path.slice(0, end));
		}
	}
	return [...directories].sort(byBytes);
}

/** Bytes that the files take when they are unpacked. */
export function installedSize(files: readonly TreeFile[]): number {
	return files.reduce((sum, file) => sum + file.content.length, 0);
}

/** Order by bytes, whatever the locale: what both package managers and reproducible archives want. */
export function byBytes(a: string, b: string): number {
	return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
