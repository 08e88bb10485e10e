// SPDX-License-Identifier: Apache-2.0
import { expect, PAGE_PATH, test } from './harness/test.ts';
import { USERS } from '../router/users.ts';

test.describe('the way in', () => {
	// LuCI answers its login form with status 403, which Chromium calls an error.
	test.use({ allowedComplaints: [/status of 403/] });

	test('a wrong password is refused, the right one shows the page', async ({ page, router }) => {
		await page.goto(PAGE_PATH);
		await page.getByLabel('Password').fill('wrong');
		await page.getByRole('button', { name: 'Log in' }).click();
		await expect(page.getByText('Invalid username and/or password!')).toBeVisible();

		await page.getByLabel('Password').fill(USERS.root.password);
		await page.getByRole('button', { name: 'Log in' }).click();
		await expect(page.getByRole('heading', { name: 'Flow Offloading', level: 2 })).toBeVisible();
		expect(router.sessions.all()).toHaveLength(1);
	});
});
