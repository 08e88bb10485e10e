// SPDX-License-Identifier: Apache-2.0
import { configDefaults, defineConfig } from 'vitest/config';
import everything from '../../vitest.config.ts';

/** `make test-install`: also what `make test` has no time for. */
export default defineConfig({
	test: { ...everything.test, include: ['test/install/*.test.ts'], exclude: configDefaults.exclude }
});
