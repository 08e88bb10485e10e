// SPDX-License-Identifier: Apache-2.0
/** Bundles the host into one JavaScript file: a process for every call has no time to strip types. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** Writes the bundle and returns its path, to be run with Node's option --experimental-vm-modules. */
export async function bundleHost(directory = join(PROJECT, 'build/host')): Promise<string> {
	await build({
		configFile: false,
		root: PROJECT,
		logLevel: 'error',
		build: {
			ssr: 'test/host/plugin.ts',
			outDir: directory,
			emptyOutDir: true,
			rolldownOptions: { output: { entryFileNames: 'plugin.mjs' } }
		}
	});
	return join(directory, 'plugin.mjs');
}
