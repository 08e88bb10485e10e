// SPDX-License-Identifier: Apache-2.0
/** Changes that go wrong, and changes made by others: the router never ends up half changed. */
import type { Page } from '@playwright/test';
import { GeneralSettings, logIn } from '../release.ts';
import { PASSWORD, type Router } from '../router.ts';
import { expect, OUR_PAGE, shoot, test } from '../test.ts';
import { until } from '../until.ts';

/** rpcd restores after 60 s what nobody confirmed. */
const ROLLBACK = 100_000;
/** Without traffic the fast path is set up, and nothing is seen of it. */
const HEADING = { cpu: 'Packets take the CPU path', software: 'Set up, nothing offloaded yet' };

const firewallFile = (router: Router) => router.run('cat /etc/config/firewall');
const flowtables = (router: Router) => router.run('nft list flowtables inet');
const pending = async (router: Router) =>
	(await router.try('[ -e /var/run/rpcd/snapshot-files ]')).code === 0;

async function sessionOf(page: Page): Promise<string> {
	const cookie = (await page.context().cookies()).find(({ name }) => name === 'sysauth_http');
	if (!cookie) throw new Error('nobody is logged in');
	return cookie.value;
}

/** The confirmation goes out, and neither arrives nor fails, as on a line that has gone dead. */
const loseConfirmation = (page: Page) =>
	page.route('**/ubus/', async (route) => {
		if (!route.request().postData()?.includes('"confirm"')) await route.continue();
	});

test.describe('a change that cuts the browser off', () => {
	// What the browser says of a router that does not answer.
	test.use({ allowedComplaints: /net::ERR_|XHR request (timed out|failed)/ });

	test('is rolled back by itself, and the page says so', async ({ openTab, router, page }) => {
		test.setTimeout(300_000);
		const tab = await openTab();
		const before = await firewallFile(router);
		const values = { ipaddr: ['192.168.9.1/24'] };
		const session = await sessionOf(page);
		expect(
			(await router.ubus(session, 'uci', 'set', { config: 'network', section: 'lan', values })).status
		).toBe(0);

		await tab.review('Software');
		await expect(tab.dialog).toContainText('These will be applied, too');
		await expect(tab.dialog).toContainText('network');
		await tab.button('Apply and verify').click();
		await until('the router at its new address', 60, async () => {
			return /192\.168\.9\.1/.test(await router.run('ip addr show dev br-lan'));
		});
		await expect(tab.dialog.getByRole('timer')).toBeVisible();
		await shoot(page, '7-cut-off');
		await expect(tab.outcome).toContainText('reverted the change to Software by itself', {
			timeout: ROLLBACK + 60_000
		});
		await shoot(page, '8-rolled-back');
		expect(await firewallFile(router)).toBe(before);
		await until('no flowtable', 30, async () => !/flowtable ft/.test(await flowtables(router)));
	});
});

test('applied, and then the browser dies: rolled back', async ({ openTab, router, page }) => {
	const tab = await openTab();
	const before = await firewallFile(router);
	await tab.review('Software');
	await loseConfirmation(page);
	await tab.button('Apply and verify').click();
	await until('the apply', 30, () => pending(router));
	await page.close();
	await until('the rollback', ROLLBACK / 1000, async () => (await firewallFile(router)) === before);
	await until('no flowtable', 30, async () => !/flowtable ft/.test(await flowtables(router)));
});

test.describe('rpcd killed between apply and confirmation', () => {
	// Its sessions are gone with it.
	test.use({ allowedComplaints: /-3200|Failed to load resource|RPC/ });

	test('keeps the change or takes it back, never half of it', async ({ openTab, router }) => {
		const tab = await openTab();
		const before = await firewallFile(router);
		await tab.review('Software');
		await tab.button('Apply and verify').click();
		await until('the apply', 30, () => pending(router));
		await router.run('kill -9 $(pidof rpcd)');
		await expect(tab.outcome.getByRole('button').or(tab.dialog.getByLabel('Password'))).toBeVisible();
		const kept = (await firewallFile(router)) !== before;
		if (kept) expect(await firewallFile(router)).toContain("option flow_offloading '1'");
		await until(
			'kernel and file to agree',
			60,
			async () => /flowtable ft/.test(await flowtables(router)) === kept
		);
	});
});

test('while another admin’s change waits, ours is refused in so many words', async ({ openTab, router }) => {
	const tab = await openTab();
	const other = await router.login();
	const values = { description: 'another admin' };
	await router.ubus(other, 'uci', 'set', { config: 'system', section: '@system[0]', values });
	expect((await router.ubus(other, 'uci', 'apply', { rollback: true, timeout: 90 })).status).toBe(0);

	await tab.review('Software');
	await expect(tab.outcome).toContainText('A change waits for its confirmation');
	expect(await firewallFile(router)).not.toContain('flow_offloading');

	expect((await router.ubus(other, 'uci', 'confirm')).status).toBe(0);
	await tab.review('Software');
	await tab.button('Apply and verify').click();
	await expect(tab.outcome).toContainText('Changed to Software');
});

test('a choice made in LuCI’s General Settings shows in our open tab', async ({ openTab, router, page }) => {
	test.setTimeout(300_000);
	const tab = await openTab();
	await expect(tab.state.getByRole('heading')).toHaveText(HEADING.cpu);
	const settings = new GeneralSettings(await page.context().newPage(), router.machine.version);
	for (const [choice, heading] of [
		['software', HEADING.software],
		['none', HEADING.cpu]
	] as const) {
		await settings.open();
		await settings.apply(choice);
		await expect(tab.state.getByRole('heading')).toHaveText(heading, { timeout: 90_000 });
		await until('LuCI’s confirmation', 60, async () => !(await pending(router)));
	}
});

test('the login page of another browser confirms nothing', async ({ openTab, router, browser, baseURL }) => {
	const tab = await openTab();
	await tab.review('Software');
	await loseConfirmation(tab.page);
	await tab.button('Apply and verify').click();
	await until('the apply', 30, () => pending(router));
	const stranger = await browser.newPage({ baseURL: baseURL ?? '' });
	await stranger.goto('/cgi-bin/luci/');
	await expect(stranger.locator('[name=luci_password]')).toBeVisible();
	expect(await pending(router)).toBe(true);
	await stranger.close();
	await tab.page.close();
});

test('a session of another admin sees nothing of it', async ({ openTab, router, browser, baseURL }) => {
	const tab = await openTab();
	await tab.review('Software');
	await expect(tab.button('Apply and verify')).toBeVisible();
	const other = await browser.newPage({ baseURL: baseURL ?? '' });
	await logIn(other, OUR_PAGE, 'root', PASSWORD);
	const { data } = await router.ubus(await sessionOf(other), 'uci', 'changes');
	expect(data).toEqual({ changes: {} });
	await other.close();
	await tab.button('Cancel').click();
	await expect(tab.outcome).toContainText('Nothing was applied');
});
