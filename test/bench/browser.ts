// SPDX-License-Identifier: Apache-2.0
/** The browser that the measurements share. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { PASSWORD } from '../vm/router.ts';

/** Milliseconds: an emulated router takes its time. */
const PATIENCE = 120_000;

/** Where LuCI has its firewall pages. */
export const FIREWALL = '/cgi-bin/luci/admin/network/firewall';

export function launch(): Promise<Browser> {
	const executablePath = execFileSync(fileURLToPath(new URL('../chromium', import.meta.url)), {
		encoding: 'utf8'
	}).trim();
	return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}

/** A tab of a browser that knows no files yet, with the cookies of another where it is to be logged in as that. */
export async function openPage(browser: Browser, like?: BrowserContext): Promise<Page> {
	const cookies = like === undefined ? [] : await like.cookies();
	const context = await browser.newContext({ storageState: { cookies, origins: [] } });
	const page = await context.newPage();
	page.setDefaultTimeout(PATIENCE);
	return page;
}

/** Logs in with LuCI's own form, on the page of a real router. */
export async function logIn(page: Page, address: string): Promise<void> {
	await page.goto(address);
	await page.locator('[name=luci_username]').fill('root');
	await page.locator('[name=luci_password]').fill(PASSWORD);
	await page.getByRole('button', { name: 'Log in' }).click();
	await page.getByRole('link', { name: 'Log out' }).waitFor();
}
