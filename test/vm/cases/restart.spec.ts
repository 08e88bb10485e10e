// SPDX-License-Identifier: Apache-2.0
/** A router that restarts in the middle of a change, or after it: what its flash says then, and what the page. */
import { expect, test } from '../durable.ts';
import { Engine } from '../engine/engine.ts';
import { openTraffic, startHousehold, untilMarked } from '../traffic.ts';
import { ask, look, readConfig, setUp, tryOut } from '../transaction.ts';
import { mark } from '../restore.ts';
import { until } from '../until.ts';

test.setTimeout(900_000);

test('a kernel panic during a trial of hardware: the router comes back in the old mode, and the page says so', async ({
	openTab,
	router,
	page
}) => {
	const { noEngine } = router.machine;
	test.skip(noEngine !== null, noEngine ?? '');
	await openTraffic(router);
	const engine = await Engine.plug(router);
	const before = await readConfig(router);
	const tab = await openTab();
	await tab.changeTo('Hardware', 'Trial: 5 minutes');
	await startHousehold(router);
	await untilMarked(router, 'ipv4', 'tcp', '[HW_OFFLOAD]');
	expect(await engine.entries()).not.toEqual([]);
	await page.goto('about:blank');

	await router.panic();
	await mark(router, 'after the panic');
	expect(await setUp(router)).toBe('off');
	expect(await readConfig(router)).toBe(before);
	await openTab();
	await expect(tab.outcome).toContainText(
		'The router restarted during the trial of hardware offloading and went back to Off.'
	);
	expect(await router.run('ls /etc/nft-offload 2>/dev/null; true')).toBe('');
});

test('a reset after a change was kept: it stays', async ({ router }) => {
	const id = await tryOut(router, { mode: 'software', seconds: 60 });
	expect(await ask(router, 'keep_change', { id })).toMatchObject({ outcome: { code: 'kept' } });
	await router.reset();
	await mark(router, 'after the reset');
	expect(await setUp(router)).toBe('software');
	expect(await look(router)).toEqual({ state: 'none' });
});

test('a policy that was kept is carried out after a reset, and its own file is whole', async ({ router }) => {
	const policy = [{ name: 'Box', clients: ['192.168.1.50'], dest: 'wan' }];
	const id = await tryOut(router, { mode: 'software', policy, seconds: 60 });
	expect(await ask(router, 'keep_change', { id })).toMatchObject({ outcome: { code: 'kept' } });
	const text = await router.run('cat /etc/config/nft-offload');
	await router.reset();
	await mark(router, 'after the reset');
	expect(await setUp(router)).toBe('software');
	expect(await router.run('cat /etc/config/nft-offload')).toBe(text);
	// firewall4 runs the include when its own rules are loaded, which is what was waited for.
	await until('the include', 30, async () =>
		(await router.try('nft-offload policy')).stdout.toString().includes('In force.')
	);
	expect(await router.run('nft list chain inet fw4 nft_offload_policy')).toMatch(
		/ct direction reply iifname .* ct original ip saddr 192\.168\.1\.50 return comment "rule 1"[^]*flow add @ft/
	);
});

test('a reset as the router has gone back: nothing is left to say', async ({ router }) => {
	const before = await readConfig(router);
	const id = await tryOut(router, { mode: 'software', seconds: 60 });
	expect(await ask(router, 'undo_change', { id })).toMatchObject({ state: 'reverting' });
	await router.reset();
	await mark(router, 'after the reset');
	expect(await setUp(router)).toBe('off');
	expect(await readConfig(router)).toBe(before);
});
