// SPDX-License-Identifier: Apache-2.0
/** What the page says in each state of the router, and how it looks. */
import { expectNoScrollingSideways, expectReadable, LOOKS } from './harness/looks.ts';
import { expect, test } from './harness/test.ts';
import type { ScenarioName } from '../router/scenarios.ts';

/** The headline, and what is told besides. */
const TOLD: Partial<Record<ScenarioName, readonly [headline: string, text: RegExp]>> = {
	cpu: ['Packets take the CPU path', /As configured: flow offloading is off/],
	software: [
		'Packets take the software fast path',
		/As configured\..*Now: .* offloaded.*Proof: \d+ of \d+ eligible connections/s
	],
	'nothing-yet': ['Set up, nothing offloaded yet', /no connection is on the fast path yet/],
	hardware: [
		'Packets take the hardware fast path',
		/As configured\..*Now: .* offloaded.*Proof: \d+ of \d+ eligible connections/s
	],
	'no-engine': ['Set up for hardware, nothing in hardware', /No device of the flowtable has a flow engine/],
	'takes-nothing': ['Set up for hardware, nothing in hardware', /its driver takes none of them/],
	'one-way': ['Packets take the hardware fast path', /One direction only: \d+ connections/],
	'ipv4-alone': ['Packets take the hardware fast path', /IPv4 only: \d+ connections of IPv6 in software/],
	'table-full': ['Packets take the hardware fast path', /Not all: \d+ connections in software/],
	'fell-back': ['Packets take the software fast path', /firewall4 fell back to software/],
	'not-covered': [
		'Packets take the software fast path',
		/Downloads stay on the CPU: packets that enter by pppoe-wan.*neither it nor wan below it/
	],
	drifted: ['Packets take the hardware fast path', /Not in the flowtable.*: phy0-ap0/],
	'other-flowtable': ['Packets may be offloaded by inet other/ft, not by firewall4', /off, as configured/],
	accelerator: [
		'Packets may be offloaded by shortcut_fe, shortcut_fe_cm, not by firewall4',
		/off, as configured/
	],
	stuck: ['Packets take the CPU path', /refuses the value “enabled” of the option flow_offloading/],
	'ruleset-refused': ['Packets take the CPU path', /The ruleset is refused: “.*bad\.nft:1:35-35: Error/],
	'not-reloaded': ['Packets take the CPU path', /has not been reloaded since/],
	'no-module': ['Packets take the CPU path', /As configured: flow offloading is off/],
	'module-not-loaded': ['Packets take the CPU path', /not loaded\..*modprobe nft_flow_offload/s],
	'no-accounting': ['Packets take the software fast path', /As configured\..*Now: not counted/s],
	unreadable: ['Packets take the CPU path', /cannot be read: .*, line \d+\..*nobody gets in/s],
	'nft-fails': ['Status unknown', /could not be asked.*Operation not permitted/s]
};

for (const [scenario, [headline, text]] of Object.entries(TOLD)) {
	test.describe(scenario, () => {
		test.use({ scenario: scenario as ScenarioName });

		test('tells what is and why, readable in light and dark, and on a phone', async ({ openTab, page }) => {
			const tab = await openTab();
			await expect(tab.state.getByRole('heading')).toHaveText(headline);
			await expect(tab.state).toContainText(text);
			await expect(tab.connections.getByRole('row')).not.toHaveCount(0);
			await expect(tab.why.getByRole('img')).toBeVisible();
			for (const { colorScheme, width } of LOOKS) {
				await page.emulateMedia({ colorScheme });
				await page.setViewportSize({ width, height: 800 });
				await expect(page.locator('html')).toHaveAttribute('data-darkmode', String(colorScheme === 'dark'));
				await expectReadable(page);
				await expectNoScrollingSideways(page);
			}
		});
	});
}

const ANSWERED = {
	crashes: /The router gave no answer to luci.nft-offload.get_status/,
	garbage: /The router answered with an error: luci.nft-offload.get_status/
};

test.describe('a firewall that a reload would bring up to date', () => {
	test.use({ scenario: 'drifted' });

	test('is reloaded where that is read', async ({ openTab, router }) => {
		const tab = await openTab();
		await tab.button('Reload the firewall').click();
		await expect(tab.state).toContainText('As configured');
		await expect(tab.button('Reload the firewall')).toHaveCount(0);
		// Who works by keyboard goes on where it is told.
		await expect(tab.state).toBeFocused();
		expect(router.kernel.flowtable?.devices).toContain('phy0-ap0');
	});
});

test.describe('without the module', () => {
	test.use({ scenario: 'no-module' });

	test('what is not possible is said before it is chosen', async ({ openTab }) => {
		const tab = await openTab();
		for (const mode of ['Software', 'Hardware'] as const)
			await expect(tab.mode(mode)).toHaveAccessibleName(/kmod-nft-offload is not installed/);
		await expect(tab.mode('Off')).not.toHaveAccessibleName(/not/);
		await expect(tab.fact('Kernel module')).toHaveText('nft_flow_offload is missing');
	});
});

test.describe('hardware without hardware', () => {
	test.use({ scenario: 'no-engine' });

	test('is changed to Software where that is read', async ({ openTab, router }) => {
		const tab = await openTab();
		await expect(tab.mode('Hardware')).toHaveAccessibleName(/No device of this router has a flow engine/);
		await tab.button('Change to Software').click();
		await tab.button('Save & Apply').click();
		await expect(tab.outcome.filter({ hasText: 'Changed to Software' })).toBeVisible();
		await expect(tab.state.getByRole('heading')).toHaveText('Packets take the software fast path');
		expect(router.kernel.flowtable?.hardware).toBe(false);
	});
});

test.describe('a value that firewall4 died of', () => {
	test.use({ scenario: 'stuck' });

	for (const mode of ['Off', 'Software'] as const)
		test(`is mended by choosing ${mode}: no mode is chosen before`, async ({ openTab, router }) => {
			const tab = await openTab();
			for (const each of ['Off', 'Software', 'Hardware'] as const)
				await expect(tab.mode(each)).not.toBeChecked();
			await expect(tab.button('Review change')).toBeDisabled();
			await tab.changeTo(mode);
			await expect(tab.outcome.filter({ hasText: `Changed to ${mode}` })).toBeVisible();
			await expect(tab.state).toContainText('As configured');
			expect(router.firewallFile()).not.toContain('enabled');
		});
});

for (const scenario of ['crashes', 'garbage'] as const) {
	test.describe(scenario, () => {
		test.use({ scenario });

		test('says what came in the place of an answer, and offers nothing to change', async ({ openTab }) => {
			const tab = await openTab();
			await expect(tab.page.getByText(ANSWERED[scenario])).toBeVisible();
			await expect(tab.button('Review change')).toHaveCount(0);
		});
	});
}

test.describe('slow', () => {
	test.use({ scenario: 'slow' });

	test('says that it waits, and then what is', async ({ openTab, router }) => {
		const tab = await openTab();
		await expect(tab.page.getByText('Asking the router')).toBeVisible();
		await expect.poll(() => router.pluginCalls.length).toBeGreaterThan(0);
		await expect(async () => {
			router.clock.advance(1000);
			await expect(tab.state.getByRole('heading')).toHaveText('Packets take the CPU path', { timeout: 200 });
		}).toPass();
	});
});

test.describe('big', () => {
	test.use({ scenario: 'big' });

	test('counts 65,536 connections and lists the largest', async ({ openTab }) => {
		const tab = await openTab();
		await expect(tab.connections).toContainText(/65.536 connections/);
		await expect(tab.connections.getByRole('cell', { name: 'Software' }).first()).toBeVisible();
	});
});

test.describe('traffic', () => {
	test.use({ scenario: 'software' });

	test('moves, and shows what is offloaded', async ({ openTab, router }) => {
		const tab = await openTab();
		const largest = tab.connections.getByRole('row').filter({ hasText: 'TCP' }).first();
		await expect(largest).toContainText('Software');
		const before = await largest.textContent();
		router.clock.advance(60_000);
		await expect(largest).not.toHaveText(before ?? '');
	});
});
