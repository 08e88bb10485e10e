// SPDX-License-Identifier: Apache-2.0
/** What the releases from 22.03 on do differently, as far as the cases meet it. What the bus answers otherwise: test/same/own.ts. */
import { expect, type Page } from '@playwright/test';
import { isFrom } from './series.ts';

const ZONES = '/cgi-bin/luci/admin/network/firewall/zones';
const SOFTWARE = 'Software flow offloading';

/**
 * The flowtable's devices for software offloading, on a router with what traffic.ts adds. firewall4 put
 * the ports of a bridge in until its commit e009588, the bridge itself since.
 */
export function flowtableDevices(release: string): readonly string[] {
	return isFrom(24.1, release) ? ['br-lan', 'eth1', 'far0'] : ['eth0', 'eth1', 'eth2', 'far0', 'lan0'];
}

/** Whether firewall4 hooks the lowest device below each one for software, too: until its e009588. */
export const hooksLowest = (release: string): boolean => !isFrom(24.1, release);

/** What a row shows of an offloaded download: firewall4 lets the flowtable count since 04a06bd, after 22.03. */
export function offloadedBytes(release: string): RegExp {
	return isFrom(23.05, release) ? /\d MiB|\d MB/ : /not counted/;
}

/** What LuCI's login page complains about on every router: nobody is logged in yet. */
export const LOGIN_NOISE = /status of 403|RPC call to uci\/get failed with error -32002/;

/** LuCI's login form, which any page shows to a stranger (with HTTP 403), and then the page itself. */
export async function logIn(page: Page, path: string, username: string, password: string): Promise<void> {
	await page.goto(path);
	await page.locator('[name=luci_username]').fill(username);
	await page.locator('[name=luci_password]').fill(password);
	// "Login" and "Logout" before 24.10.
	await page.getByRole('button', { name: /^Log ?in$/ }).click();
	await expect(page.getByRole('link', { name: /^Log ?out$/ })).toBeVisible();
}

/** Network > Firewall > General Settings, where LuCI itself switches offloading. */
export class GeneralSettings {
	readonly page: Page;
	/** One list of three since 24.10 (LuCI 13007611a3); before, a box to tick, and below it one for hardware. */
	readonly #list: boolean;

	constructor(page: Page, release: string) {
		this.page = page;
		this.#list = isFrom(24.1, release);
	}

	async open(): Promise<void> {
		await this.page.goto(ZONES);
		await expect(this.#control()).toBeVisible();
	}

	async expectSoftware(): Promise<void> {
		if (this.#list) await expect(this.page.locator('li[selected]', { hasText: SOFTWARE })).toBeVisible();
		else await expect(this.#control()).toBeChecked();
	}

	/** Chooses, and presses "Save & Apply"; LuCI then applies, tries and confirms by itself. */
	async apply(choice: 'none' | 'software'): Promise<void> {
		if (this.#list) {
			const text = choice === 'software' ? SOFTWARE : 'None';
			await this.#control().click();
			await this.#control().locator('li:not([placeholder])', { hasText: text }).first().click();
		} else {
			await this.#control().setChecked(choice === 'software');
		}
		// A combined button: a list of which the item that shows is pressed.
		await this.page.locator('.cbi-page-actions li[display]', { hasText: 'Save & Apply' }).click();
	}

	#control() {
		return this.#list
			? this.page.locator('.cbi-dropdown', { hasText: SOFTWARE })
			: this.page.locator('[data-name=flow_offloading] input[type=checkbox]');
	}
}
