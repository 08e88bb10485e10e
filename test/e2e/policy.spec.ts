// SPDX-License-Identifier: Apache-2.0
/** Choosing which connections stay on the CPU: reviewed, tried and kept as the mode is, and told where it shows. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import type { VirtualRouter } from '../router/router.ts';
import { expect, PAGE_PATH, test } from './harness/test.ts';
import type { Tab } from './harness/tab.ts';

test.use({ scenario: 'software' });
test.setTimeout(90_000);

const FILE = 'etc/config/nft-offload';

const policyFile = (router: VirtualRouter) =>
	existsSync(router.kernel.path(FILE)) ? readFileSync(router.kernel.path(FILE), 'utf8') : null;

const section = (page: Page) => page.getByRole('region', { name: 'Kept on the CPU by choice' });

async function keepProved(tab: Tab): Promise<void> {
	await tab.button('Save & Apply').click();
	await expect(tab.outcome).toContainText('Changed to Software. Packets were seen', { timeout: 40_000 });
	await tab.button('Dismiss').click();
}

test('a rule is added, reviewed, carried out, switched off and removed', async ({
	openTab,
	router,
	page
}) => {
	const before = router.firewallFile();
	const tab = await openTab();
	await section(page).getByText('Kept on the CPU by choice').click();
	await expect(section(page)).toContainText('No rule: whatever can be offloaded is.');
	await section(page).getByLabel('Keep on the CPU').selectOption('Ports of the destination');
	await section(page).getByLabel('Value').fill('443');
	await section(page).getByLabel('Name').fill('Web');
	await section(page).getByRole('button', { name: 'Add…' }).click();
	await expect(tab.dialog).toContainText('These rules keep connections on the CPU then: Web.');
	await expect(tab.dialog).toContainText("config include 'nft_offload'");
	expect(router.firewallFile()).toBe(before);
	expect(policyFile(router)).toBeNull();

	await keepProved(tab);
	expect(router.firewallFile()).toBe(
		`${before}\nconfig include 'nft_offload'\n\toption type 'script'\n\toption path '/usr/libexec/nft-offload/policy'\n\toption fw4_compatible '1'\n`
	);
	expect(policyFile(router)).toContain("config keep\n\toption name 'Web'\n\tlist port '443'\n");
	expect(router.kernel.policy?.rules).toEqual([
		'meta l4proto { tcp, udp } ct original proto-dst { 443 } return comment "rule 1"',
		'flow add @ft'
	]);
	await expect(section(page)).toContainText('In force.');
	const row = section(page).getByRole('row', { name: /^Web/ });
	await expect(row.getByRole('cell').nth(1)).toHaveText(/^[1-9]\d*$/);

	const picture = page.getByRole('region', { name: 'Path of the packets' });
	await expect(picture.getByText('by the CPU, by choice')).toBeVisible();
	await expect(picture.getByRole('img')).toHaveAccessibleName(/On the CPU by choice: [1-9].*bit\/s\.$/);
	await expect(tab.state).toContainText('on the CPU by choice');

	await tab.connections.getByRole('searchbox', { name: 'Search' }).fill('443');
	await expect(tab.connections).toContainText('by your policy');
	const kept = tab.connections.getByRole('row').filter({ has: page.getByText('CPU', { exact: true }) });
	await kept.first().getByRole('button').first().click();
	await expect(tab.connections).toContainText('By your policy: “Web” keeps it on the CPU.');

	await row.getByRole('button', { name: 'Switch off…' }).click();
	await expect(tab.dialog).toContainText('No rule keeps connections on the CPU then');
	await keepProved(tab);
	expect(router.firewallFile()).toBe(before);
	expect(router.kernel.policy).toBeNull();
	await expect(picture.getByText('by the CPU, by choice')).toBeHidden();
	await expect(row).toContainText('switched off');

	await row.getByRole('button', { name: 'Remove…' }).click();
	await keepProved(tab);
	expect(policyFile(router)).toBeNull();
});

test('from a client in one step', async ({ openTab, router, page }) => {
	const tab = await openTab(`${PAGE_PATH}#view=clients`);
	const keep = tab.connections.getByRole('button', { name: /^Keep .* on the CPU…$/ });
	await expect(tab.connections.getByRole('row', { name: /192\.168\.1\.105/ })).toBeVisible();
	await expect(keep).toBeHidden();
	await tab.connections
		.getByRole('row', { name: /192\.168\.1\.105/ })
		.getByRole('button')
		.first()
		.click();
	await keep.click();
	await expect(tab.dialog).toContainText('These rules keep connections on the CPU then: 192.168.1.105.');
	await keepProved(tab);
	expect(router.kernel.policy?.rules[0]).toContain('192.168.1.105');
	await expect(tab.connections.getByRole('row').filter({ hasText: 'by your policy' }).first()).toBeVisible();
	await expect(page.getByRole('region', { name: 'Kept on the CPU by choice' })).toBeVisible();
});

test('a rule that keeps all there is is proved by what it keeps', async ({ openTab, router, page }) => {
	const tab = await openTab();
	await section(page).getByText('Kept on the CPU by choice').click();
	await section(page).getByLabel('Keep on the CPU').selectOption('Ports of the destination');
	await section(page).getByLabel('Value').fill('1-65535');
	await section(page).getByLabel('Name').fill('All');
	await section(page).getByRole('button', { name: 'Add…' }).click();
	await keepProved(tab);
	expect(router.kernel.policy?.rules).toHaveLength(2);
	await expect(tab.state).toContainText('> 99 % on the CPU by choice');
});

test('from a connection in one step, and back when nobody keeps it', async ({ openTab, router, page }) => {
	const before = router.firewallFile();
	const tab = await openTab();
	const row = tab.connections
		.getByRole('row')
		.filter({ has: page.getByText('Software', { exact: true }) })
		.first();
	await row.getByRole('button').first().click();
	await tab.connections.getByRole('button', { name: /^Keep .* on the CPU…$/ }).click();
	await expect(tab.dialog).toContainText('These rules keep connections on the CPU then');
	await tab.dialog.getByLabel('How long it is tried').selectOption({ label: 'Trial: 5 minutes' });
	await tab.button('Save & Apply').click();
	await expect.poll(() => router.kernel.policy?.rules.length, { timeout: 20_000 }).toBe(3);
	await tab.change.getByRole('button', { name: 'Go back' }).click();
	await expect(tab.outcome).toContainText('went back to Software', { timeout: 30_000 });
	expect(router.firewallFile()).toBe(before);
	expect(policyFile(router)).toBeNull();
	expect(router.kernel.policy).toBeNull();
});

test('by what packets bear: the MAC address of a host by its name, and the way between zones', async ({
	openTab,
	router,
	page
}) => {
	const tab = await openTab();
	const box = section(page);
	await box.getByText('Kept on the CPU by choice').click();
	await box.getByLabel('Keep on the CPU').selectOption('Who began it: MAC addresses');
	const mac = await box.getByRole('option', { name: 'laptop', includeHidden: true }).getAttribute('value');
	await box.getByLabel('Value').fill(mac ?? '');
	await box.getByRole('button', { name: 'Add…' }).click();
	await keepProved(tab);
	expect(policyFile(router)).toContain(`\tlist mac '${mac}'\n`);
	expect(router.kernel.policy?.rules).toEqual([
		`ct direction original ether saddr { ${mac?.toLowerCase()} } return comment "rule 1"`,
		'ct direction reply return comment "rule 1"',
		'flow add @ft'
	]);
	const row = box.getByRole('row', { name: /^macs/ });
	await expect(row.getByRole('cell').nth(1)).toHaveText(/^[1-9]\d*$/);
	await row.getByRole('button', { name: 'Remove…' }).click();
	await keepProved(tab);

	await box.getByLabel('Keep on the CPU').selectOption('From the zone');
	await box.getByLabel('Value').fill('lan');
	await box.getByRole('button', { name: 'Add…' }).click();
	await tab.button('Save & Apply').click();
	await expect.poll(() => router.kernel.policy?.zones, { timeout: 20_000 }).toEqual({ lan: ['br-lan'] });
	expect(router.kernel.policy?.rules[1]).toMatch(/^ct direction reply oifname \$zone_lan return/);
	await tab.connections.getByRole('searchbox', { name: 'Search' }).fill('443');
	await tab.connections.getByRole('row').nth(1).getByRole('button').first().click();
	await expect(tab.connections).toContainText('By your policy: “src lan” keeps it on the CPU.');
});

test('a zone that there is none of is refused', async ({ openTab, page }) => {
	const tab = await openTab();
	await section(page).getByText('Kept on the CPU by choice').click();
	await section(page).getByLabel('Keep on the CPU').selectOption('To the zone');
	await section(page).getByLabel('Value').fill('wann');
	await section(page).getByRole('button', { name: 'Add…' }).click();
	await expect(tab.dialog).toContainText('the firewall has no zone of devices alone: wann');
});

test('what was written by hand is put in force', async ({ openTab, router, page }) => {
	writeFileSync(router.kernel.path(FILE), "config keep\n\toption name 'Web'\n\tlist port '443'\n");
	const tab = await openTab();
	await section(page).getByText('Kept on the CPU by choice').click();
	await expect(section(page)).toContainText(
		'Not in force: /etc/config/firewall has no enabled include for it.'
	);
	await expect(section(page).getByRole('row', { name: /^Web/ })).toContainText('not counted');
	await section(page).getByRole('button', { name: 'Put it in force…' }).click();
	await expect(tab.dialog).toContainText("config include 'nft_offload'");
	await keepProved(tab);
	await expect(section(page)).toContainText('In force.');
});

test('what somebody else has set meanwhile stays, and what nobody understands is told', async ({
	openTab,
	router,
	page
}) => {
	const tab = await openTab();
	const write = (text: string) => {
		writeFileSync(router.kernel.path(FILE), text);
	};
	await section(page).getByText('Kept on the CPU by choice').click();
	await section(page).getByLabel('Value').fill('192.168.1.9');
	write("config keep\n\toption name 'Theirs'\n\tlist port '443'\n");
	await section(page).getByRole('button', { name: 'Add…' }).click();
	await expect(tab.dialog).toContainText('on the CPU then: Theirs, clients 192.168.1.9.');
	write("config keep\n\toption name 'Later'\n\tlist port '443'\n");
	await tab.button('Save & Apply').click();
	await tab.button('Review again').click();
	await expect(tab.dialog).toContainText('on the CPU then: Later, clients 192.168.1.9.');
	await tab.button('Cancel').click();

	write("config keep\n\toption name 'Theirs'\n\tlist port 'web'\n");
	const row = tab.connections.getByRole('row').filter({ has: page.getByText('Software', { exact: true }) });
	await row.first().getByRole('button').first().click();
	await tab.connections.getByRole('button', { name: /^Keep .* on the CPU…$/ }).click();
	await expect(tab.dialog).toContainText('Rule “Theirs” of the policy: port must be ports from 1 to 65535');
});

test('what no rule can say is refused in so many words', async ({ openTab, router, page }) => {
	const tab = await openTab();
	await section(page).getByText('Kept on the CPU by choice').click();
	await section(page).getByLabel('Value').fill('192.168.1.0/33');
	await section(page).getByRole('button', { name: 'Add…' }).click();
	await expect(tab.dialog).toContainText('clients must be addresses or networks');
	expect(policyFile(router)).toBeNull();
});
