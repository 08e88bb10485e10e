// SPDX-License-Identifier: Apache-2.0
/** axe, on the page as it is, with all that can be opened open, in a review, and while a change runs. */
import { expectAccessible } from './harness/accessible.ts';
import { LOOKS } from './harness/looks.ts';
import { expect, test } from './harness/test.ts';
import type { Page } from '@playwright/test';

/** In each look, and with all that is folded unfolded. */
async function expectAllAccessible(page: Page): Promise<void> {
	for (const { colorScheme, width } of LOOKS) {
		await page.emulateMedia({ colorScheme });
		await page.setViewportSize({ width, height: 800 });
		await expectAccessible(page);
	}
}

for (const scenario of ['software', 'not-covered', 'no-engine', 'drifted', 'hardware'] as const) {
	test.describe(scenario, () => {
		test.use({ scenario });

		test('has no fault that axe finds, folded or open', async ({ openTab, page }) => {
			const tab = await openTab();
			await expect(tab.report).toBeVisible();
			await expectAllAccessible(page);
			for (const details of await page.locator('#nft-offload details > summary').all()) await details.click();
			await expect(tab.report.locator('pre')).toBeVisible();
			await tab.connections.getByRole('button', { name: 'Eligible share' }).click();
			await expectAllAccessible(page);
		});
	});
}

test.describe('a change', () => {
	test.use({ scenario: 'cpu' });

	test('has none either, reviewed and under way', async ({ openTab, page }) => {
		const tab = await openTab();
		await tab.review('Software');
		await expect(tab.dialog).toBeVisible();
		await expectAccessible(page);
		await tab.button('Save & Apply').click();
		await expect(tab.change).toBeVisible();
		await expectAccessible(page);
		await expect(tab.outcome).toBeVisible();
		await expect(tab.button('Review change')).toHaveAttribute('aria-disabled', 'true');
		await expectAccessible(page);
	});
});
