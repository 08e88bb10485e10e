// SPDX-License-Identifier: Apache-2.0
/** Who may what, and for how long. */
import { expect, test } from './harness/test.ts';
import { USERS } from '../router/users.ts';

test.describe('a user who may only look', () => {
	test.use({ scenario: 'read-only' });

	test('sees everything, can change nothing, and is told why', async ({ openTab, router }) => {
		const tab = await openTab();
		await expect(tab.state.getByRole('heading')).toHaveText('Packets take the software fast path');
		await expect(tab.connections.getByRole('cell', { name: 'Software' }).first()).toBeVisible();
		await expect(tab.page.getByText('You are logged in with read-only access')).toBeVisible();
		await expect(tab.mode('Off')).toBeDisabled();
		await expect(tab.button('Review change')).toBeDisabled();
		expect(router.pluginCalls.map(({ method }) => method)).not.toContain('set_mode');
	});
});

test.describe('an expired session', () => {
	test.use({ allowedComplaints: [/net::ERR_FAILED/] });

	test('asks for the password once, and goes on where it was', async ({ openTab, page, router }) => {
		const tab = await openTab();
		await expect(tab.state.getByRole('heading')).toBeVisible();
		for (const { sid } of router.sessions.all()) router.sessions.destroy(sid);

		await expect(tab.dialog).toHaveCount(1);
		await expect(tab.dialog).toContainText('Your session has expired');
		await tab.dialog.getByLabel('Password').fill('wrong');
		await tab.dialog.getByRole('button', { name: 'Log in' }).click();
		await expect(tab.dialog).toContainText('Wrong user name or password');

		// A router that cannot be asked has not refused the password.
		await page.route('**/ubus/', (route) => route.abort());
		await tab.dialog.getByRole('button', { name: 'Log in' }).click();
		await expect(tab.dialog).toContainText('The router cannot be reached');
		await expect(tab.dialog).not.toContainText('Wrong');
		await page.unroute('**/ubus/');

		await tab.dialog.getByLabel('Password').fill(USERS.root.password);
		await tab.dialog.getByRole('button', { name: 'Log in' }).click();
		await expect(tab.dialog).toHaveCount(0);
		await tab.review('Software');
		await expect(tab.dialog).toContainText('option flow_offloading');
	});
});

test.describe('politeness', () => {
	/** Much longer than any rest between two looks. */
	const A_WHILE = 60_000;

	test('a page that nobody sees asks nothing, nor does one that is paused', async ({
		openTab,
		router,
		page
	}) => {
		await page.clock.install();
		const tab = await openTab();
		await expect(tab.state.getByRole('heading')).toBeVisible();
		await expect(tab.connections.getByRole('row')).not.toHaveCount(0);

		await page.evaluate(() => {
			Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
		});
		const calls = router.pluginCalls.length;
		await page.clock.runFor(A_WHILE);
		expect(router.pluginCalls).toHaveLength(calls);

		await tab.button('Refreshing').click();
		await page.evaluate(() => {
			Reflect.deleteProperty(document, 'hidden');
		});
		await page.clock.runFor(A_WHILE);
		expect(router.pluginCalls).toHaveLength(calls);

		await tab.button('Paused').click();
		await page.clock.runFor(A_WHILE);
		await expect.poll(() => router.pluginCalls.length).toBeGreaterThan(calls);
	});
});
