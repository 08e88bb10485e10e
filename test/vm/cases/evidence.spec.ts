// SPDX-License-Identifier: Apache-2.0
/** What the product says of each kind of engine, with a download through it: never more than was seen. */
import type { Shortfall, Status, Verdict } from '../../../rpcd/api/index.ts';
import { FAR, LAN, PORTS, type Engine } from '../engine/engine.ts';
import { expect, test } from '../engine/test.ts';
import type { Router } from '../router.ts';
import { HARDWARE, SOFTWARE } from '../offloading.ts';
import { nestUplink, unnestUplink } from '../nested.ts';
import { hooksLowest } from '../release.ts';
import { shoot } from '../test.ts';
import {
	countForwarded,
	download,
	forwarded,
	startDownload,
	stopTraffic,
	untilMarked,
	type Family
} from '../traffic.ts';
import { until } from '../until.ts';

const MEBIBYTE = 1024 * 1024;
/** Packets of a connection until it is offloaded, and at its end. */
const FEW = 300;
/** Seconds of traffic within which the verdict has to follow what is seen. */
const SOON = 30;

async function statusOf(router: Router): Promise<Status> {
	return JSON.parse(await router.run('ubus call luci.nft-offload get_status')) as Status;
}

/** The first verdict of this code. */
function untilVerdict<C extends Verdict['code']>(
	router: Router,
	code: C,
	seconds = SOON
): Promise<Extract<Verdict, { code: C }>> {
	const isIt = (verdict: Verdict): verdict is Extract<Verdict, { code: C }> => verdict.code === code;
	let last = '';
	return until(`the verdict ${code}`, seconds, async () => {
		const status = await statusOf(router);
		last = JSON.stringify([status.verdict, status.seen]);
		return isIt(status.verdict) ? status.verdict : null;
	}).catch((error: unknown) => {
		throw new Error(`${String(error)}; the last one: ${last}`);
	});
}

/** Of the shortfalls, the one of this code: how many connections. */
async function untilShortfall(router: Router, code: Shortfall['code'], seconds = SOON): Promise<number> {
	let last = '';
	const found = until(`the shortfall ${code}`, seconds, async () => {
		const { verdict, seen } = await statusOf(router);
		last = JSON.stringify([verdict, seen]);
		const all = verdict.code === 'partly_in_hardware' ? verdict.shortfalls : [];
		return all.find((each) => each.code === code)?.connections;
	});
	return found.catch((error: unknown) => {
		throw new Error(`${String(error)}; the last one: ${last}`);
	});
}

async function fresh(router: Router, engine: Engine, behaviour: Parameters<Engine['set']>[0]): Promise<void> {
	await stopTraffic(router);
	await engine.set(behaviour);
	await router.run('fw4 -q reload');
}

async function downloads(router: Router, ...families: Family[]): Promise<void> {
	for (const family of families) await startDownload(router, family);
}

test('a download through engine ports: a row in hardware, and the headline says so', async ({
	openTab,
	router,
	engine
}) => {
	await router.run(HARDWARE);
	expect((await statusOf(router)).seen.hardware.connections).toBe(0);
	await startDownload(router, 'ipv4', 'long');
	await untilMarked(router, 'ipv4', 'tcp', '[HW_OFFLOAD]');
	const status = await until('a connection seen in hardware', SOON, async () => {
		const now = await statusOf(router);
		return now.seen.hardware.connections > 0 && now;
	});
	expect(status.verdict).toEqual({ code: 'same' });
	expect(status.seen).toMatchObject({ whole: true, one_way: 0, uncounted: 0 });
	expect(status.seen.tables).toEqual([
		{ name: 'ppe0', entries: (await engine.entries()).length, whole: true }
	]);
	expect(status.engines).toContainEqual({ device: PORTS[FAR], engine: 'yes' });

	const tab = await openTab();
	await expect(tab.state.getByRole('heading')).toHaveText('Packets take the hardware fast path');
	await expect(tab.connections.getByRole('cell', { name: 'Hardware' }).first()).toBeVisible();
	await shoot(tab.page, '13-hardware');
});

test('ports without an engine under the same configuration: nothing is in hardware, and Software is offered', async ({
	openTab,
	router,
	engine
}) => {
	await engine.set({ noEngine: [LAN, FAR] });
	await router.run(HARDWARE);
	expect((await statusOf(router)).effective.mode).toBe('hardware');
	await downloads(router, 'ipv4');
	await untilMarked(router, 'ipv4', 'tcp', '[OFFLOAD]');
	const verdict = await until('a connection that is not in hardware', SOON, async () => {
		const now = (await statusOf(router)).verdict;
		return now.code === 'not_in_hardware' && now.connections > 0 && now;
	});
	expect(verdict.cause).toBe('no_engine');

	const tab = await openTab();
	await expect(tab.state.getByRole('heading')).toHaveText('Set up for hardware, nothing in hardware');
	await expect(tab.button('Change to Software')).toBeVisible();
	await shoot(tab.page, '6-no-engine');
	const check: unknown = JSON.parse(
		await router.run(`ubus call luci.nft-offload check_change '{"mode":"hardware"}'`)
	);
	expect(check).toMatchObject({ problem: 'no_engine' });
});

test('engines that take less: each told as what it is', async ({ router, engine }) => {
	test.setTimeout(8 * 60_000);
	await router.run(HARDWARE);
	await test.step('rules are refused', async () => {
		await fresh(router, engine, { refuseRules: true });
		await downloads(router, 'ipv4');
		expect(await untilVerdict(router, 'not_in_hardware')).toMatchObject({ cause: 'none_taken' });
	});
	await test.step('one direction only', async () => {
		await fresh(router, engine, { onlyTo: LAN });
		await downloads(router, 'ipv4');
		expect(await untilShortfall(router, 'one_way')).toBeGreaterThan(0);
	});
	await test.step('IPv4 only', async () => {
		await fresh(router, engine, { ipv4Only: true });
		await downloads(router, 'ipv4', 'ipv6');
		expect(await untilShortfall(router, 'ipv6_in_software')).toBeGreaterThan(0);
	});
	await test.step('a port of the way without an engine: marked as in hardware, and no packet is', async () => {
		await fresh(router, engine, { noEngine: [FAR] });
		await downloads(router, 'ipv4');
		await untilMarked(router, 'ipv4', 'tcp', '[HW_OFFLOAD]');
		expect(await untilShortfall(router, 'unused')).toBeGreaterThan(0);
	});
	await test.step('a table that is full', async () => {
		await fresh(router, engine, { entries: 2 });
		await downloads(router, 'ipv4', 'ipv4');
		expect(await untilShortfall(router, 'in_software')).toBeGreaterThan(0);
	});
	await test.step('counters that stand still', async () => {
		await fresh(router, engine, { noStatistics: true });
		await startDownload(router, 'ipv4', 'long');
		expect(await untilShortfall(router, 'uncounted', 90)).toBeGreaterThan(0);
	});
});

test('a driver that is busy: firewall4 fell back, and no look binds it', async ({ router, engine }) => {
	await engine.set({ busy: true });
	await router.run(HARDWARE);
	expect((await statusOf(router)).effective.mode).toBe('hardware');
	await router.run('fw4 -q reload');
	expect((await statusOf(router)).effective.mode).toBe('software');
	expect(await untilVerdict(router, 'hardware_refused')).toBeDefined();
});

test('a zone with a device of its own above a hooked VLAN: told as covered or not, as the packets are', async ({
	openTab,
	router,
	engine
}) => {
	// Stands for PPPoE on a VLAN: firewall4 hooks what the network names, and the packets come in above it.
	expect(await engine.entries()).toEqual([]);
	await nestUplink(router, PORTS[FAR]);
	await countForwarded(router);
	const size = 4 * MEBIBYTE;
	expect(await download(router, size)).toBe(size);
	const cpu = await forwarded(router);
	console.log('packets of a download that the CPU forwarded', cpu);
	const status = await statusOf(router);
	const covered = hooksLowest(router.machine.version);
	const far9 = { device: 'far9', zone: 'nested', side: 'wan' };
	expect(cpu.upload).toBeLessThan(FEW);
	if (covered) {
		expect(cpu.download).toBeLessThan(FEW);
		expect(status.coverage).toContainEqual({ ...far9, by: [PORTS[FAR]], missing: [] });
		expect(status.verdict).toEqual({ code: 'same' });
	} else {
		expect(cpu.download).toBeGreaterThan(Math.floor(size / 1448));
		expect(status.coverage).toContainEqual({ ...far9, by: [], missing: [PORTS[FAR]] });
		expect(status.verdict).toEqual({ code: 'uplink_not_covered', devices: ['far9'] });
		const tab = await openTab();
		await expect(tab.state).toContainText('packets that enter by far9 are not accelerated');
		await shoot(tab.page, '14-not-covered');
	}
	await unnestUplink(router);
});

test('a ruleset that nft refuses while the mode stays: told, and gone when it is mended', async ({
	openTab,
	router
}) => {
	const bad = '/etc/nftables.d/99-bad.nft';
	await router.run(SOFTWARE);
	expect((await statusOf(router)).verdict.code).toBe('same');
	// firewall4's memory of a load has whole seconds.
	await router.run(`sleep 1.1; echo 'chain broken { nonsense }' >${bad}; fw4 -q reload || true`);
	try {
		const { verdict, effective } = await statusOf(router);
		expect(effective.mode).toBe('software');
		expect(verdict).toMatchObject({ code: 'ruleset_refused' });
		expect(JSON.stringify(verdict)).toContain(bad);
		const tab = await openTab();
		await expect(tab.state).toContainText(bad);
		await router.run(`rm ${bad}`);
		await tab.button('Reload the firewall').click();
		await expect(tab.state).not.toContainText(bad, { timeout: 30_000 });
		expect((await statusOf(router)).verdict.code).toBe('same');
		// Each in a table of its own, in which the flowtable may have the number of before.
		for (let restart = 0; restart < 2; restart++) {
			await router.run('sleep 1.1; fw4 -q restart');
			expect((await statusOf(router)).verdict.code).toBe('same');
		}
	} finally {
		await router.run(`rm -f ${bad}`);
	}
});

test('a value that firewall4 dies of: told before and after the load, and brought back from the page', async ({
	openTab,
	router
}) => {
	await router.run(SOFTWARE);
	await router.run('uci set firewall.@defaults[0].synflood_rate=25/week; uci commit firewall');
	const refused = { code: 'option_refused', option: 'synflood_rate', value: '25/week' };
	expect((await statusOf(router)).verdict).toEqual(refused);
	await router.run('fw4 -q reload || true');
	const { verdict, effective } = await statusOf(router);
	expect(verdict).toEqual(refused);
	expect(effective.loaded).toBe(true);
	await router.run('uci delete firewall.@defaults[0].synflood_rate; uci commit firewall');
	expect((await statusOf(router)).verdict).toEqual({ code: 'reload_failed' });
	const tab = await openTab();
	await tab.button('Start the firewall').click();
	// What was set up before the load that failed is so until the next.
	await expect
		.poll(async () => (await statusOf(router)).verdict, { timeout: 30_000 })
		.toEqual({ code: 'same' });
	await expect(tab.state).toContainText('As configured');
	await expect(tab.state.getByRole('heading')).toHaveText('Set up, nothing offloaded yet');
});
