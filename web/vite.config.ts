// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vite';

/**
 * One ES module and one stylesheet, without hashes: uhttpd sends neither compressed, serves `.js` but not `.mjs`
 * as JavaScript, and LuCI's view appends the version to their names.
 */
export default defineConfig({
	root: import.meta.dirname,
	oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
	define: { 'process.env.NODE_ENV': '"production"' },
	build: {
		outDir: '../build/web',
		emptyOutDir: true,
		target: 'es2022',
		minify: true,
		lib: { entry: 'src/main.tsx', formats: ['es'], fileName: () => 'nft-offload.js', cssFileName: 'nft-offload' }
	}
});
