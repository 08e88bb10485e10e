// SPDX-License-Identifier: Apache-2.0
/** Playwright's `test` on the shared router: logged in by LuCI's own form, restored afterwards, noise fails it. */
import { expect, test as base, type Page } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Tab } from '../e2e/harness/tab.ts';
import { logIn, LOGIN_NOISE } from './release.ts';
import { answers } from './product.ts';
import { complaints, mark, restore } from './restore.ts';
import { PASSWORD, Router } from './router.ts';
import { readMachine, SKIPPED } from './setup.ts';
import { stopTraffic } from './traffic.ts';

export { expect };

export const OUR_PAGE = '/cgi-bin/luci/admin/network/firewall/offload';
const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));

interface Options {
	/** What the browser may complain about in this test, with the reason beside it. */
	allowedComplaints: RegExp;
}

interface Fixtures {
	router: Router;
	/** Logs in with LuCI's form and opens our tab by its menu entry. */
	openTab: () => Promise<Tab>;
}

export const test = base.extend<Options & Fixtures, { shared: Router }>({
	allowedComplaints: [/(?!)/, { option: true }],

	shared: [
		// eslint-disable-next-line no-empty-pattern -- Playwright reads from this which fixtures it needs
		async ({}, use) => {
			const skipped = process.env[SKIPPED];
			base.skip(skipped !== undefined, skipped);
			const router = await Router.attach(readMachine());
			await use(router);
			router.detach();
		},
		{ scope: 'worker' }
	],

	baseURL: async ({ shared }, use) => {
		await use(shared.machine.http);
	},

	router: async ({ shared }, use, { title }) => {
		await mark(shared, title);
		await use(shared);
		const noise = await complaints(shared);
		const failed = await stopTraffic(shared);
		if (failed !== '') console.log(`a download failed on the router: ${failed}`);
		await restore(shared);
		expect(noise, 'what the router logged as errors').toEqual([]);
	},

	openTab: async ({ router, page }, use) => {
		await answers(router);
		await use(async () => {
			await logIn(page, OUR_PAGE, 'root', PASSWORD);
			return new Tab(page);
		});
	},

	// In the page's own fixture, so that a test that needs no browser starts none.
	page: async ({ page, allowedComplaints }, use) => {
		const noise: string[] = [];
		page.on('pageerror', (error) => noise.push(`${error.name}: ${error.message}`));
		page.on('console', (message) => {
			if (['error', 'warning'].includes(message.type())) noise.push(message.text());
		});
		await use(page);
		const unexpected = noise.filter((text) => !LOGIN_NOISE.test(text) && !allowedComplaints.test(text));
		expect(unexpected, 'what the browser complained about').toEqual([]);
	}
});

/** With `OPENWRT_SCREENSHOTS=1`, shows in docs/ what the test has reached. */
export async function shoot(page: Page, name: string): Promise<void> {
	if (!process.env['OPENWRT_SCREENSHOTS']) return;
	mkdirSync(DOCS, { recursive: true });
	// LuCI notes above every page that this router lives in memory, which is so in the tests alone.
	const style = '#maincontent > .alert-message { display: none }';
	await page.screenshot({ path: `${DOCS}${name}.png`, style });
}
