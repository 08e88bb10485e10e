// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from '@playwright/test';
import browser from '../../playwright.config.ts';
import { FACTOR } from './until.ts';

/** The product on a real OpenWrt: one boot, one router, so one test at a time. */
export default defineConfig({
	testDir: 'cases',
	globalSetup: './setup.ts',
	// Apart from test-results/, which the other browser tests empty.
	outputDir: '../../build/vm/results',
	forbidOnly: process.env['CI'] !== undefined,
	workers: 1,
	reporter: [['list'], ['./table.ts']],
	// An emulated processor is ten to twenty times slower than a real one.
	timeout: 180_000 * FACTOR,
	expect: { timeout: 40_000 * FACTOR },
	use: browser.use ?? {}
});
