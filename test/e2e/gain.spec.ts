// SPDX-License-Identifier: Apache-2.0
/** What another mode gains: asked for on the page, watched, and told. */
import type { Locator } from '@playwright/test';
import { expectNoScrollingSideways, expectReadable } from './harness/looks.ts';
import { expect, PAGE_PATH, test } from './harness/test.ts';
import type { Tab } from './harness/tab.ts';

const section = (tab: Tab): Locator => tab.page.getByRole('region', { name: 'What it gains' });
const HASTE = 'run/virtual-kernel/haste';

async function open(tab: Tab): Promise<Locator> {
	await section(tab).getByText('Two modes compared on this router.').click();
	return section(tab);
}

test('compares, shows what passes, and says in a sentence and two bars what it gains', async ({
	openTab,
	page,
	router
}) => {
	const tab = await openTab();
	const gain = await open(tab);
	await gain.getByRole('combobox').selectOption({ label: 'Software' });
	await gain.getByRole('button', { name: 'Compare' }).click();
	await expect(gain.getByRole('status')).toContainText('Off: waiting for traffic.');
	await expect(gain).toContainText('Mbit/s');
	await expect(gain.getByRole('status')).toContainText('Off: measuring.');
	await expectReadable(page);
	await gain.getByRole('button', { name: 'Stop and go back' }).click();
	await expect(gain.getByRole('status').first()).toContainText('Stopped by root.');

	router.kernel.write(HASTE, '');
	await gain.getByRole('combobox').selectOption({ label: 'Software' });
	await gain.getByRole('button', { name: 'Compare' }).press('Enter');
	await expect(gain.getByRole('button', { name: 'Stop and go back' })).toBeVisible();
	await expect(gain.locator(':focus')).toHaveCount(1);
	await expect(gain.getByRole('status').first()).toContainText('Per 100 Mbit/s the router spends', {
		timeout: 40_000
	});
	await expect(gain).toContainText('The router goes back to Off.');
	// Who has no mouse is still here, and not at the notice of the trial's end.
	await expect(gain.locator(':focus')).toHaveCount(1);
	await expect(gain.getByRole('img')).toHaveAccessibleName(
		/^CPU for 100 Mbit\/s: Off \d+\.\d %, Software \d+\.\d %$/
	);
	await expect(gain.getByRole('row', { name: /^Offloaded in software 0.0 %/ })).toBeVisible();
	await expectReadable(page);
	await page.setViewportSize({ width: 360, height: 800 });
	await expectNoScrollingSideways(page);

	// The result is the router's, and there for who comes later.
	await page.goto('about:blank');
	await page.goto(PAGE_PATH);
	await expect(await open(tab)).toContainText('Per 100 Mbit/s the router spends');
});

test.describe('without traffic', () => {
	test.use({ scenario: 'no-traffic' });

	test('says that too little passed, and what to do', async ({ openTab, router }) => {
		router.kernel.write(HASTE, '');
		const tab = await openTab();
		const gain = await open(tab);
		await gain.getByRole('button', { name: 'Compare' }).click();
		await expect(gain.getByRole('status').first()).toContainText(
			'Less than 10.0 Mbit/s passed through the router.',
			{
				timeout: 40_000
			}
		);
		await expect(gain).toContainText('Start a large download on a device behind the router');
	});
});

test.describe('with an engine that takes nothing', () => {
	test.use({ scenario: 'takes-nothing' });

	test('says why the largest connection is where it is', async ({ openTab, router }) => {
		router.kernel.write(HASTE, '');
		const tab = await openTab();
		const gain = await open(tab);
		await gain.getByRole('button', { name: 'Compare' }).click();
		await expect(gain.getByRole('status').first()).toContainText(
			'Hardware took next to nothing of what passed.',
			{
				timeout: 40_000
			}
		);
		await expect(gain).toContainText('It is offloaded in software.');
	});
});

test.describe('who may only look', () => {
	test.use({ scenario: 'read-only' });

	test('sees the last result and starts nothing', async ({ openTab }) => {
		const tab = await openTab();
		const gain = await open(tab);
		await expect(gain.getByRole('button', { name: 'Compare' })).toBeDisabled();
		await expect(gain).toContainText('You are logged in with read-only access.');
	});
});
