// SPDX-License-Identifier: Apache-2.0
import { expect, type Locator } from '@playwright/test';
import type { Tab } from '../e2e/harness/tab.ts';
import { until } from './until.ts';

/**
 * Has the page ask until a row that is in its list says what it should. A slow router rests half a minute between two
 * looks, and one download follows the other: a look may come when there is none.
 */
export async function untilListed(tab: Tab, row: Locator, text = /./): Promise<void> {
	await until('the row in the list', 60, async () => {
		await tab.connections.getByRole('button', { name: 'Both' }).click();
		await expect(row).toHaveText(text, { timeout: 5_000 });
		return true;
	});
}
