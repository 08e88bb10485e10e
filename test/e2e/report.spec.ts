// SPDX-License-Identifier: Apache-2.0
/** The report for a bug tracker. */
import { readFile } from 'node:fs/promises';
import { expectNoScrollingSideways, expectReadable, LOOKS } from './harness/looks.ts';
import { expect, test } from './harness/test.ts';

test.use({ scenario: 'not-covered' });

const opened = 'Versions, devices, flowtable';

test('is made when it is opened, tells what was found, and names no address unless asked', async ({
	openTab,
	page,
	router
}) => {
	const tab = await openTab();
	await expect(tab.report).toBeVisible();
	expect(router.pluginCalls.map(({ method }) => method)).not.toContain('get_report');
	await tab.report.getByRole('heading').click();
	await expect(tab.report).toContainText(opened);
	const text = tab.report.locator('pre');
	await expect(text).toContainText(/Kernel +\d/);
	await expect(text).toContainText('uplink_not_covered');
	await expect(text).toContainText('pppoe-wan');
	await expect(text).not.toContainText(/\b\d+\.\d+\.\d+\.\d+\b/);

	const [download] = await Promise.all([
		page.waitForEvent('download'),
		tab.report.getByRole('button', { name: 'Download' }).click()
	]);
	expect(await readFile(await download.path(), 'utf8')).toBe(await text.textContent());
	await tab.report.getByRole('button', { name: 'Copy' }).click();
	await expect(tab.report.getByRole('status')).toHaveText('Copied.');

	await tab.report.getByRole('checkbox').check();
	await expect.poll(() => router.pluginCalls.filter(({ method }) => method === 'get_report').length).toBe(2);
	await expect(text).toContainText('uplink_not_covered');
});

test('a router that cannot make it says why', async ({ openTab, router }) => {
	const tab = await openTab();
	await expect(tab.report).toBeVisible();
	router.kernel.remove('usr/libexec/rpcd/luci.nft-offload');
	await tab.report.getByRole('heading').click();
	await expect(tab.report).toContainText('gave no answer');
	await expect(tab.report.locator('pre')).toHaveCount(0);
});

test('reads and fits in every look', async ({ openTab, page }) => {
	const tab = await openTab();
	await tab.report.getByRole('heading').click();
	await expect(tab.report.locator('pre')).toBeVisible();
	for (const { colorScheme, width } of LOOKS) {
		await page.emulateMedia({ colorScheme });
		await page.setViewportSize({ width, height: 800 });
		await expectReadable(page);
		await expectNoScrollingSideways(page);
	}
});
