// SPDX-License-Identifier: Apache-2.0
/** The package, and its installation with progress. */
import type { Locator } from '@playwright/test';
import { expectNoScrollingSideways, expectReadable } from './harness/looks.ts';
import { expect, PAGE_PATH, test } from './harness/test.ts';
import type { Tab } from './harness/tab.ts';

const section = (tab: Tab): Locator => tab.page.getByRole('region', { name: 'Package' });
const bar = (tab: Tab): Locator => section(tab).getByRole('progressbar');

const HOLD = 'run/virtual-kernel/install-hold';

test.describe('on an official image', () => {
	test('says that it is installed, and why nothing is to be done', async ({ openTab }) => {
		const tab = await openTab();
		await expect(section(tab)).toContainText('Installed and loaded: there is nothing to do.');
		await section(tab).getByText('there is nothing to do').click();
		await expect(section(tab)).toContainText('On official images firewall4 brings kmod-nft-offload along.');
		await expect(section(tab).getByRole('button')).toHaveCount(0);
	});
});

test.describe('a module that somebody else loads', () => {
	test.use({ scenario: 'module-not-loaded' });

	test('is seen in the whole page', async ({ openTab, router }) => {
		const tab = await openTab();
		await expect(section(tab).getByRole('button', { name: 'Load' })).toBeVisible();
		router.kernel.write('sys/module/nft_flow_offload/refcnt', '1\n');
		await expect(tab.fact('Kernel module')).toHaveText('nft_flow_offload, loaded');
		await expect(section(tab)).toContainText('Installed and loaded: there is nothing to do.');
	});
});

test.describe('where it is missing', () => {
	test.use({ scenario: 'no-module' });

	test('installs it with progress, and then the mode can be switched', async ({ openTab, page, router }) => {
		// The step lasts until it was seen: on a busy machine the page looks too seldom.
		router.kernel.write(HOLD, 'install');
		const tab = await openTab();
		await expect(section(tab)).toContainText('Not installed: kmod-nft-offload.');
		// What the admin begins goes on, whether LuCI polls or not.
		await tab.button('Refreshing').click();
		await section(tab).getByRole('button', { name: 'Install' }).click();
		await expect(bar(tab)).toBeVisible();
		await expect(section(tab)).toContainText('Step 4 of 7: Installing');
		await expect(section(tab).getByRole('button', { name: 'Install' })).toBeFocused();
		await page.keyboard.press('Enter');
		await expectReadable(page);
		// The end is told together with what is there since.
		let release = (): void => undefined;
		const released = new Promise<void>((resolve) => (release = resolve));
		const asked = new Promise<void>((resolve) => {
			void page.route('**/ubus/', async (route) => {
				if (route.request().postData()?.includes('get_package')) {
					resolve();
					await released;
				}
				await route.continue();
			});
		});
		router.kernel.remove(HOLD);
		await asked;
		await expect(section(tab)).toContainText('Not installed: kmod-nft-offload.');
		await expect(section(tab).getByRole('alert')).toHaveText('');
		release();
		await expect(section(tab).getByRole('alert')).toContainText(
			'Done: verified in the package database and in the kernel.'
		);
		await expect(section(tab)).toContainText('Installed and loaded: there is nothing to do.');
		await expect(tab.fact('Kernel module')).toHaveText('nft_flow_offload, loaded');
		await tab.review('Software');
		await expect(tab.dialog).toContainText('option flow_offloading');
	});

	test('shows the job again when the page is loaded in the middle of it', async ({
		openTab,
		page,
		router
	}) => {
		router.kernel.write(HOLD, 'install');
		const tab = await openTab();
		await section(tab).getByRole('button', { name: 'Install' }).click();
		await expect(bar(tab)).toHaveAttribute('value', '16559');
		await page.goto('about:blank');
		await page.goto(PAGE_PATH);
		await expect(bar(tab)).toHaveAttribute('value', '16559');
		await expect(section(tab)).toContainText('16.6 kB of 153 kB');
		await expect(section(tab).getByRole('button', { name: 'Install' })).toBeDisabled();
		await section(tab).getByText('Log').click();
		await expect(section(tab).getByLabel('Log')).toContainText('(1/1) Installing kmod-nft-offload');
		await page.setViewportSize({ width: 360, height: 800 });
		await expectNoScrollingSideways(page);
		router.kernel.remove(HOLD);
		await expect(section(tab).getByRole('alert')).toContainText('Done');
	});
});
