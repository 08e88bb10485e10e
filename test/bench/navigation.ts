// SPDX-License-Identifier: Apache-2.0
/** How long the page takes from navigation to live status, beside LuCI's own firewall page on the same router. */
import type { Page } from '@playwright/test';
import { FIREWALL, launch, logIn, openPage } from './browser.ts';
import { median } from './median.ts';

const ROUNDS = 5;

/** A page, and what shows that it knows the router's state. */
const PAGES = {
	ours: { path: `${FIREWALL}/offload`, ready: '.nfo-headline h3' },
	luci: { path: `${FIREWALL}/zones`, ready: '.cbi-section-table-row' }
};

/** Lines of figures: medians of several visits of both in turn, with a browser that knows neither's files, and one that does. */
export async function benchNavigation(http: string): Promise<string[]> {
	const browser = await launch();
	try {
		const page = await openPage(browser);
		await logIn(page, `${http}${PAGES.luci.path}`);
		const cold = await rounds(http, () => openPage(browser, page.context()));
		// The last visits have filled no cache of this one.
		for (const name of ['luci', 'ours'] as const) await visitTime(page, http, name);
		const warm = await rounds(http, () => Promise.resolve(page));
		return [...told('cold', cold), ...told('warm', warm)];
	} finally {
		await browser.close();
	}
}

type Times = Record<keyof typeof PAGES, number>;

async function rounds(http: string, tab: () => Promise<Page>): Promise<Times> {
	const times = { ours: [] as number[], luci: [] as number[] };
	for (let round = 0; round < ROUNDS; round++)
		for (const name of ['luci', 'ours'] as const) times[name].push(await visitTime(await tab(), http, name));
	return { ours: median(times.ours), luci: median(times.luci) };
}

function told(name: string, { ours, luci }: Times): string[] {
	return [
		`from navigation to live status, ${name}: ${(ours / luci).toFixed(2)} times LuCI's firewall page`,
		`  (${(ours / 1000).toFixed(2)} s and ${(luci / 1000).toFixed(2)} s)`
	];
}

async function visitTime(page: Page, http: string, name: keyof typeof PAGES): Promise<number> {
	const { path, ready } = PAGES[name];
	const started = performance.now();
	await page.goto(`${http}${path}`, { waitUntil: 'commit' });
	await page.locator(ready).first().waitFor();
	return performance.now() - started;
}
