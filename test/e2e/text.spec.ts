// SPDX-License-Identifier: Apache-2.0
/** Texts: the router's are shown as they are, ours go through the translator. */
import { clients } from '../router/clients.ts';
import { expectNoScrollingSideways } from './harness/looks.ts';
import { expect, PAGE_PATH, test } from './harness/test.ts';

/** What the devices of the scenario call themselves. */
const NAMES = clients(false).map(({ name }) => name);

const HOSTILE = [
	'<img src=x onerror=window.__hostile=1>',
	'"><svg onload=window.__hostile=1>',
	'&lt;b&gt; %s {{7*7}}'
];

test('what the router tells is text, whatever it contains', async ({ openTab, router, page }) => {
	const tab = await openTab();
	const comments = HOSTILE.map((text) => `# ${text}\n`).join('');
	router.writeFirewall(router.firewallFile().replace(/(?<=option forward 'REJECT'\n)/, comments));
	router.kernel.write('tmp/sysinfo/model', `${HOSTILE.join(' ')}\n`);

	await expect(tab.fact('Router')).toContainText(HOSTILE.join(' '));
	await tab.review('Software');
	for (const text of HOSTILE) await expect(tab.dialog).toContainText(text);
	await expect(
		page.locator('#nft-offload').locator('img, svg:not(.nfo-chart, .nfo-why svg), b, script')
	).toHaveCount(0);
	expect(await page.evaluate(() => '__hostile' in window)).toBe(false);
});

test.describe('names that devices give themselves', () => {
	test.use({ scenario: 'hostile' });

	test('are text', async ({ openTab, page }) => {
		const tab = await openTab();
		for (const text of [
			'<img src=x onerror=window.__hostile=1>',
			"'><script>window.__hostile=1</script>",
			'&lt;b&gt;'
		]) {
			await expect(tab.connections.getByText(text).first()).toBeVisible();
		}
		await expect(page.locator('#nft-offload').locator('img, b, script')).toHaveCount(0);
		expect(await page.evaluate(() => '__hostile' in window)).toBe(false);
		await expectNoScrollingSideways(page);
	});
});

test.describe('in another language', () => {
	test.use({ scenario: 'not-covered' });

	test('every text of ours has been through the translator', async ({ openTab, page }) => {
		const tab = await openTab(`${PAGE_PATH}?pseudo`);
		await expect(tab.page.getByRole('heading', { level: 2 })).toHaveText('⟦Flow Offloading⟧');
		await expect(page.getByRole('region').getByRole('row')).not.toHaveCount(0);
		expect(await page.evaluate(findUntranslated, NAMES)).toEqual([]);

		await page.getByRole('radio', { name: /^⟦Off⟧/ }).check();
		await page.getByRole('button', { name: '⟦Review change…⟧' }).click();
		await expect(page.getByRole('button', { name: '⟦Save & Apply⟧' })).toBeVisible();
		expect(await page.evaluate(findUntranslated, NAMES)).toEqual([]);

		await page.getByRole('button', { name: '⟦Save & Apply⟧' }).click();
		await expect(page.getByRole('region', { name: '⟦Change under way⟧' })).toBeVisible();
		expect(await page.evaluate(findUntranslated, NAMES)).toEqual([]);
		await expect(page.getByRole('button', { name: '⟦Dismiss⟧' })).toBeVisible();
		expect(await page.evaluate(findUntranslated, NAMES)).toEqual([]);
	});
});

/**
 * Texts with a word in them that the translator has not marked: but for what the router says of itself, its file's
 * lines, addresses, names of hosts, and conntrack's own words. Runs in the browser.
 */
function findUntranslated(names: readonly string[]): string[] {
	const data = 'pre, style, bdi, .nfo-address, .nfo-name-of';
	const words =
		/^((TCP|UDP|ICMP|ICMPV6|GRE|SCTP|UDPLITE|DCCP)( ESTABLISHED| TIME_WAIT)?|IPv4|IPv6|[\d.,\s\u00a0\u202f]+ ([kMGT]?B|[kMGT]?bit\/s|%)|(VLAN|PPP|Ethernet|Wi-Fi)|(kmod-nf-flow|kmod-nft-nat|kmod-nft-offload)( \S+ \(apk\))?|apk|Virtual Router · .*|(br-lan|lan\d|wan|wan\.7|pppoe-wan)((, | › )wan\.7)*)$/;
	const found: string[] = [];
	const root = document.getElementById('nft-offload');
	const texts = root && document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
	for (let node = texts?.nextNode(); node; node = texts?.nextNode()) {
		const text = node.textContent?.trim() ?? '';
		if (
			!/[A-Za-z]{2}/.test(text) ||
			text.includes('⟦') ||
			words.test(text) ||
			names.includes(text) ||
			node.parentElement?.closest(data)
		)
			continue;
		found.push(text);
	}
	return found;
}
