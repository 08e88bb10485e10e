// SPDX-License-Identifier: Apache-2.0
/** What the page says in each state of the router, and how it looks. */
import { expectNoScrollingSideways, expectReadable, LOOKS } from './harness/looks.ts';
import { expect, test } from './harness/test.ts';
import type { ScenarioName } from '../router/scenarios.ts';

const HEADLINES = {
	nobody: 'Nobody knows which path packets take',
	cpu: 'Packets take the CPU path',
	software: 'Packets take the software fast path',
	hardware: 'Packets take the hardware fast path'
};

/** The headline, and what is told besides. */
const TOLD: Partial<Record<ScenarioName, readonly [keyof typeof HEADLINES, RegExp]>> = {
	cpu: ['cpu', /As configured: flow offloading is off/],
	software: ['software', /As configured: what is asked for is what the kernel does/],
	hardware: ['hardware', /As configured: what is asked for is what the kernel does/],
	'hardware-refused': ['software', /refused by the driver of: wan\. firewall4 fell back/],
	'no-module': ['cpu', /nft_flow_offload is missing/],
	'module-not-loaded': ['cpu', /not loaded\..*modprobe nft_flow_offload/s],
	'no-accounting': ['software', /no connection has counters/],
	unreadable: ['cpu', /The firewall configuration cannot be read/],
	'nft-fails': ['nobody', /could not be asked.*Operation not permitted/s]
};

for (const [scenario, [headline, text]] of Object.entries(TOLD)) {
	test.describe(scenario, () => {
		test.use({ scenario: scenario as ScenarioName });

		test('tells what is and why, readable in light and dark, and on a phone', async ({ openTab, page }) => {
			const tab = await openTab();
			await expect(tab.state.getByRole('heading')).toHaveText(HEADLINES[headline]);
			await expect(tab.state).toContainText(text);
			await expect(tab.connections.getByRole('row')).not.toHaveCount(0);
			for (const { colorScheme, width } of LOOKS) {
				await page.emulateMedia({ colorScheme });
				await page.setViewportSize({ width, height: 800 });
				await expect(page.locator('html')).toHaveAttribute('data-darkmode', String(colorScheme === 'dark'));
				await expectReadable(page);
				await expectNoScrollingSideways(page);
			}
		});
	});
}

const ANSWERED = {
	crashes: /The router gave no answer to luci.nft-offload.get_status/,
	garbage: /The router answered with an error: luci.nft-offload.get_status/
};
for (const scenario of ['crashes', 'garbage'] as const) {
	test.describe(scenario, () => {
		test.use({ scenario });

		test('says what came in the place of an answer, and offers nothing to change', async ({ openTab }) => {
			const tab = await openTab();
			await expect(tab.page.getByText(ANSWERED[scenario])).toBeVisible();
			await expect(tab.button('Review change')).toHaveCount(0);
		});
	});
}

test.describe('slow', () => {
	test.use({ scenario: 'slow' });

	test('says that it waits, and then what is', async ({ openTab, router }) => {
		const tab = await openTab();
		await expect(tab.page.getByText('Asking the router')).toBeVisible();
		await expect.poll(() => router.pluginCalls.length).toBeGreaterThan(0);
		await expect(async () => {
			router.clock.advance(1000);
			await expect(tab.state.getByRole('heading')).toHaveText(HEADLINES.cpu, { timeout: 200 });
		}).toPass();
	});
});

test.describe('big', () => {
	test.use({ scenario: 'big' });

	test('counts 65,536 connections and lists the largest', async ({ openTab }) => {
		const tab = await openTab();
		await expect(tab.connections).toContainText(/65.536 connections/);
		await expect(tab.connections.getByRole('cell', { name: 'Software' }).first()).toBeVisible();
	});
});

test.describe('traffic', () => {
	test.use({ scenario: 'software' });

	test('moves, and shows what is offloaded', async ({ openTab, router }) => {
		const tab = await openTab();
		const largest = tab.connections.getByRole('row').filter({ hasText: 'TCP' }).first();
		await expect(largest).toContainText('Software');
		const before = await largest.textContent();
		router.clock.advance(60_000);
		await expect(largest).not.toHaveText(before ?? '');
	});
});
