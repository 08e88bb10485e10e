// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** Vite's helper fetches what a module needs beside it; ours need nothing, and it weighs more than some of them. */
const plainImports: Plugin = {
	name: 'plain-imports',
	enforce: 'pre',
	load: (id) => (id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : null)
};

/**
 * One ES module and one stylesheet for what is seen first, at most 60 kB together, since uhttpd compresses neither;
 * modules of their own for what is loaded on demand. No hashes: they lie in a folder of their version. `.js`, since
 * uhttpd does not know `.mjs`. Not Vite's library mode, which would leave the white space in.
 */
export default defineConfig({
	root: import.meta.dirname,
	plugins: [plainImports],
	oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
	build: {
		outDir: '../build/web',
		emptyOutDir: true,
		target: 'es2022',
		cssCodeSplit: false,
		modulePreload: false,
		rolldownOptions: {
			input: resolve(import.meta.dirname, 'src/main.tsx'),
			preserveEntrySignatures: 'allow-extension',
			output: {
				entryFileNames: 'nft-offload.js',
				chunkFileNames: 'nft-offload-[name].js',
				assetFileNames: 'nft-offload[extname]'
			}
		}
	}
});
