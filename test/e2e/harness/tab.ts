// SPDX-License-Identifier: Apache-2.0
/** Our tab, by what a user sees of it: roles and names. */
import type { Locator, Page } from '@playwright/test';

export type ModeName = 'Off' | 'Software' | 'Hardware';

export class Tab {
	readonly page: Page;

	constructor(page: Page) {
		this.page = page;
	}

	get state(): Locator {
		return this.page.getByRole('region', { name: 'State' });
	}

	get connections(): Locator {
		return this.page.getByRole('region', { name: 'Connections' });
	}

	get dialog(): Locator {
		return this.page.getByRole('dialog');
	}

	/** The change under way. */
	get change(): Locator {
		return this.page.getByRole('region', { name: 'Change under way' });
	}

	/** How the last change ended. */
	get outcome(): Locator {
		return this.page.getByRole('alert', { name: 'Last change' });
	}

	/** The picture and the findings. */
	get why(): Locator {
		return this.page.getByRole('region', { name: 'Path of the packets' });
	}

	get findings(): Locator {
		return this.why.getByRole('group', { name: 'Findings' });
	}

	/** The report for a bug tracker, folded until its heading is clicked. */
	get report(): Locator {
		return this.page.getByRole('region', { name: 'Report' });
	}

	/** The value of one of the facts that are folded away. */
	fact(name: string): Locator {
		return this.page
			.getByRole('region', { name: 'Details' })
			.locator('div')
			.filter({ has: this.page.getByText(name, { exact: true }) })
			.locator('dd');
	}

	mode(name: ModeName): Locator {
		return this.page.getByRole('radio', { name: new RegExp(`^${name}`) });
	}

	button(name: string): Locator {
		return this.page.getByRole('button', { name });
	}

	/** Has the list show the connections of one path. */
	async choosePath(name: string): Promise<void> {
		await this.connections.getByText('More filters').click();
		await this.connections.getByRole('combobox', { name: 'Path' }).selectOption(name);
	}

	/** Chooses a mode, and starts the change to it. */
	async changeTo(name: ModeName, tried?: string): Promise<void> {
		await this.review(name);
		if (tried !== undefined)
			await this.dialog.getByLabel('How long it is tried').selectOption({ label: tried });
		await this.button('Save & Apply').click();
	}

	/** Chooses a mode and asks to see what would change. */
	async review(name: ModeName): Promise<void> {
		await this.mode(name).check();
		await this.button('Review change').click();
	}
}
