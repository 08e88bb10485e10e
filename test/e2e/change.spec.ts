// SPDX-License-Identifier: Apache-2.0
/** Switching the mode: tried, seen to work in the kernel and in the file, kept; and every way that it can fail. */
import { expectNoScrollingSideways, expectReadable } from './harness/looks.ts';
import { expect, test } from './harness/test.ts';
import type { VirtualRouter } from '../router/router.ts';

/** What all sessions have staged. */
function staged(router: VirtualRouter): string[] {
	return router.sessions.all().flatMap(({ sid }) => router.staging.staged(sid));
}

test.describe('from the CPU to software and back', () => {
	test('shows the lines, verifies, confirms, and leaves nothing staged', async ({ openTab, router }) => {
		const before = router.firewallFile();
		const tab = await openTab();
		await tab.review('Software');
		await expect(tab.dialog).toContainText("option flow_offloading '1'");
		await expect(tab.dialog).toContainText('br-lan, wan');
		expect(router.firewallFile()).toBe(before);

		await tab.button('Apply and verify').click();
		await expect(tab.dialog.getByRole('timer')).toHaveText(/Reverts automatically in \d+ s/);
		await expect(tab.outcome).toContainText(
			'Changed to Software: verified in the kernel and in the file, and confirmed.'
		);
		await expect(tab.state.getByRole('heading')).toHaveText('Packets take the software fast path');
		await expect(tab.connections.getByRole('cell', { name: 'Software' }).first()).toBeVisible();
		expect(router.firewallFile()).toContain("option flow_offloading '1'");
		expect(router.kernel.flowtable).toEqual({ devices: ['br-lan', 'wan'], hardware: false });
		expect(router.applier.pending).toBeUndefined();
		expect(staged(router)).toEqual([]);

		await tab.review('Off');
		await tab.button('Apply and verify').click();
		await expect(tab.outcome).toContainText('Changed to Off');
		expect(router.kernel.flowtable).toBeNull();
		expect(router.firewallFile()).not.toContain('flow_offloading');
	});

	test('cancelled, nothing is applied and nothing stays staged', async ({ openTab, router }) => {
		const before = router.firewallFile();
		const tab = await openTab();
		await tab.review('Software');
		await tab.button('Cancel').click();
		await expect(tab.outcome).toHaveText(/Cancelled\. Nothing was applied\.(?!.*staged)/);
		expect(staged(router)).toEqual([]);
		expect(router.firewallFile()).toBe(before);
	});

	test('undone on demand, the router is as it was', async ({ openTab, page, router }) => {
		const before = router.firewallFile();
		const tab = await openTab();
		await tab.review('Software');
		await tab.button('Apply and verify').click();
		await expect(tab.button('Undo now')).toBeFocused();
		// Chromium closes a dialog at the second Escape without asking.
		await page.keyboard.press('Escape');
		await page.keyboard.press('Escape');
		await tab.button('Undo now').click();
		await expect(tab.outcome).toContainText('was reverted: you asked for it');
		expect(router.firewallFile()).toBe(before);
		expect(staged(router)).toEqual([]);
		await expect.poll(() => router.kernel.flowtable).toBeNull();
	});

	test('the dialog is readable in light and dark, and fits a phone', async ({ openTab, page }) => {
		const tab = await openTab();
		await tab.review('Software');
		await expect(tab.button('Apply and verify')).toBeVisible();
		for (const colorScheme of ['light', 'dark'] as const) {
			await page.emulateMedia({ colorScheme });
			await expectReadable(page);
		}
		await page.setViewportSize({ width: 360, height: 740 });
		await expectNoScrollingSideways(page);
		await expect(tab.button('Apply and verify')).toBeInViewport();
	});
});

test.describe('hardware', () => {
	test('without a flow engine, the devices are named before anything is applied', async ({
		openTab,
		router
	}) => {
		const before = router.firewallFile();
		const tab = await openTab();
		await tab.review('Hardware');
		await expect(tab.outcome).toContainText(
			'None of these devices has a flow engine: lan1, lan2, lan3, wan.'
		);
		expect(router.firewallFile()).toBe(before);
		expect(staged(router)).toEqual([]);
	});

	test.describe('of which nobody knows', () => {
		test.use({ scenario: 'hardware-unknown' });

		test('is tried after a warning that names the devices', async ({ openTab }) => {
			const tab = await openTab();
			await tab.review('Hardware');
			await expect(tab.dialog).toContainText(/flow engine is unknown: lan1, lan2, lan3, wan\./);
			await expect(tab.button('Apply and verify')).toBeVisible();
		});
	});

	test.describe('that works', () => {
		test.use({ scenario: 'hardware-able' });

		test('comes into effect', async ({ openTab, router }) => {
			const tab = await openTab();
			await tab.review('Hardware');
			await tab.button('Apply and verify').click();
			await expect(tab.outcome).toContainText('Changed to Hardware');
			await expect(tab.state.getByRole('heading')).toHaveText('Packets take the hardware fast path');
			await expect(tab.connections.getByRole('cell', { name: 'Hardware' }).first()).toBeVisible();
			expect(router.kernel.flowtable?.hardware).toBe(true);
		});
	});
});

test.describe('a change that cuts the browser off', () => {
	// The router's answers do not arrive, as they should not.
	test.use({ scenario: 'cut-off', allowedComplaints: [/net::ERR_EMPTY_RESPONSE/] });

	test('is rolled back by the router, and the page says so', async ({ openTab, router, page }) => {
		await page.clock.install();
		const before = router.firewallFile();
		const tab = await openTab();
		await tab.review('Software');
		await tab.button('Apply and verify').click();
		await expect.poll(() => router.reachable).toBe(false);
		expect(router.firewallFile()).not.toBe(before);
		await expect(tab.dialog).toContainText('Waiting for the router to answer');

		await page.clock.fastForward(52_000);
		await expect(tab.dialog).toContainText('Reverting the change');
		router.clock.advance(65_000);
		expect(router.reachable).toBe(true);
		await expect(tab.outcome).toContainText('The router reverted the change to Software by itself');
		expect(router.firewallFile()).toBe(before);
		expect(router.kernel.flowtable).toBeNull();
		await expect.poll(() => staged(router)).toEqual([]);
	});
});

test.describe('changes that were staged elsewhere', () => {
	test.use({ scenario: 'foreign' });

	test('are named before an apply takes them along, and stay when it is cancelled', async ({
		openTab,
		router
	}) => {
		const tab = await openTab();
		await tab.review('Software');
		await expect(tab.dialog).toContainText('You have other changes that are not applied yet');
		await expect(tab.dialog.getByRole('listitem').filter({ hasText: 'network' })).toContainText(
			'set lan ipaddr 192.168.7.1'
		);
		await expect(tab.dialog.getByRole('listitem').filter({ hasText: 'firewall' })).toContainText(
			'forward REJECT'
		);

		await tab.button('Cancel').click();
		await expect(tab.outcome).toContainText('Nothing was applied');
		expect(staged(router)).toEqual(['firewall', 'network']);
		const [session] = router.sessions.all();
		const result = router.staging.load(session?.sid, 'firewall');
		const defaults = result.state === 'loaded' ? result.pkg.sections[0]?.options : undefined;
		expect(defaults?.has('flow_offloading')).toBe(false);
	});
});

test.describe('a file with comments', () => {
	test.use({ scenario: 'comments' });

	test('loses them, and the page says so first', async ({ openTab, router }) => {
		const tab = await openTab();
		await tab.review('Software');
		await expect(tab.dialog).toContainText(/2 lines of comments will be lost/);
		await tab.button('Apply and verify').click();
		await expect(tab.outcome).toContainText('Changed to Software');
		expect(router.firewallFile()).not.toContain('#');
	});
});

test.describe('without the module', () => {
	test.use({ scenario: 'no-module' });

	test('nothing is changed, and the package is named', async ({ openTab, router }) => {
		const tab = await openTab();
		await tab.review('Software');
		await expect(tab.outcome).toContainText('Install kmod-nft-offload first');
		expect(staged(router)).toEqual([]);
	});
});

test.describe('a full flash', () => {
	test.use({ scenario: 'flash-full' });

	test('is seen before it could lose the file', async ({ openTab, router }) => {
		const tab = await openTab();
		await tab.review('Software');
		await expect(tab.outcome).toContainText(/Only 0 KiB are free on the flash/);
		expect(staged(router)).toEqual([]);
	});
});

test.describe('a flash that fills up during the change', () => {
	test.use({ scenario: 'flash-fills' });

	test('is seen in the file that was written, and undone', async ({ openTab, router }) => {
		const before = router.firewallFile();
		const tab = await openTab();
		await tab.review('Software');
		await tab.button('Apply and verify').click();
		await expect(tab.outcome).toContainText('the file that was written is not what was meant');
		expect(router.firewallFile()).toBe(before);
		expect(staged(router)).toEqual([]);
	});
});

test.describe('a page that is loaded again before it could confirm', () => {
	// The router's answers do not arrive, so that the page cannot confirm.
	test.use({ scenario: 'cut-off', allowedComplaints: [/net::ERR_EMPTY_RESPONSE/] });

	test('asks first, and then says that the change waits', async ({ openTab, page, router }) => {
		const tab = await openTab();
		await tab.review('Software');
		await tab.button('Apply and verify').click();
		await expect.poll(() => router.reachable).toBe(false);
		const asked = new Promise<string>((resolve) => {
			page.once('dialog', (dialog) => {
				resolve(dialog.type());
				void dialog.accept();
			});
		});
		router.reachable = true;
		await page.reload();
		expect(await asked).toBe('beforeunload');
		await expect(tab.page.getByText('A change waits for its confirmation')).toBeVisible();
	});
});

test.describe('two admins at once', () => {
	test('the second is told that another change waits', async ({ openTab, router }) => {
		const tab = await openTab();
		const other = router.sessions.login('root', 'router');
		router.staging.stage(other?.sid, 'network', ['set', 'lan', 'netmask', '255.255.0.0']);
		await router.bus.call('uci', 'apply', {
			rollback: true,
			timeout: 60,
			ubus_rpc_session: other?.sid ?? ''
		});
		const before = router.firewallFile();
		await tab.review('Software');
		await expect(tab.outcome).toContainText('A change waits for its confirmation');
		expect(router.firewallFile()).toBe(before);
		expect(router.applier.pending).toBe(other?.sid);
	});
});
