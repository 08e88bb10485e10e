// SPDX-License-Identifier: Apache-2.0
/** Nothing is cut off and nothing needs scrolling sideways, however wide the theme makes its content. */
import type { Page } from '@playwright/test';
import { expectNoScrollingSideways } from './harness/looks.ts';
import { expect, PAGE_PATH, test } from './harness/test.ts';

test.use({ scenario: 'software' });

/** Texts with more in them than is seen. The picture cuts by itself, and its table has it all. Runs in the browser. */
function findCut(): string[] {
	const found: string[] = [];
	for (const element of document.querySelectorAll<HTMLElement>('#nft-offload *')) {
		if (
			!element.checkVisibility({ visibilityProperty: true }) ||
			element.closest('svg, bdi, .nfo-unseen, .nfo-skip, pre, input')
		)
			continue;
		const { overflowX, overflowY } = getComputedStyle(element);
		if (
			(overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1) ||
			(overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 1)
		)
			found.push(`${element.className}: ${element.textContent.slice(0, 40)}`);
	}
	return found;
}

/** Open details span all columns, and make none of their own. */
const rowsAsWideAsTable = (page: Page): Promise<boolean> =>
	page.locator('.nfo-cards').evaluate((table) => {
		const width = (element: Element) => Math.round(element.getBoundingClientRect().width);
		const cells = [...(table.querySelector('.nfo-flow')?.children ?? [])];
		const grid = getComputedStyle(table).display === 'block';
		return grid || Math.abs(cells.reduce((sum, cell) => sum + width(cell), 0) - width(table)) < cells.length;
	});

async function widen(page: Page, width: number): Promise<void> {
	await page.setViewportSize({ width: width + 40, height: 800 });
	await page.locator('#maincontent').evaluate((main, wide) => {
		main.style.maxWidth = 'none';
		main.style.width = `${wide}px`;
		main.style.padding = '0';
	}, width);
}

for (const view of ['connections', 'clients'])
	test(`${view}: from 320 to 1,200 pixels`, async ({ openTab, page }) => {
		const tab = await openTab(`${PAGE_PATH}#view=${view}`);
		await expect(tab.connections.getByRole('row').nth(1)).toContainText('B/s');
		if (view === 'connections')
			await tab.connections
				.getByRole('button', { name: /^Details of/ })
				.first()
				.click();
		for (const width of [320, 480, 639, 641, 720, 842, 901, 1000, 1200]) {
			await widen(page, width);
			expect(await page.evaluate(findCut), `cut off at ${width}`).toEqual([]);
			expect(await rowsAsWideAsTable(page), `rows at ${width}`).toBe(true);
			await expectNoScrollingSideways(page);
		}
	});
