// SPDX-License-Identifier: Apache-2.0
/** The module that the router lacks: from a feed, by the page's button, into the kernel, and used. */
import { bringBack, takeAway } from '../feed.ts';
import { packageManager } from '../product.ts';
import { expect, shoot, test } from '../test.ts';

test('kmod-nft-offload is installed from the page, and the kernel then offloads', async ({
	openTab,
	router,
	page
}) => {
	test.skip((await packageManager(router)) !== 'apk', 'the feed is written for apk');
	// The job's own limits are longer: what an emulated processor takes is no fault.
	test.setTimeout(600_000);
	try {
		await takeAway(router);
		const tab = await openTab();
		const section = page.getByRole('region', { name: 'Package' });
		await expect(section).toContainText('Not installed: kmod-nft-offload.');
		await expect(tab.fact('Kernel module')).toContainText('missing');
		await section.getByRole('button', { name: 'Install' }).click();
		await expect(section.getByRole('progressbar')).toBeVisible();
		const outcome = section.getByRole('alert');
		await expect(outcome).toContainText('Done: verified in the package database and in the kernel.', {
			timeout: 300_000
		});
		await expect(outcome).toContainText('The module is loaded. The firewall has been reloaded.');
		await section.getByText('Log', { exact: true }).click();
		await expect(section.getByLabel('Log')).toContainText('Installing kmod-nft-offload');
		await shoot(page, '12-installed');
		expect(await router.run('lsmod')).toMatch(/^nft_flow_offload /m);

		await tab.changeTo('Software');
		await tab.change.getByRole('button', { name: 'Keep' }).click();
		await expect(tab.outcome).toContainText('Changed to Software');
		expect(await router.run('nft list flowtables inet')).toContain('flowtable ft');
	} finally {
		await bringBack(router);
	}
});
