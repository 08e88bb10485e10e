// SPDX-License-Identifier: Apache-2.0
/** The whole change without a mouse. */
import { expect, test } from './harness/test.ts';

test('by keyboard alone: choose, review, leave, review again, apply', async ({ openTab, page }) => {
	const tab = await openTab();
	await expect(tab.state.getByRole('heading')).toBeVisible();
	await tab.mode('Off').focus();
	await page.keyboard.press('ArrowRight');
	await expect(tab.mode('Software')).toBeChecked();
	await page.keyboard.press('Tab');
	await expect(tab.button('Review change')).toBeFocused();
	await page.keyboard.press('Enter');

	await expect(tab.button('Apply and verify')).toBeFocused();
	await page.keyboard.press('Escape');
	await expect(tab.dialog).toHaveCount(0);
	await expect(tab.mode('Software')).toBeFocused();

	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await expect(tab.button('Apply and verify')).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(tab.outcome).toContainText('Changed to Software');
});
