// SPDX-License-Identifier: Apache-2.0
/** Why, and what to do: the picture, the findings, and a connection explained. */
import { expectNoScrollingSideways, expectReadable, LOOKS } from './harness/looks.ts';
import { expect, test } from './harness/test.ts';

test.use({ scenario: 'software' });

test('headline, picture and switch are seen without scrolling, and nothing is found', async ({
	openTab,
	page
}) => {
	await page.setViewportSize({ width: 1280, height: 800 });
	const tab = await openTab();
	await expect(tab.why.getByRole('img')).toBeInViewport({ ratio: 1 });
	await expect(tab.state).toBeInViewport({ ratio: 1 });
	await expect(tab.button('Review change')).toBeInViewport({ ratio: 1 });
	await expect(tab.findings).toHaveCount(0);
});

test('the first look asks for the state and, without waiting, for the diagnosis', async ({
	openTab,
	page,
	router
}) => {
	const bodies: string[] = [];
	page.on('request', (request) => {
		const body = request.postData();
		if (body?.includes('luci.nft-offload') === true) bodies.push(body);
	});
	const tab = await openTab();
	await expect(tab.why.getByRole('img')).toBeVisible();
	// Apart: a router answers the calls of one request one after the other.
	const asked = bodies
		.slice(0, 2)
		.map((body) => ['get_status', 'get_diagnosis'].filter((each) => body.includes(each)));
	expect(asked).toContainEqual(['get_status']);
	expect(asked).toContainEqual(['get_diagnosis']);
	// What it stands on has not changed since.
	await expect
		.poll(() => router.pluginCalls.filter(({ method }) => method === 'get_status').length)
		.toBeGreaterThan(2);
	const diagnoses = () => router.pluginCalls.filter(({ method }) => method === 'get_diagnosis').length;
	expect(diagnoses()).toBe(1);
	router.firewall.load();
	await expect.poll(diagnoses).toBe(2);
});

test('the picture shows where packets enter, by which path, and what passes', async ({ openTab }) => {
	const tab = await openTab();
	const picture = tab.why.getByRole('img');
	await expect(picture).toHaveAccessibleName(/LAN: lan1 \(flowtable\).*WAN: wan \(flowtable\)/);
	await expect(picture).toContainText(/Fast path[\d.]+ [MG]bit\/s/);
	await tab.why.getByText('Devices as a table').click();
	const row = tab.why.getByRole('row').filter({ has: tab.page.getByRole('rowheader', { name: 'lan1' }) });
	await expect(row).toContainText('br-lan');
	await expect(row).toContainText(/[\d.]+ [kMG]bit\/s/);
});

test.describe('a network that is not covered', () => {
	test.use({ scenario: 'not-covered' });

	test('is told once, in the headline', async ({ openTab }) => {
		const tab = await openTab();
		await expect(tab.state).toContainText('packets that enter by pppoe-wan are not accelerated');
		await expect(tab.why.getByRole('img')).toBeVisible();
		await expect(tab.findings).toHaveCount(0);
		// Downloads are on the CPU, however their connections are marked.
		await expect(tab.state).toContainText('connections are offloaded, their uploads alone.');
		await expect(tab.state).toContainText(/Now: ([1-9]|[1-4]\d) % of/);
	});
});

test.describe('hardware that is not there', () => {
	test.use({ scenario: 'no-engine' });

	test('is not drawn', async ({ openTab }) => {
		const tab = await openTab();
		await expect(tab.state).toContainText('Set up for hardware, nothing in hardware');
		await expect(tab.why).toContainText('taken by the flowtable');
		await expect(tab.why).not.toContainText('taken by the hardware');
	});
});

test.describe('a diagnosis that does not come', () => {
	test('is said, and can be asked for again', async ({ openTab, page }) => {
		await page.route('**/ubus/', async (route) => {
			const body = route.request().postData() ?? '';
			await route.continue({ postData: body.replaceAll('get_diagnosis', 'get_nothing') });
		});
		const tab = await openTab();
		await expect(tab.why).toContainText('What is in the way was not found out');
		await expect(tab.state.getByRole('heading')).toHaveText('Packets take the software fast path');
		await page.unrouteAll({ behavior: 'wait' });
		await tab.button('Check again').click();
		await expect(tab.why.getByRole('img')).toBeVisible();
	});
});

/** Puts findings into the router's answer: what is found is the router's to test. */
const FINDINGS = [
	{ code: 'table_nearly_full', severity: 'danger', count: 65_000, maximum: 65_536 },
	{
		code: 'shaped',
		severity: 'warning',
		device: 'wan',
		kind: 'cake',
		direction: 'egress',
		passed_by: 'software',
		program: 'sqm'
	},
	{ code: 'logged', severity: 'notice', chains: ['inet fw4 forward'] }
];

test.describe('findings', () => {
	test.beforeEach(async ({ page }) => {
		await page.route('**/ubus/', async (route) => {
			const answer = await route.fetch();
			const body = (await answer.text()).replaceAll(
				'"findings":[]',
				`"findings":${JSON.stringify(FINDINGS)}`
			);
			await route.fulfill({ response: answer, body });
		});
	});

	test.afterEach(async ({ page }) => {
		await page.unrouteAll({ behavior: 'wait' });
	});

	test('are told by gravity, each with a way out; readable in light and dark, and on a phone', async ({
		openTab,
		page
	}) => {
		const tab = await openTab();
		await expect(tab.findings.getByRole('heading')).toHaveText('Findings (3)');
		const items = tab.findings.getByRole('listitem');
		await expect(items.first()).toContainText('Severe: The connection table is nearly full');
		await expect(items.first()).toContainText('sysctl -w net.netfilter.nf_conntrack_max=131072');
		await items.nth(1).getByText('sqm shapes what leaves by wan').click();
		for (const { colorScheme, width } of LOOKS) {
			await page.emulateMedia({ colorScheme });
			await page.setViewportSize({ width, height: 800 });
			await expectReadable(page);
			await expectNoScrollingSideways(page);
		}
	});

	test('lead to a change by the usual review, which tells what the new mode would bring', async ({
		openTab
	}) => {
		const tab = await openTab();
		await tab.findings.getByText('sqm shapes what leaves by wan').click();
		await tab.findings.getByRole('button', { name: 'Change to Off' }).click();
		await expect(tab.dialog).toContainText('What this mode would bring:');
		await expect(tab.dialog.getByRole('listitem')).toHaveCount(3);
		await expect(tab.dialog.getByRole('button', { name: 'Change to' })).toHaveCount(0);
	});

	test('have lines that are copied as they are', async ({ openTab, page, context }) => {
		await context.grantPermissions(['clipboard-read', 'clipboard-write']);
		const tab = await openTab();
		await tab.findings.getByRole('button', { name: 'Copy' }).first().click();
		await expect(tab.findings.getByText('Copied.')).toBeVisible();
		expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^sysctl -w .*\necho '.*\n$/);
	});
});

test('a connection is explained when it is opened, and leads to those of its client', async ({
	openTab,
	router
}) => {
	const tab = await openTab();
	await tab.page.getByRole('searchbox', { name: 'Search' }).fill('192.168.1.');
	const row = tab.connections.getByRole('row').filter({ hasText: 'ICMP' }).first();
	await expect(row).toContainText('never offloaded');
	await row.getByRole('button', { name: /^Details of icmp/ }).click();
	await expect(tab.connections).toContainText(
		'ICMP is never offloaded: the flowtable takes TCP and UDP alone.'
	);
	const asked = router.pluginCalls.filter(
		({ method, args }) => method === 'explain_flow' && args['protocol'] === 'icmp'
	);
	expect(asked).toHaveLength(1);
	await tab.button('All connections of').click();
	await expect(tab.page).toHaveURL(/client=192\.168\.1\.\d+/);
});

test('a reason stands beside what is on the CPU: where its own line tells none, the router is asked for one at a time', async ({
	openTab,
	router
}) => {
	const tab = await openTab();
	const rows = tab.connections.getByRole('row');
	const ftp = rows.filter({ has: tab.page.getByText(/:21$/) }).first();
	await expect(ftp).toContainText('read by the helper ftp');
	await expect(rows.filter({ hasText: 'ICMP' }).first()).toContainText('never offloaded');
	const asked = router.pluginCalls.filter(({ method }) => method === 'explain_flow').map(({ args }) => args);
	expect(new Set(asked.map((args) => JSON.stringify(args))).size).toBe(asked.length);
	expect(asked.filter((args) => args['protocol'] === 'icmp')).toEqual([]);
});
