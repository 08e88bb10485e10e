// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

/**
 * One ES module and one stylesheet, without hashes: uhttpd sends neither compressed, serves `.js` but not `.mjs`
 * as JavaScript, and LuCI's view appends the version to their names. Not Vite's library mode, which would leave
 * the white space in.
 */
export default defineConfig({
	root: import.meta.dirname,
	oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
	build: {
		outDir: '../build/web',
		emptyOutDir: true,
		target: 'es2022',
		cssCodeSplit: false,
		modulePreload: false,
		rolldownOptions: {
			input: resolve(import.meta.dirname, 'src/main.tsx'),
			preserveEntrySignatures: 'strict',
			output: { entryFileNames: 'nft-offload.js', assetFileNames: 'nft-offload[extname]' }
		}
	}
});
