// SPDX-License-Identifier: Apache-2.0
/** Texts: the router's are shown as they are, ours go through the translator. */
import { expect, PAGE_PATH, test } from './harness/test.ts';

const HOSTILE = [
	'<img src=x onerror=window.__hostile=1>',
	'"><svg onload=window.__hostile=1>',
	'&lt;b&gt; %s {{7*7}}'
];

test('what the router tells is text, whatever it contains', async ({ openTab, router, page }) => {
	const tab = await openTab();
	const [session] = router.sessions.all();
	for (const text of HOSTILE) router.staging.stage(session?.sid, 'network', ['set', 'lan', 'hostname', text]);
	router.kernel.write('tmp/sysinfo/model', `${HOSTILE.join(' ')}\n`);

	await expect(tab.fact('Router')).toContainText(HOSTILE.join(' '));
	await tab.review('Software');
	for (const text of HOSTILE) await expect(tab.dialog).toContainText(text);
	await expect(page.locator('#nft-offload').locator('img, svg:not(.nfo-chart), b, script')).toHaveCount(0);
	expect(await page.evaluate(() => '__hostile' in window)).toBe(false);
});

test.describe('in another language', () => {
	test.use({ scenario: 'hardware-refused' });

	test('every text of ours has been through the translator', async ({ openTab, page }) => {
		const tab = await openTab(`${PAGE_PATH}?pseudo`);
		await expect(tab.page.getByRole('heading', { level: 2 })).toHaveText('⟦Flow Offloading⟧');
		await expect(page.getByRole('region').getByRole('row')).not.toHaveCount(0);
		expect(await page.evaluate(findUntranslated)).toEqual([]);

		await page.getByRole('radio', { name: /^⟦Software⟧/ }).check();
		await page.getByRole('button', { name: '⟦Review change…⟧' }).click();
		await expect(page.getByRole('button', { name: '⟦Apply and verify⟧' })).toBeVisible();
		expect(await page.evaluate(findUntranslated)).toEqual([]);
	});
});

/**
 * Texts with a word in them that the translator has not marked: but for what the router says of itself, its file's
 * lines, addresses, names of hosts, and conntrack's own words. Runs in the browser.
 */
function findUntranslated(): string[] {
	const data = 'pre, style, bdi, .nfo-address';
	const names =
		/^(TCP|UDP|ICMP|ICMPV6|GRE|SCTP|UDPLITE|DCCP|IPv4|IPv6|ESTABLISHED|TIME_WAIT|[\d.,\s\u00a0\u202f]+ ([kMGT]?B|%)|kmod-nft-offload \S+ \(apk\)|Virtual Router · .*|(br-lan|wan)(, (br-lan|wan))*)$/;
	const found: string[] = [];
	const root = document.getElementById('nft-offload');
	const texts = root && document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
	for (let node = texts?.nextNode(); node; node = texts?.nextNode()) {
		const text = node.textContent?.trim() ?? '';
		if (
			!/[A-Za-z]{2}/.test(text) ||
			text.includes('⟦') ||
			names.test(text) ||
			node.parentElement?.closest(data)
		)
			continue;
		found.push(text);
	}
	return found;
}
