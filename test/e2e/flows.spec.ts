// SPDX-License-Identifier: Apache-2.0
/** The list of connections: what narrows, sorts, turns and groups it, what it tells, and how calm it stays. */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import type { VirtualRouter } from '../router/router.ts';
import { expectNoScrollingSideways, expectReadable } from './harness/looks.ts';
import { expect, PAGE_PATH, test } from './harness/test.ts';

test.use({ scenario: 'software' });

class Explorer {
	readonly page: Page;

	constructor(page: Page) {
		this.page = page;
	}

	get table(): Locator {
		return this.page.getByRole('table', { name: /, (largest|fastest) first$/ });
	}

	/** The rows of connections and clients, and their details. */
	get rows(): Locator {
		return this.table.locator('tbody').getByRole('row').and(this.page.locator(':not(.nfo-apart)'));
	}

	get search(): Locator {
		return this.page.getByRole('searchbox', { name: 'Search' });
	}

	/** What those who do not see the page are told. */
	get said(): Locator {
		return this.page.getByRole('region', { name: 'Connections' }).getByRole('status');
	}

	choice(name: string): Locator {
		return this.page.getByRole('combobox', { name, exact: true });
	}

	/** Unfolds the filters that are rarely wanted. */
	async more(): Promise<void> {
		await this.page.getByText('More filters').click();
	}

	button(name: string): Locator {
		return this.page.getByRole('button', { name, exact: true });
	}

	/** Where each column of the table stands, in pixels. */
	columns(): Promise<number[]> {
		return this.table
			.getByRole('columnheader')
			.evaluateAll((heads) => heads.map((head) => head.getBoundingClientRect().left));
	}

	/** Both addresses with their ports, for each row. */
	ends(): Promise<string[]> {
		return this.rows.evaluateAll((rows) =>
			rows.map((row) => Array.from(row.querySelectorAll('.nfo-address'), (end) => end.textContent).join(' '))
		);
	}

	head(name: string): Locator {
		return this.table.getByRole('columnheader', { name });
	}

	get range(): Locator {
		return this.page.getByRole('navigation', { name: 'Pages' });
	}

	chart(name: string): Locator {
		return this.page.getByRole('figure').filter({ hasText: new RegExp(`^${name}`) });
	}
}

/**
 * What moves from now on without the user's doing, but for rows that change places, as sorted rows do. Runs in the
 * browser.
 */
function watchShifts(): string[] {
	interface Shift extends PerformanceEntry {
		hadRecentInput: boolean;
		sources: { node: Node | null }[];
	}
	const moved: string[] = [];
	new PerformanceObserver((list) => {
		for (const { hadRecentInput, sources } of list.getEntries() as Shift[])
			for (const { node } of hadRecentInput ? [] : sources) {
				const element = node instanceof Element ? node : node?.parentElement;
				if (element && !element.closest('tbody')) moved.push(element.outerHTML.slice(0, 100));
			}
	}).observe({ type: 'layout-shift' });
	return moved;
}

const looksAtFlows = (router: VirtualRouter): number =>
	router.pluginCalls.filter(({ method }) => method === 'get_flows').length;

/** Waits until the list has been looked at once more. */
async function anotherLook(router: VirtualRouter): Promise<void> {
	const before = looksAtFlows(router);
	await expect.poll(() => looksAtFlows(router)).toBeGreaterThan(before + 1);
}

/** Makes the answers to questions about connections wait until the returned function is called. */
async function holdFlows(page: Page): Promise<() => void> {
	let release = (): void => undefined;
	const released = new Promise<void>((resolve) => (release = resolve));
	await page.route('**/ubus/', async (route) => {
		if (route.request().postData()?.includes('get_flows')) await released;
		await route.continue();
	});
	return release;
}

test.describe('the filter', () => {
	test('narrows the rows at hand at once, and then what the router finds', async ({ openTab, page }) => {
		await openTab();
		const explorer = new Explorer(page);
		await expect(explorer.rows).toHaveCount(50);
		// All rows at hand, which are more than a page.
		await explorer.more();
		await explorer.choice('Rows').selectOption('100');
		await expect.poll(() => explorer.rows.count()).toBeGreaterThan(51);
		const ends = await explorer.ends();
		const release = await holdFlows(page);
		await explorer.search.fill('873');
		const atHand = ends.filter((text) => text.includes('873'));
		expect(atHand).not.toHaveLength(0);
		await expect(explorer.rows).toHaveCount(atHand.length);
		await expect(explorer.table).toHaveAttribute('aria-busy', 'true');

		release();
		await expect(explorer.table).toHaveAttribute('aria-busy', 'false');
		await expect(explorer.said).toContainText(/connections found/);
		for (const text of await explorer.ends()) expect(text).toContain('873');
		expect(await explorer.rows.count()).toBeGreaterThanOrEqual(atHand.length);
	});

	test('is kept in the address, and read from it', async ({ openTab, page }) => {
		await openTab();
		const explorer = new Explorer(page);
		await explorer.more();
		await explorer.choice('Path').selectOption('CPU');
		await explorer.choice('Protocol').selectOption('UDP');
		await expect(page).toHaveURL(/#path=cpu&protocol=udp$/);
		await page.reload();
		await expect(explorer.choice('Path')).toHaveValue('cpu');
		await expect(explorer.rows.first()).toContainText('UDP');
		for (const text of await explorer.rows.allTextContents()) expect(text).toMatch(/CPU.*UDP/);

		await explorer.button('Clear filter').click();
		await expect(explorer.rows).toHaveCount(50);
		expect(new URL(page.url()).hash).toBe('');

		await page.evaluate(() => (location.hash = '#family=ipv6'));
		await expect(explorer.choice('Family')).toHaveValue('ipv6');
		await expect(explorer.rows.first()).toContainText('2001:db8');
	});

	test('understands nothing of a hostile address, and shows all', async ({ openTab, page, router }) => {
		const hash = `path=<img src=x>&client=javascript:1&limit=999999&offset=-1&search=${'x'.repeat(70_000)}`;
		await openTab(`${PAGE_PATH}#${hash}&sort=__proto__`);
		await expect(new Explorer(page).rows).toHaveCount(50);
		await expect(page.locator('#nft-offload img')).toHaveCount(0);
		expect(looksAtFlows(router)).toBeGreaterThan(0);
	});

	test('takes a client by its name', async ({ openTab, page }) => {
		await openTab();
		const explorer = new Explorer(page);
		const client = page.getByRole('combobox', { name: 'Client' });
		await expect(explorer.rows.filter({ hasText: 'laptop' }).first()).toBeVisible();
		await explorer.more();
		// A host has one name for all of its addresses.
		await client.pressSequentially('laptop');
		await expect(client).toHaveValue('laptop');
		await expect(client).toHaveAttribute('aria-invalid', 'false');
		await client.press('Enter');
		await expect(client).toHaveValue('192.168.1.100');
		await expect(explorer.table).toHaveAttribute('aria-busy', 'false');
		for (const text of await explorer.rows.allTextContents()) expect(text).toContain('192.168.1.100');

		await client.fill('nobody');
		await expect(client).toHaveAttribute('aria-invalid', 'false');
		await client.blur();
		await expect(client).toHaveAttribute('aria-invalid', 'true');
		await client.fill('192.168.1.101');
		await expect(client).toHaveAttribute('aria-invalid', 'false');
		await expect(page).toHaveURL(/client=192\.168\.1\.101/);
	});

	test('keeps what cannot be searched for until it is mended', async ({ openTab, page, router }) => {
		await openTab();
		const explorer = new Explorer(page);
		await expect(explorer.rows).toHaveCount(50);
		const isValid = () => explorer.search.evaluate((input: HTMLInputElement) => input.validity.valid);
		await explorer.search.fill('44é');
		await anotherLook(router);
		await expect(explorer.search).toHaveValue('44é');
		expect(await isValid()).toBe(false);
		await explorer.search.press('Backspace');
		await expect(page).toHaveURL(/search=44$/);
		expect(await isValid()).toBe(true);
	});
});

test.describe('200 rows', () => {
	test.use({ scenario: 'big' });

	test('a key paints more than a screen of them and the open one, the answer all', async ({
		openTab,
		page
	}) => {
		await openTab(`${PAGE_PATH}#limit=200`);
		const explorer = new Explorer(page);
		await expect(explorer.rows).toHaveCount(200);
		await explorer.rows
			.nth(150)
			.getByRole('button', { name: /^Details/ })
			.click();
		await expect(explorer.rows).toHaveCount(201);
		const release = await holdFlows(page);
		// Each connection has one somewhere, so that all rows fit.
		await explorer.search.fill('1');
		await expect(explorer.table).toHaveAttribute('aria-busy', 'true');
		await expect(explorer.rows).toHaveCount(60 + 2);
		await expect(explorer.table).not.toContainText('gone from the list');

		release();
		await expect(explorer.table).toHaveAttribute('aria-busy', 'false');
		await expect(explorer.rows).toHaveCount(201);
	});
});

test.describe('the table', () => {
	test('sorts by what is chosen, and says so', async ({ openTab, page }) => {
		await openTab();
		const explorer = new Explorer(page);
		await expect(explorer.head('Now')).toHaveAttribute('aria-sort', 'descending');
		await explorer.button('Sent').click();
		await expect(explorer.head('Sent')).toHaveAttribute('aria-sort', 'descending');
		await expect(explorer.head('Now')).not.toHaveAttribute('aria-sort', /./);
		// The uploads come first.
		await expect(explorer.rows.first()).toContainText(':873');
		await explorer.more();
		await explorer.choice('Count').selectOption('Packets');
		await expect(page).toHaveURL(/#sort=original_packets$/);
	});

	test('turns its pages', async ({ openTab, page }) => {
		await openTab();
		const explorer = new Explorer(page);
		await expect(explorer.range).toContainText(/1–50 of \d+/);
		await explorer.button('Next').click();
		await expect(explorer.range).toContainText(/51–(\d+) of \1/);
		await expect(explorer.button('Next')).toHaveAttribute('aria-disabled', 'true');
		await expect(explorer.button('Next')).toBeFocused();
		await explorer.button('Previous').click();
		await expect(explorer.rows).toHaveCount(50);
		await explorer.more();
		await explorer.choice('Rows').selectOption('25');
		await expect(explorer.rows).toHaveCount(25);
	});

	test('opens a connection: both tuples, the translation, and what to trust', async ({ openTab, page }) => {
		await openTab();
		const explorer = new Explorer(page);
		const row = explorer.rows.filter({ hasText: '192.168.1.' }).filter({ hasText: 'Software' }).first();
		const details = row.getByRole('button', { name: /^Details of tcp from 192/ });
		await details.click();
		await expect(details).toHaveAttribute('aria-expanded', 'true');
		const opened = explorer.table.locator('.nfo-details');
		await expect(opened).toContainText(/The source 192\.168\.1\.\d+:\d+ goes out as 203\.0\.113\.1:\d+\./);
		await expect(opened).toContainText('Counted: this is what passed.');
		await expect(opened).toContainText('it has neither a timeout nor a TCP state');

		// It stays open when the list is about others.
		await explorer.more();
		await explorer.choice('Path').selectOption('CPU');
		await expect(explorer.table).toHaveAttribute('aria-busy', 'false');
		await expect(explorer.table).toContainText('gone from the list');
		await explorer.button('Clear filter').click();
		await expect(explorer.table).not.toContainText('gone from the list');
		await explorer.table.getByRole('button', { expanded: true }).click();
		await expect(opened).toHaveCount(0);
	});

	test('groups by client, and leads to the connections of one', async ({ openTab, page }) => {
		await openTab();
		const explorer = new Explorer(page);
		await explorer.choice('Show').selectOption('Clients');
		const laptop = explorer.rows.filter({ hasText: 'laptop' });
		await expect(laptop.first()).toContainText('192.168.1.100');
		await expect(laptop.first()).toContainText(/≥ \S+ \wB\/s/);
		await explorer.button('Connections of 192.168.1.100').click();
		await expect(page.getByRole('combobox', { name: 'Client' })).toHaveValue('192.168.1.100');
		await expect(explorer.rows.first()).toContainText('laptop');
	});

	test('tells what could be offloaded only when asked', async ({ openTab, page }) => {
		await openTab();
		const explorer = new Explorer(page);
		const toggle = explorer.button('Eligible share, families and protocols');
		await expect(toggle).toHaveAttribute('aria-expanded', 'false');
		await toggle.click();
		await expect(page.getByText(/Offloaded: [\d.]+ % of the connections that could be/)).toBeVisible();
		const kinds = page.getByRole('table', { name: 'Connections by family and protocol' });
		await expect(kinds.getByRole('rowheader')).toHaveText([
			'IPv4',
			'IPv6',
			'TCP',
			'UDP',
			'Other protocols',
			'Eligible'
		]);
	});
});

test.describe('by keyboard alone', () => {
	test('search, sort, open and turn the page', async ({ openTab, page }) => {
		await openTab();
		const explorer = new Explorer(page);
		await expect(explorer.rows).toHaveCount(50);
		await explorer.search.focus();
		await page.keyboard.type('443');
		await expect(page).toHaveURL(/search=443/);
		await expect(explorer.search).toBeFocused();
		await page.keyboard.press('Escape');
		await expect(explorer.search).toHaveValue('');
		await expect(explorer.rows).toHaveCount(50);
		await expect(explorer.table).toHaveAttribute('aria-busy', 'false');

		await explorer.button('Next').focus();
		await page.keyboard.press('Enter');
		await expect(explorer.range).toContainText('51–');
		await page.keyboard.press('Shift+Tab');
		await page.keyboard.press('Space');
		await expect(explorer.range).toContainText('1–50');

		// Who does not want each row goes past them.
		await explorer.button('Skip the list').focus();
		await page.keyboard.press('Enter');
		await page.keyboard.press('Tab');
		await expect(explorer.button('Eligible share, families and protocols')).toBeFocused();

		await explorer.button('Both').focus();
		await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		await expect(explorer.table.getByRole('button', { expanded: true })).toBeFocused();
	});
});

test.describe('calm', () => {
	test('nothing moves and nobody is told anything when new numbers come', async ({
		openTab,
		page,
		router
	}) => {
		await openTab();
		const explorer = new Explorer(page);
		await expect(explorer.rows).toHaveCount(50);
		await explorer.search.scrollIntoViewIfNeeded();
		const shifted = await page.evaluateHandle(watchShifts);
		// Speeds are known from the second look on: what shows them was there before.
		await expect(explorer.chart('Throughput by path')).not.toContainText('–');
		await expect(explorer.chart('Processor')).not.toContainText('–');
		await expect(explorer.rows.first()).toContainText('B/s');
		const columns = await explorer.columns();
		const before = await explorer.rows.first().textContent();
		const said = await explorer.said.textContent();
		router.clock.advance(60_000);
		await expect(explorer.rows.first()).not.toHaveText(before ?? '');
		await anotherLook(router);
		expect(await shifted.evaluate((seen) => seen)).toEqual([]);
		expect(await explorer.columns()).toEqual(columns);
		expect(await explorer.said.textContent()).toBe(said);
	});

	test('a router that it takes long is left in peace, and the page says for how long', async ({
		openTab,
		page,
		router
	}) => {
		await page.clock.install();
		await page.route('**/ubus/', async (route) => {
			const answer = await route.fetch();
			const text = await answer.text();
			const asked = route.request().postData()?.includes('get_flows');
			await route.fulfill({
				response: answer,
				body: asked ? text.replace(/"took_us":\d+/, '"took_us":6000000') : text
			});
		});
		await openTab();
		const explorer = new Explorer(page);
		await expect(explorer.rows).toHaveCount(50);
		await expect(
			page.getByText('The list is slow on this router. It is asked for again in 4 min')
		).toBeVisible();
		const looks = looksAtFlows(router);
		await page.clock.runFor(120_000);
		await expect(page.getByText('It is asked for again in 2 min')).toBeVisible();
		expect(looksAtFlows(router)).toBe(looks);
		await explorer.more();
		await explorer.choice('Path').selectOption('CPU');
		await expect.poll(() => looksAtFlows(router)).toBe(looks + 1);
		await page.unrouteAll({ behavior: 'wait' });
	});

	test('paused, it asks for nothing until something else is wanted', async ({ openTab, page, router }) => {
		await page.clock.install();
		await openTab();
		const explorer = new Explorer(page);
		await expect(explorer.rows).toHaveCount(50);
		await explorer.button('Pause').click();
		await expect(explorer.button('Pause')).toHaveAttribute('aria-pressed', 'true');
		await expect(explorer.said).toHaveText('Paused.');
		await expect(explorer.table).toHaveAttribute('aria-busy', 'false');
		const looks = looksAtFlows(router);
		await page.clock.runFor(60_000);
		expect(looksAtFlows(router)).toBe(looks);

		await explorer.more();
		await explorer.choice('Path').selectOption('CPU');
		await expect.poll(() => looksAtFlows(router)).toBe(looks + 1);
		await explorer.button('Pause').click();
		await page.clock.runFor(60_000);
		await expect.poll(() => looksAtFlows(router)).toBeGreaterThan(looks + 1);
	});
});

test.describe('what is taken away', () => {
	test('as CSV and as text has a line for each row', async ({ openTab, page, context }) => {
		await context.grantPermissions(['clipboard-read', 'clipboard-write']);
		await openTab();
		const explorer = new Explorer(page);
		await expect(explorer.rows).toHaveCount(50);
		const download = page.waitForEvent('download');
		await explorer.button('Download CSV').click();
		const file = await download;
		expect(file.suggestedFilename()).toBe('connections.csv');
		const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n');
		expect(lines).toHaveLength(51);
		expect(lines[1]).toMatch(/^software,ipv4,tcp,192\.168\.1\.\d+,\d+,198\.51\.1\d\d\.\d+,443,\w*,,\d+,/);

		await explorer.button('Copy').click();
		await expect(explorer.said).toHaveText('50 rows copied.');
		const copied = await page.evaluate(() => navigator.clipboard.readText());
		expect(copied.trimEnd().split('\n')).toHaveLength(51);
	});
});

test.describe('the charts', () => {
	test('show what was, and mark a reload of the firewall without forgetting it', async ({
		openTab,
		page,
		router
	}) => {
		await openTab();
		const explorer = new Explorer(page);
		const paths = explorer.chart('Throughput by path');
		await expect(paths).toContainText(/Software [\d.]+ [MG]bit\/s/);
		await expect(paths).toContainText(/CPU [\d.]+ [kM]bit\/s/);
		await expect(explorer.chart('Processor')).toContainText(/Busy \d+ %.*packet processing \d+ %/);
		const lengthOf = () =>
			explorer
				.chart('Throughput by path')
				.locator('.nfo-line.nfo-line-software')
				.last()
				.evaluate((line) => line.getAttribute('d')?.length ?? 0);
		const before = await lengthOf();
		const place = await explorer.search.boundingBox();
		await expect(page.getByText('The firewall was reloaded')).toHaveCount(0);
		router.firewall.load();
		await expect(page.getByText('The firewall was reloaded')).toBeVisible();
		expect(await explorer.search.boundingBox()).toEqual(place);
		expect(await lengthOf()).toBeGreaterThanOrEqual(before);
	});
});

test.describe('without accounting', () => {
	test.use({ scenario: 'no-accounting' });

	test('no number is made up', async ({ openTab, page }) => {
		await openTab();
		const explorer = new Explorer(page);
		await expect(explorer.rows.first()).toContainText('not counted');
		await expect(explorer.table).not.toContainText(/\d B/);
		await explorer.rows.first().getByRole('button').click();
		await expect(explorer.table).toContainText('net.netfilter.nf_conntrack_acct is 0');
	});
});

test.describe('hosts with hostile names', () => {
	test.use({ scenario: 'hostile' });

	test('are text, cut to size, and turn nothing around', async ({ openTab, page }) => {
		await openTab();
		const explorer = new Explorer(page);
		const names = explorer.table.locator('bdi');
		await expect(names.filter({ hasText: '<img src=x onerror=window.__hostile=1>' }).first()).toBeVisible();
		await explorer.rows.first().getByRole('button').click();
		for (const name of await names.allTextContents()) {
			expect(name.length).toBeLessThanOrEqual(63);
			expect(name).not.toMatch(/[\u202e\u200b]/);
		}
		await explorer.choice('Show').selectOption('Clients');
		await expect(names.filter({ hasText: '"><svg onload=window.__hostile=1>' }).first()).toBeVisible();
		await expect(
			page.locator('#nft-offload').locator('img, script, svg:not(.nfo-chart, .nfo-why svg)')
		).toHaveCount(0);
		expect(await page.evaluate(() => '__hostile' in window)).toBe(false);
		for (const width of [1280, 360]) {
			await page.setViewportSize({ width, height: 800 });
			await expectNoScrollingSideways(page);
		}
	});
});

test.describe('looks', () => {
	for (const view of ['connections', 'clients'])
		test(`${view}: readable in light and dark, and on a phone`, async ({ openTab, page }) => {
			await openTab(`${PAGE_PATH}#view=${view}&breakdown=true`);
			const explorer = new Explorer(page);
			await expect(explorer.chart('Throughput by path')).toBeVisible();
			if (view === 'connections') await explorer.rows.first().getByRole('button').click();
			for (const width of [1280, 360])
				for (const colorScheme of ['light', 'dark'] as const) {
					await page.emulateMedia({ colorScheme });
					await page.setViewportSize({ width, height: 800 });
					await expectReadable(page);
					await expectNoScrollingSideways(page);
				}
		});
});

test('connections are learned again, and it is told how many, and how many of the client in view', async ({
	openTab,
	page,
	router
}) => {
	await openTab();
	const flows = new Explorer(page);
	await flows.button('Learn again').click();
	await expect(flows.said).toContainText(/[1-9]\d* offloaded connections are learned again/);
	expect(router.pluginCalls.filter(({ method }) => method === 'relearn_flows')).toHaveLength(1);
});

test.describe('with the mode off', () => {
	test.use({ scenario: 'cpu' });

	test('there is nothing to learn again', async ({ openTab, page }) => {
		await openTab();
		const flows = new Explorer(page);
		await expect(flows.button('Download CSV')).toBeVisible();
		await expect(flows.button('Learn again')).toHaveCount(0);
	});
});
