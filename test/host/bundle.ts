// SPDX-License-Identifier: Apache-2.0
/** Bundles the host into JavaScript: a process for every call has no time to strip types. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** Writes the bundle, and guard, include and comparison beside the plugin, and returns the plugin's path, to be run with Node's option --experimental-vm-modules. */
export async function bundleHost(directory = join(PROJECT, 'build/host')): Promise<string> {
	await build({
		configFile: false,
		root: PROJECT,
		logLevel: 'error',
		build: {
			ssr: true,
			outDir: directory,
			emptyOutDir: true,
			rolldownOptions: {
				input: {
					plugin: 'test/host/plugin.ts',
					guard: 'test/host/guard.ts',
					include: 'test/host/include.ts',
					compare: 'test/host/compare.ts'
				},
				output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' }
			}
		}
	});
	return join(directory, 'plugin.mjs');
}
