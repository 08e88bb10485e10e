// SPDX-License-Identifier: Apache-2.0
/** Switching the mode: the router carries it out and decides its end, the page is its witness. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { expectNoScrollingSideways, expectReadable } from './harness/looks.ts';
import { expect, PAGE_PATH, test } from './harness/test.ts';
import { Tab } from './harness/tab.ts';
import { USERS } from '../router/users.ts';
import type { VirtualRouter } from '../router/router.ts';

const SECONDS = 1000;
/** What a change is given unless an admin says otherwise, and some time to go back. */
const ITS_TIME = 125 * SECONDS;

/** What all sessions have staged. */
function staged(router: VirtualRouter): string[] {
	return router.sessions.all().flatMap(({ sid }) => router.staging.staged(sid));
}

const asked = (router: VirtualRouter) => router.pluginCalls.map(({ method }) => method);

/** The firewall's file without the lines that a change may touch. */
const besidesTheOptions = (router: VirtualRouter) =>
	router.firewallFile().replace(/^\toption flow_offloading.*\n/gm, '');

/** A session of somebody else. */
function sessionOf(router: VirtualRouter, user: keyof typeof USERS): string {
	const session = router.sessions.login(user, USERS[user].password, 3600);
	if (!session) throw new Error(`${user} cannot log in`);
	return session.sid;
}

/** The tab of a second admin, in a browser of his own. */
async function secondAdmin(browser: Browser, router: VirtualRouter, url: string): Promise<Tab> {
	const context = await browser.newContext({ baseURL: url });
	const value = sessionOf(router, 'root');
	await context.addCookies([{ name: 'sysauth_http', value, url: `${url}/cgi-bin/luci/` }]);
	const page = await context.newPage();
	await page.goto(PAGE_PATH);
	return new Tab(page);
}

test.describe('from the CPU to software and back', () => {
	test('is reviewed, started, seen to work, kept, and undone', async ({ openTab, router }) => {
		const before = router.firewallFile();
		const tab = await openTab();
		await tab.review('Software');
		await expect(tab.dialog).toContainText('config defaults');
		await expect(tab.dialog).toContainText("option flow_offloading '1'");
		await expect(tab.dialog).toContainText('br-lan, wan');
		expect(router.firewallFile()).toBe(before);

		await tab.button('Save & Apply').click();
		await expect(tab.change.getByRole('timer')).toHaveText(/goes back to Off in \d:\d\d/);
		await expect(tab.outcome).toContainText(
			'Changed to Software. Packets were seen to take the software fast path, both ways.'
		);
		await expect(tab.outcome).toContainText('Kept by root.');
		await expect(tab.state.getByRole('heading')).toHaveText('Packets take the software fast path');
		await expect(tab.connections.getByRole('cell', { name: 'Software' }).first()).toBeVisible();
		expect(router.kernel.flowtable).toEqual({ devices: ['br-lan', 'wan'], hardware: false });
		expect(staged(router)).toEqual([]);
		expect(besidesTheOptions(router)).toBe(before);
		expect(asked(router).filter((method) => method === 'keep_change')).toHaveLength(1);

		await tab.button('Undo: back to Off').click();
		await tab.button('Save & Apply').click();
		await expect(tab.outcome).toContainText('Changed to Off');
		expect(router.kernel.flowtable).toBeNull();
		expect(besidesTheOptions(router)).toBe(before);
	});

	test('cancelled, nothing was asked of the router but the check', async ({ openTab, router }) => {
		const before = router.firewallFile();
		const tab = await openTab();
		await tab.review('Software');
		await tab.button('Cancel').click();
		await expect(tab.dialog).toHaveCount(0);
		await expect(tab.button('Review change')).toBeFocused();
		expect(asked(router)).not.toContain('start_change');
		expect(router.firewallFile()).toBe(before);
	});

	test('taken back on demand, the router is as it was', async ({ openTab, router }) => {
		const before = router.firewallFile();
		const tab = await openTab();
		await tab.changeTo('Software');
		await tab.button('Go back').click();
		await expect(tab.outcome).toContainText('was taken back by root, and the router went back to Off');
		expect(router.firewallFile()).toBe(before);
		expect(router.kernel.flowtable).toBeNull();
		await expect(tab.mode('Off')).toBeChecked();
	});

	test('loaded again in the middle, the page goes on where it was', async ({ openTab, page }) => {
		const tab = await openTab();
		await tab.changeTo('Software');
		await expect(tab.change).toBeVisible();
		await page.reload();
		await expect(page.getByText('started by root')).toBeVisible();
		await expect(tab.outcome).toContainText('Changed to Software. Packets were seen');
	});

	test('its outcome is told until it is dismissed, also after a reload', async ({ openTab, page }) => {
		const tab = await openTab();
		await tab.changeTo('Software');
		await expect(tab.outcome).toContainText('Changed to Software');
		await page.reload();
		await expect(tab.outcome).toContainText('Changed to Software');
		await tab.button('Dismiss').click();
		await page.reload();
		await expect(tab.connections.getByRole('row')).not.toHaveCount(0);
		await expect(page.getByText('Changed to Software')).toHaveCount(0);
	});
});

test.describe('without traffic', () => {
	test.use({ scenario: 'no-traffic' });

	test('the admin is asked, and what he says is done', async ({ openTab, router }) => {
		const tab = await openTab();
		await tab.changeTo('Software');
		await expect(tab.change).toContainText('Does the Internet work?');
		await expect(tab.change).toContainText('On the fast path0 connections');
		await tab.button('Keep').click();
		await expect(tab.outcome).toContainText('No packets were seen to prove that it works.');
		await expect(tab.outcome).toContainText('Kept by root.');
		expect(router.firewallFile()).toContain("option flow_offloading '1'");
	});

	test('silence goes back', async ({ openTab, router }) => {
		const before = router.firewallFile();
		const tab = await openTab();
		await tab.changeTo('Software');
		await expect(tab.change).toContainText('Does the Internet work?');
		router.clock.advance(ITS_TIME);
		await expect(tab.outcome).toContainText('Nobody kept the change to Software in time');
		expect(router.firewallFile()).toBe(before);
	});

	test('everything that is shown can be read, and fits a phone', async ({ openTab, page }) => {
		const tab = await openTab();
		await tab.review('Software');
		await expectLooks(tab.button('Save & Apply'));
		await tab.button('Save & Apply').click();
		await expect(tab.change).toContainText('Does the Internet work?');
		await expectLooks(tab.button('Keep'));
		await tab.button('Keep').click();
		await expectLooks(tab.button('Dismiss'));

		async function expectLooks(button: ReturnType<Tab['button']>): Promise<void> {
			await page.setViewportSize({ width: 1280, height: 720 });
			await expect(button).toBeVisible();
			for (const colorScheme of ['light', 'dark'] as const) {
				await page.emulateMedia({ colorScheme });
				await expectReadable(page);
			}
			await page.setViewportSize({ width: 360, height: 740 });
			await expectNoScrollingSideways(page);
			await button.scrollIntoViewIfNeeded();
			await expect(button).toBeInViewport();
		}
	});

	test('a second admin sees whose change it is, and can keep it', async ({
		openTab,
		browser,
		router,
		baseURL
	}) => {
		const tab = await openTab();
		await tab.changeTo('Software');
		const other = await secondAdmin(browser, router, baseURL ?? '');
		await expect(other.change).toContainText('From Off to Software, started by root.');
		await expect(other.button('Review change')).toBeDisabled();
		await other.button('Keep').click();
		for (const each of [tab, other]) await expect(each.outcome).toContainText('Kept by root.');
		await other.page.context().close();
	});
});

test.describe('from a value that firewall4 refuses', () => {
	test.use({ scenario: 'stuck' });

	test('goes back to Off, as the review has said', async ({ openTab, router }) => {
		const before = router.firewallFile();
		const tab = await openTab();
		await tab.review('Software');
		await expect(tab.dialog).toContainText('firewall4 refuses the present value');
		await tab.button('Save & Apply').click();
		await tab.button('Go back').click();
		await expect(tab.outcome).toContainText('was taken back by root, and the router went back to Off');
		await expect(tab.outcome).toContainText('Off is configured instead.');
		expect(router.firewallFile()).toBe(before.replace("'enabled'", "'0'"));
		expect(router.kernel.flowtable).toBeNull();
		await expect(tab.mode('Off')).toBeChecked();
	});
});

test.describe('where the kernel counts nothing', () => {
	test.use({ scenario: 'uncounted' });

	test('nobody can see packets move, and the admin is asked', async ({ openTab }) => {
		const tab = await openTab();
		await tab.changeTo('Software');
		await expect(tab.change).toContainText('The kernel counts no packets');
		await expect(tab.change).toContainText('Does the Internet work?');
	});
});

test.describe('a viewer', () => {
	test.use({ scenario: 'read-only' });

	test('sees a change and has no say in it', async ({ openTab, router }) => {
		const tab = await openTab();
		await router.bus.call('luci.nft-offload', 'start_change', {
			mode: 'off',
			trial: true,
			seconds: 3600,
			ubus_rpc_session: sessionOf(router, 'root')
		});
		await expect(tab.change).toContainText('From Software to Off, started by root.');
		await expect(tab.change).toContainText('read-only access');
		await expect(tab.change.getByRole('button')).toHaveCount(0);
	});
});

test.describe('hardware', () => {
	test('without a flow engine, the devices are named where the admin looks', async ({ openTab, router }) => {
		const before = router.firewallFile();
		const tab = await openTab();
		await tab.review('Hardware');
		await expect(tab.dialog).toContainText('None of these devices has a flow engine: lan1, lan2, lan3, wan.');
		await tab.button('Close').click();
		await expect(tab.button('Review change')).toBeFocused();
		expect(router.firewallFile()).toBe(before);
	});

	test.describe('of which nobody knows', () => {
		test.use({ scenario: 'hardware-unknown' });

		test('is tried after a warning that names the devices', async ({ openTab }) => {
			const tab = await openTab();
			await tab.review('Hardware');
			await expect(tab.dialog).toContainText(/flow engine is unknown: lan1, lan2, lan3, wan\./);
			await expect(tab.button('Save & Apply')).toBeVisible();
		});
	});

	test.describe('that works', () => {
		test.use({ scenario: 'hardware-able' });

		test('comes into effect, and a trial of it is kept by the admin alone', async ({ openTab, router }) => {
			const tab = await openTab();
			await tab.changeTo('Hardware', 'Trial: 1 hour');
			await expect(tab.change.getByRole('heading', { name: 'Trial of Hardware' })).toBeVisible();
			await expect(tab.change).toContainText('Packets were seen to take the hardware fast path, both ways.');
			expect(asked(router)).not.toContain('keep_change');
			await tab.button('Keep').click();
			await expect(tab.outcome).toContainText('Changed to Hardware.');
			await expect(tab.state.getByRole('heading')).toHaveText('Packets take the hardware fast path');
			expect(router.kernel.flowtable?.hardware).toBe(true);
		});
	});

	test.describe('that swallows what it takes', () => {
		test.use({ scenario: 'swallows' });

		test('is not kept, and goes back by itself', async ({ openTab, router }) => {
			const before = router.firewallFile();
			const tab = await openTab();
			await tab.changeTo('Hardware');
			await expect(tab.change).toContainText('Does the Internet work?');
			router.clock.advance(ITS_TIME);
			await expect(tab.outcome).toContainText('Nobody kept the change to Hardware in time');
			expect(router.firewallFile()).toBe(before);
		});
	});

	test.describe('that makes the kernel panic', () => {
		test.use({
			scenario: 'panics',
			allowedComplaints: [/net::ERR_|status of 403/]
		});

		test('is gone after the restart, and the page says why', async ({ openTab, page, router }) => {
			const before = router.firewallFile();
			const tab = await openTab();
			await tab.changeTo('Hardware', 'Trial: 1 hour');
			// The sessions are gone with the memory.
			await page.getByRole('button', { name: 'Log in…' }).click();
			await page.getByLabel('Password').fill(USERS.root.password);
			await page.getByRole('button', { name: 'Log in', exact: true }).click();
			await expect(tab.outcome).toContainText(
				'The router restarted during the trial of hardware offloading and went back to Off.'
			);
			expect(router.firewallFile()).toBe(before);
		});
	});
});

test.describe('a restart in a change whose marker the flash has cut off', () => {
	test.use({ allowedComplaints: [/net::ERR_|status of 403/] });

	test('is told, with what is configured now', async ({ openTab, page, router }) => {
		const tab = await openTab();
		await tab.changeTo('Software', 'Trial: 1 hour');
		await expect(tab.change).toContainText('Packets were seen');
		writeFileSync(join(router.root, 'etc/nft-offload/change.json'), '{"id":');
		router.flash.sync();
		const restart = router.reboot('crashes');
		router.clock.advance(3 * SECONDS);
		await restart;
		await page.getByRole('button', { name: 'Log in…' }).click();
		await page.getByLabel('Password').fill(USERS.root.password);
		await page.getByRole('button', { name: 'Log in', exact: true }).click();
		await expect(tab.outcome).toContainText('cannot be read: it could not go back');
		await expect(tab.outcome).toContainText('/etc/config/firewall says Software now.');
		await tab.button('Dismiss').click();
		await expect(tab.outcome).toHaveText('');
	});
});

test.describe('a change that cuts the browser off', () => {
	// The router's answers do not arrive, as they should not.
	test.use({ scenario: 'cut-off', allowedComplaints: [/net::ERR_EMPTY_RESPONSE/] });

	test('is taken back by the router, and the page says so', async ({ openTab, router }) => {
		const before = router.firewallFile();
		const tab = await openTab();
		await tab.changeTo('Software');
		await expect.poll(() => router.reachable).toBe(false);
		expect(router.firewallFile()).not.toBe(before);
		await expect(tab.change).toContainText('The router does not answer. It goes on by itself');

		router.clock.advance(ITS_TIME);
		await expect(tab.outcome).toContainText('Nobody kept the change to Software in time');
		expect(router.reachable).toBe(true);
		expect(router.firewallFile()).toBe(before);
		expect(router.kernel.flowtable).toBeNull();
	});
});

test.describe('changes that were staged elsewhere', () => {
	test.use({ scenario: 'foreign' });

	test('stay staged, and are not taken along', async ({ openTab, router }) => {
		const tab = await openTab();
		await tab.changeTo('Software');
		await expect(tab.outcome).toContainText('Changed to Software');
		expect(staged(router)).toEqual(['firewall', 'network']);
		expect(router.firewallFile()).not.toContain("option forward 'REJECT'\n\toption forward");
	});
});

test.describe('a file with comments', () => {
	test.use({ scenario: 'comments' });

	test('keeps them', async ({ openTab, router }) => {
		const comments = (text: string) => text.match(/#.*/g);
		const before = comments(router.firewallFile());
		const tab = await openTab();
		await tab.review('Software');
		await expect(tab.dialog).toContainText('and no others');
		await tab.button('Save & Apply').click();
		await expect(tab.outcome).toContainText('Changed to Software');
		expect(comments(router.firewallFile())).toEqual(before);
	});
});

test.describe('without the module', () => {
	test.use({ scenario: 'no-module' });

	test('nothing is changed, and the package is named', async ({ openTab }) => {
		const tab = await openTab();
		await tab.review('Software');
		await expect(tab.dialog).toContainText('Install kmod-nft-offload first');
	});
});

test.describe('a full flash', () => {
	test.use({ scenario: 'flash-full' });

	test('is seen before it could lose the file', async ({ openTab }) => {
		const tab = await openTab();
		await tab.review('Software');
		await expect(tab.dialog).toContainText(/Only 0 KiB are free on the flash/);
		await expect(tab.button('Save & Apply')).toHaveCount(0);
	});
});

test.describe('a flash that fills up during the change', () => {
	test.use({ scenario: 'flash-fills' });

	test('leaves the file as it was, and the page says so', async ({ openTab, router }) => {
		const before = router.firewallFile();
		const tab = await openTab();
		await tab.changeTo('Software');
		await expect(tab.outcome).toContainText('The change to Software could not be saved');
		expect(router.firewallFile()).toBe(before);
	});
});

test.describe('what others do meanwhile', () => {
	test('an apply of theirs that waits lets nothing start', async ({ openTab, router }) => {
		const tab = await openTab();
		const other = sessionOf(router, 'root');
		router.staging.stage(other, 'network', ['set', 'lan', 'netmask', '255.255.0.0']);
		await router.bus.call('uci', 'apply', { rollback: true, timeout: 60, ubus_rpc_session: other });
		const before = router.firewallFile();
		await tab.review('Software');
		await expect(tab.dialog).toContainText('waits for its confirmation');
		await expect(tab.button('Save & Apply')).toHaveCount(0);
		expect(router.firewallFile()).toBe(before);
		expect(router.applier.pending).toBe(other);
	});

	test('a file that they change while it is read is reviewed again', async ({ openTab, router }) => {
		const tab = await openTab();
		await tab.review('Software');
		await expect(tab.button('Save & Apply')).toBeVisible();
		router.writeFirewall(`${router.firewallFile()}\n# theirs\n`);
		await tab.button('Save & Apply').click();
		await expect(tab.dialog).toContainText('was changed meanwhile; review it again');
		await tab.button('Review again').click();
		await tab.button('Save & Apply').click();
		await expect(tab.outcome).toContainText('Changed to Software');
		expect(router.firewallFile()).toContain('# theirs');
	});
});
