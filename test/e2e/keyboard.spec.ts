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

	await expect(tab.button('Save & Apply')).toBeFocused();
	await page.keyboard.press('Escape');
	await expect(tab.dialog).toHaveCount(0);
	await expect(tab.button('Review change')).toBeFocused();
	// What was put away stays nowhere chosen.
	await expect(tab.mode('Off')).toBeChecked();

	await page.keyboard.press('Shift+Tab');
	await expect(tab.mode('Off')).toBeFocused();
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await expect(tab.button('Save & Apply')).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(tab.change).toBeFocused();
	await expect(tab.outcome).toContainText('Changed to Software');
	await expect(tab.outcome).toBeFocused();

	await page.keyboard.press('Tab');
	await expect(tab.button('Undo: back to Off')).toBeFocused();
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await expect(tab.mode('Software')).toBeFocused();
});

test.describe('where nothing is seen', () => {
	test.use({ scenario: 'no-traffic' });

	test('the question takes the focus of who watches, and is answered from there', async ({
		openTab,
		page
	}) => {
		const tab = await openTab();
		await tab.changeTo('Software');
		await expect(tab.change.getByRole('heading', { name: 'Does the Internet work?' })).toBeFocused();
		await page.keyboard.press('Tab');
		await expect(tab.button('Keep')).toBeFocused();
		await page.keyboard.press('Enter');
		await expect(tab.outcome).toContainText('Kept by root');
	});
});
