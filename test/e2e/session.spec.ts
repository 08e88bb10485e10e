// SPDX-License-Identifier: Apache-2.0
/** Who may what, and for how long. */
import type { Page } from '@playwright/test';
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
		expect(router.pluginCalls.map(({ method }) => method)).not.toContain('check_change');
	});
});

test.describe('an expired session', () => {
	// LuCI answers its login form with status 403, which Chromium calls an error.
	test.use({ scenario: 'no-traffic', allowedComplaints: [/status of 403/] });

	test('is told in LuCI’s words, and leads to LuCI’s own login', async ({ openTab, page, router }) => {
		const tab = await openTab();
		await expect(tab.state.getByRole('heading')).toBeVisible();
		const asked = new Set<string>();
		page.on('request', (request) => {
			for (const method of ['get_status', 'get_flows'])
				if (request.postData()?.includes(`"${method}"`)) asked.add(method);
		});
		for (const { sid } of router.sessions.all()) router.sessions.destroy(sid);
		await expect(page.getByText('the authentication session expired')).toBeVisible();
		await expect(page.getByText('What you see below is older.')).toBeVisible();
		// Until every part has asked and found it so: it is said once, for all of them.
		await expect.poll(() => asked, { timeout: 30_000 }).toEqual(new Set(['get_status', 'get_flows']));
		await expect(page.getByText(/session (has )?expired/)).toHaveCount(1);
		await logInAgain(page);
		await expect(tab.state.getByRole('heading')).toBeVisible();
	});

	test('in the middle of a change loses nothing: the router goes on', async ({ openTab, page, router }) => {
		const tab = await openTab();
		await tab.changeTo('Software');
		await expect(tab.change).toContainText('started by root');
		for (const { sid } of router.sessions.all()) router.sessions.destroy(sid);
		await expect(page.getByText(/session (has )?expired/)).toHaveCount(1);
		await logInAgain(page);
		await expect(tab.change).toContainText('From Off to Software, started by root');
		await tab.button('Keep').click();
		await expect(tab.outcome).toContainText('Kept by root');
	});
});

async function logInAgain(page: Page): Promise<void> {
	await page.getByRole('button', { name: 'Log in…' }).click();
	await page.getByLabel('Password').fill(USERS.root.password);
	await page.getByRole('button', { name: 'Log in', exact: true }).click();
}

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
