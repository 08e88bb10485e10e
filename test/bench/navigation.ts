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

/** Lines of figures: medians of several visits in turn, with a browser that knows both pages' files. */
export async function benchNavigation(http: string): Promise<string[]> {
	const browser = await launch();
	try {
		const page = await openPage(browser);
		await logIn(page, `${http}${PAGES.luci.path}`);
		const times = { ours: [] as number[], luci: [] as number[] };
		for (let round = 0; round <= ROUNDS; round++) {
			const visit = { luci: await visitTime(page, http, 'luci'), ours: await visitTime(page, http, 'ours') };
			// The first visit of each fills the cache.
			if (round === 0) continue;
			times.luci.push(visit.luci);
			times.ours.push(visit.ours);
		}
		const [ours, luci] = [median(times.ours), median(times.luci)];
		return [
			`from navigation to live status: ${(ours / luci).toFixed(2)} times LuCI's firewall page`,
			`  (${(ours / 1000).toFixed(2)} s and ${(luci / 1000).toFixed(2)} s)`
		];
	} finally {
		await browser.close();
	}
}

async function visitTime(page: Page, http: string, name: keyof typeof PAGES): Promise<number> {
	const { path, ready } = PAGES[name];
	const started = performance.now();
	await page.goto(`${http}${path}`, { waitUntil: 'commit' });
	await page.locator(ready).first().waitFor();
	return performance.now() - started;
}
