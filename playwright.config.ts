// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

/** A browser is named in CHROMIUM or found on the PATH; Playwright never brings its own. */
const executablePath = execFileSync(fileURLToPath(new URL('test/chromium', import.meta.url)), {
	encoding: 'utf8'
}).trim();

export default defineConfig({
	testDir: 'test/e2e',
	globalSetup: './test/e2e/harness/stage.ts',
	outputDir: 'test-results',
	fullyParallel: true,
	forbidOnly: process.env['CI'] !== undefined,
	workers: 2,
	reporter: [['list']],
	// The page looks at the router every five seconds, and a busy machine takes its time.
	expect: { timeout: 30_000 },
	timeout: 120_000,
	use: {
		launchOptions: {
			executablePath,
			args: [
				'--no-sandbox',
				'--disable-gpu',
				'--disable-quic',
				'--no-first-run',
				'--disable-background-networking',
				'--disable-component-update',
				'--disable-sync'
			]
		},
		trace: 'retain-on-failure',
		screenshot: 'only-on-failure'
	}
});
