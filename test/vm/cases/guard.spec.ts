// SPDX-License-Identifier: Apache-2.0
/** A driver that black-holes: the mode is set up, connections are marked, and nothing arrives. Nobody keeps it. */
import type { Change } from '../../../rpcd/api/index.ts';
import { expect, test } from '../engine/test.ts';
import type { Router } from '../router.ts';
import { shoot } from '../test.ts';
import { download, startHousehold, untilMarked } from '../traffic.ts';
import { ask, look, readConfig, untilEnded, untilSetUp } from '../transaction.ts';
import { until } from '../until.ts';

const MEBIBYTE = 1024 * 1024;
/** Seconds that the page gives a change. */
const USUAL = 120;

/** Bytes that reach the client within so many seconds. */
async function receivedIn(router: Router, seconds: number): Promise<number> {
	const counter = 'ip netns exec client cat /sys/class/net/eth0/statistics/rx_bytes';
	const [before = 0, after = 0] = (await router.run(`${counter}; sleep ${seconds}; ${counter}`))
		.split('\n')
		.map(Number);
	return after - before;
}

/** At how many looks something was seen to move, for each time that connections were seen in hardware, until the change is over. */
async function looksUntilOver(router: Router): Promise<number[]> {
	const looks: number[] = [];
	await until('a change under way', 60, async () => !['none', 'ended'].includes((await look(router)).state));
	await until('its end', USUAL + 30, async () => {
		const change: Change = await look(router);
		if (change.state === 'proving' && change.proof.connections > 0) looks.push(change.proof.looks);
		return change.state === 'reverting' || change.state === 'ended';
	});
	return looks;
}

test('hardware that swallows what it takes is not kept, and the page says so', async ({
	openTab,
	router,
	engine,
	page
}) => {
	test.setTimeout(600_000);
	const tab = await openTab();
	const before = await readConfig(router);
	await engine.set({ swallow: true });
	await tab.changeTo('Hardware');
	await startHousehold(router);
	await expect(tab.change.getByRole('heading', { name: 'Does the Internet work?' })).toBeVisible();
	await untilMarked(router, 'ipv4', 'tcp', '[HW_OFFLOAD]');
	await shoot(page, '7-does-it-work');
	const looks = await looksUntilOver(router);
	console.log(`looks at which connections in a black hole were seen to move: ${looks.join(' ')}`);
	expect(looks.length).toBeGreaterThan(0);
	expect(Math.max(...looks)).toBeLessThan(3);

	await expect(tab.outcome).toContainText(
		'Nobody kept the change to Hardware in time, and the router went back to Off.'
	);
	await shoot(page, '8-gone-back');
	expect(await readConfig(router)).toBe(before);
	await untilSetUp(router, 'off');
	// The engine is as bad as before: it is not asked any more.
	expect(await download(router, MEBIBYTE)).toBe(MEBIBYTE);
});

for (const [name, behaviour] of [
	['counts what it swallows', {}],
	['counts nothing', { noStatistics: true }]
] as const)
	test(`an engine that swallows and ${name}: traffic flows again at the deadline`, async ({
		router,
		engine
	}) => {
		test.setTimeout(600_000);
		await startHousehold(router);
		await engine.set({ swallow: true, ...behaviour });
		await ask(router, 'start_change', { mode: 'hardware', seconds: 90 });
		await untilMarked(router, 'ipv4', 'tcp', '[HW_OFFLOAD]');
		expect(await receivedIn(router, 5)).toBeLessThan(MEBIBYTE / 8);
		const looks = await looksUntilOver(router);
		console.log(`an engine that swallows and ${name}: looks ${looks.join(' ')}`);
		expect(looks.length).toBeGreaterThan(0);
		expect(Math.max(...looks)).toBeLessThan(3);
		expect((await untilEnded(router)).outcome).toEqual({
			code: 'reverted',
			reason: { code: 'time_over' },
			loaded: true
		});
		expect(await download(router, MEBIBYTE)).toBe(MEBIBYTE);
	});

test('hardware that forwards is proved under the same traffic, and kept by the page', async ({
	openTab,
	router,
	page,
	engine
}) => {
	const tab = await openTab();
	expect(await engine.entries()).toEqual([]);
	await tab.changeTo('Hardware');
	await startHousehold(router);
	const looks = await looksUntilOver(router);
	console.log(`looks at which connections in hardware were seen to move: ${looks.join(' ')}`);
	await expect(tab.outcome).toContainText('Packets were seen to take the hardware fast path, both ways.');
	expect((await untilEnded(router)).outcome).toEqual({ code: 'kept', by: 'root', proved: true });
	await shoot(page, '4-in-hardware');
});
