// SPDX-License-Identifier: Apache-2.0
/** A change of the mode as its admin sees it, and what others do meanwhile: the router never ends up half changed. */
import { Tab } from '../../e2e/harness/tab.ts';
import { GeneralSettings, logIn } from '../release.ts';
import { answers } from '../product.ts';
import { PASSWORD, type Router } from '../router.ts';
import { expect, OUR_PAGE, shoot, test } from '../test.ts';
import { startHousehold } from '../traffic.ts';
import { ask, look, readConfig, tryOut, untilEnded, untilSetUp } from '../transaction.ts';
import { until } from '../until.ts';

/** Seconds that the page gives a change. */
const USUAL = 120;
/** Without traffic the fast path is set up, and nothing is seen of it. */
const HEADING = { cpu: 'Packets take the CPU path', software: 'Set up, nothing offloaded yet' };

const pending = async (router: Router) =>
	(await router.try('[ -e /var/run/rpcd/snapshot-files ]')).code === 0;

test('software and off, each tried under a download: proved, and kept by the page itself', async ({
	openTab,
	router,
	page
}) => {
	test.setTimeout(400_000);
	const tab = await openTab();
	const before = await readConfig(router);
	await startHousehold(router);
	for (const [mode, path] of [
		['Software', 'Packets were seen to take the software fast path, both ways.'],
		['Off', 'Packets were seen to pass through the CPU, both ways.']
	] as const) {
		await tab.changeTo(mode);
		await expect(tab.outcome).toContainText(`Changed to ${mode}. ${path}`, { timeout: USUAL * 1000 });
		await expect(tab.outcome).toContainText('Kept by root');
		await tab.button('Dismiss').click();
		expect((await untilEnded(router)).outcome).toEqual({ code: 'kept', by: 'root', proved: true });
		await untilSetUp(router, mode === 'Off' ? 'off' : 'software');
	}
	await shoot(page, '9-kept');
	// What was on is off from then on, in so many words.
	expect((await readConfig(router)).replace("\toption flow_offloading '0'\n", '')).toBe(before);
});

test('rpcd reloaded inside the window: the change goes on, and the page keeps it once it is proved', async ({
	openTab,
	router
}) => {
	const tab = await openTab();
	await tab.changeTo('Software');
	await until('software set up', 60, async () => (await look(router)).state === 'proving');
	await router.run('/etc/init.d/rpcd reload');
	await answers(router);
	expect((await look(router)).state).toBe('proving');
	await expect(tab.change.getByRole('timer')).toBeVisible();
	await startHousehold(router);
	await expect(tab.outcome).toContainText('Changed to Software.', { timeout: USUAL * 1000 });
});

test('the browser gone inside the window: the router goes back although packets pass', async ({
	openTab,
	router,
	page
}) => {
	test.setTimeout(400_000);
	const tab = await openTab();
	const before = await readConfig(router);
	await startHousehold(router);
	await tab.changeTo('Software');
	await expect(tab.change).toBeVisible();
	await page.close();
	expect((await untilEnded(router, USUAL + 60)).outcome).toMatchObject({
		code: 'reverted',
		reason: { code: 'time_over' }
	});
	expect(await readConfig(router)).toBe(before);
	await untilSetUp(router, 'off');
});

test('a second admin sees whose change runs, and takes it back', async ({
	openTab,
	router,
	browser,
	baseURL
}) => {
	const tab = await openTab();
	await tab.changeTo('Software');
	const other = await browser.newPage({ baseURL: baseURL ?? '' });
	await logIn(other, OUR_PAGE, 'root', PASSWORD);
	const theirs = new Tab(other);
	await expect(theirs.change).toContainText('From Off to Software, started by root.');
	await theirs.change.getByRole('button', { name: 'Go back' }).click();
	await expect(tab.outcome).toContainText('The change to Software was taken back by root');
	await other.close();
	await untilSetUp(router, 'off');
});

test('what another admin has staged stays staged', async ({ router }) => {
	const other = await router.login();
	const values = { description: 'another admin' };
	await router.ubus(other, 'uci', 'set', { config: 'system', section: '@system[0]', values });
	const id = await tryOut(router, { mode: 'software', seconds: 60 });
	expect((await ask(router, 'keep_change', { id })).state).toBe('ended');
	const { data } = await router.ubus(other, 'uci', 'changes');
	expect(JSON.stringify(data)).toContain('another admin');
	expect(await router.run('cat /etc/config/system')).not.toContain('another admin');
});

test('while another admin’s apply waits, ours is refused in so many words', async ({ openTab, router }) => {
	const tab = await openTab();
	const other = await router.login();
	const values = { description: 'another admin' };
	await router.ubus(other, 'uci', 'set', { config: 'system', section: '@system[0]', values });
	expect((await router.ubus(other, 'uci', 'apply', { rollback: true, timeout: 90 })).status).toBe(0);
	await tab.review('Software');
	await expect(tab.dialog).toContainText('waits for its confirmation');
	expect(await readConfig(router)).not.toContain('flow_offloading');
	expect((await router.ubus(other, 'uci', 'confirm')).status).toBe(0);
	const id = await tryOut(router, { mode: 'software', seconds: 60 });
	await ask(router, 'undo_change', { id });
	await untilEnded(router);
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
