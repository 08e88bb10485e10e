// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT = fileURLToPath(new URL('../', import.meta.url));
export const DIST = join(PROJECT, 'dist');

/** Runs the body when the module is the program that was started. A failure is one line and exit status 1. */
export async function asCommand(module: string, body: () => Promise<void> | void): Promise<void> {
	if (process.argv[1] !== module) return;
	try {
		await body();
	} catch (error) {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	}
}

/** Writes a file into dist/ and says so. */
export function writeDist(name: string, content: Buffer | string): void {
	writeFileSync(join(DIST, name), content);
	console.log(`dist/${name}: ${Buffer.byteLength(content)} bytes`);
}
