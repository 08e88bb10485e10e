// SPDX-License-Identifier: Apache-2.0
/** The whole way once, as the router's owner goes it: see, switch, watch it work, switch back. */
import { untilListed } from '../look.ts';
import { flowtableDevices, GeneralSettings, offloadedBytes } from '../release.ts';
import { SERVER, startHousehold } from '../traffic.ts';
import { expect, shoot, test } from '../test.ts';
import { until } from '../until.ts';

test('from the CPU to software and back, with a download going through', async ({
	openTab,
	router,
	page
}) => {
	const devices = flowtableDevices(router.machine.version);
	const tab = await openTab();
	await expect(tab.state.getByRole('heading')).toHaveText('Packets take the CPU path');
	await shoot(page, '1-cpu');

	await tab.review('Software');
	await expect(tab.dialog).toContainText("option flow_offloading '1'");
	await expect(tab.dialog).toContainText(devices.join(', '));
	await expect(tab.dialog).toHaveCSS('margin-top', /^[1-9]/);
	await shoot(page, '2-review');
	expect(await router.run('cat /etc/config/firewall')).not.toContain('flow_offloading');

	// What takes all of the processor leaves the guard none to look.
	await startHousehold(router);
	await tab.button('Save & Apply').click();
	await expect(tab.change.getByRole('timer')).toHaveText(/^The router goes back to Off in \d:\d\d/);
	await shoot(page, '3-verifying');
	await expect(tab.outcome).toContainText('Packets were seen to take the software fast path, both ways.');
	await expect(tab.state.getByRole('heading')).toHaveText(
		/^Packets take the software|^Set up, nothing offloaded yet$/
	);
	// nft of 25.12 puts the names in quotes.
	const flowtables = (await router.run('nft list flowtables inet')).replaceAll('"', '');
	expect(flowtables).toMatch(new RegExp(`flowtable ft [^}]*devices = { ${devices.join(', ')} }`));
	expect(await router.run('find /var/run/rpcd/uci-* -size +0 -type f 2>/dev/null; true')).toBe('');

	const row = tab.connections.getByRole('row').filter({ hasText: `${SERVER.ipv4}:${SERVER.port}` });
	const offloaded = row.filter({ has: page.getByText('Software', { exact: true }) });
	await untilListed(tab, offloaded.first(), offloadedBytes(router.machine.version));
	await expect(tab.state.getByRole('heading')).toHaveText('Packets take the software fast path');
	// One download follows the other, and between two of them the kernel has none.
	await until('[OFFLOAD] in the kernel’s list', 30, async () => {
		return (await router.run('cat /proc/net/nf_conntrack')).includes('[OFFLOAD]');
	});
	await row.first().scrollIntoViewIfNeeded();
	await shoot(page, '4-offloaded');

	const settings = new GeneralSettings(page, router.machine.version);
	await settings.open();
	await settings.expectSoftware();
	await page.getByRole('heading', { name: 'Routing/NAT Offloading' }).scrollIntoViewIfNeeded();
	await shoot(page, '5-general-settings');

	await page.goto('/cgi-bin/luci/admin/network/firewall/offload');
	await tab.changeTo('Off');
	await expect(tab.outcome).toContainText('Changed to Off');
	await expect(tab.state.getByRole('heading')).toHaveText('Packets take the CPU path');
	expect(await router.run('nft list flowtables inet')).not.toContain('flowtable ft');
	expect(await router.run('cat /etc/config/firewall')).not.toContain("flow_offloading '1'");
});

test('hardware is refused before anything is applied, and the device is named', async ({
	openTab,
	router,
	page
}) => {
	const tab = await openTab();
	const before = await router.run('cat /etc/config/firewall');
	await tab.review('Hardware');
	await expect(tab.dialog).toContainText('eth1');
	await shoot(page, '6-hardware-refused');
	expect(await router.run('cat /etc/config/firewall')).toBe(before);
	expect(await router.run('find /var/run/rpcd/uci-* -size +0 -type f 2>/dev/null; true')).toBe('');
});
