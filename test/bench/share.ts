// SPDX-License-Identifier: Apache-2.0
/** The share of one core that a router spends while somebody looks at the page. */
import type { Router } from '../vm/router.ts';
import { FIREWALL, launch, logIn, openPage } from './browser.ts';

/** Seconds that the page is open. */
const OPEN = 120;

/**
 * Hundredths of a second that rpcd, uhttpd and what they started and waited for have computed: utime, stime, cutime
 * and cstime of proc(5). LuCI's own questions are among them, as it asks some on every page.
 */
const COMPUTED = `cat $(pidof rpcd uhttpd | sed 's|[0-9][0-9]*|/proc/&/stat|g') | awk '{ sum += $14 + $15 + $16 + $17 } END { print sum }'`;

/** Lines of figures. */
export async function benchShare(router: Router): Promise<string[]> {
	const browser = await launch();
	try {
		const page = await openPage(browser);
		const rpcd = await router.run('pidof rpcd');
		await logIn(page, `${router.machine.http}${FIREWALL}/offload`);
		await page.locator('.nfo-headline h3').waitFor();
		const before = await reading(router);
		await page.waitForTimeout(OPEN * 1000);
		const after = await reading(router);
		const share = (after.computed - before.computed) / (after.uptime - before.uptime);
		return [
			`the page open for ${OPEN} s with ${after.connections} connections: rpcd and uhttpd take ${(100 * share).toFixed(1)} % of one core`,
			`  rpcd ${(await router.run('pidof rpcd')) === rpcd ? 'lived' : 'DIED'} all the while`
		];
	} finally {
		await browser.close();
	}
}

interface Reading {
	/** Seconds since the router started, and those of its processors. */
	uptime: number;
	computed: number;
	connections: number;
}

async function reading(router: Router): Promise<Reading> {
	const [uptime = NaN, ticks = NaN, connections = NaN] = (
		await router.run(
			`cut -d' ' -f1 /proc/uptime; ${COMPUTED}; cat /proc/sys/net/netfilter/nf_conntrack_count`,
			60
		)
	)
		.trim()
		.split('\n')
		.map(Number);
	return { uptime, computed: ticks / 100, connections };
}
