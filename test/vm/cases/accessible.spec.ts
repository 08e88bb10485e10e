// SPDX-License-Identifier: Apache-2.0
/** axe and our own measure of contrast, on real LuCI in its own theme, light, dark and on a phone. */
import { expectAccessible } from '../../e2e/harness/accessible.ts';
import { expectNoScrollingSideways, LOOKS } from '../../e2e/harness/looks.ts';
import { SOFTWARE } from '../offloading.ts';
import { expect, shoot, test } from '../test.ts';
import { startDownload, untilMarked } from '../traffic.ts';

test('nothing that axe finds, folded, open, in a review and while a change runs', async ({
	openTab,
	router,
	page
}) => {
	await router.run(SOFTWARE);
	await startDownload(router);
	await untilMarked(router, 'ipv4', 'tcp');
	const tab = await openTab();
	for (const { colorScheme, width } of LOOKS) {
		await page.emulateMedia({ colorScheme });
		await page.setViewportSize({ width, height: 800 });
		await page.reload();
		await expect(tab.connections.getByRole('row').nth(1)).toBeVisible();
		await expect(tab.report).toBeVisible();
		await expectAccessible(page);
		for (const details of await page.locator('#nft-offload details > summary').all()) await details.click();
		await expect(tab.report.locator('pre')).toContainText('nft_flow_offload');
		await expectAccessible(page);
		await expectNoScrollingSideways(page);
	}
	await tab.review('Off');
	await expect(tab.dialog).toBeVisible();
	await expectAccessible(page);
	await tab.button('Save & Apply').click();
	await expect(tab.change).toBeVisible();
	await expectAccessible(page);
	// Whatever is proved meanwhile, it ends.
	await router.try('nft-offload change undo');
	await expect(tab.outcome).toBeVisible();
	await expectAccessible(page);
});

test('the row on the overview says what is, and leads to the page', async ({ openTab, router, page }) => {
	await router.run(SOFTWARE);
	await openTab();
	await page.goto('/cgi-bin/luci/admin/status/overview');
	const section = page
		.locator('.cbi-section')
		.filter({ has: page.getByRole('heading', { name: 'Flow Offloading' }) });
	await expect(section).toContainText(/ModeSoftware.*Findings0$/);
	await section.scrollIntoViewIfNeeded();
	await shoot(page, '15-overview');
	await section.getByRole('link', { name: 'Software' }).click();
	await expect(page).toHaveURL(/admin\/network\/firewall\/offload/);
});
