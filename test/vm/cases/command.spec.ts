// SPDX-License-Identifier: Apache-2.0
/** The command of a terminal on the router, with packets that go through it, and without rpcd. */
import { startDownload, startHousehold, untilMarked } from '../traffic.ts';
import { SOFTWARE } from '../offloading.ts';
import { readConfig, setUp } from '../transaction.ts';
import { expect, test } from '../test.ts';

test('nft-offload tells what is so, changes the mode and keeps what it proves, and goes on without rpcd', async ({
	router
}) => {
	test.setTimeout(600_000);
	const before = await readConfig(router);
	const off = await router.try('nft-offload status');
	expect(off).toMatchObject({ code: 0 });
	expect(off.stdout.toString()).toMatch(/^As configured: flow offloading is off/);
	expect((await router.try('nft-offload sideways')).code).toBe(64);

	await startHousehold(router);
	const changed = await router.try('nft-offload change software', 200);
	expect(changed.stdout.toString()).toMatch(/proved: \d+ connections? seen on its path/);
	expect(changed.stdout.toString()).toContain('Software was kept by the command line.');
	expect(changed.code).toBe(0);
	expect(await setUp(router)).toBe('software');

	await untilMarked(router, 'ipv4', 'tcp');
	const flows = await router.run('nft-offload flows');
	expect(flows).toMatch(/^software +tcp 192\.168\.1\.50:\d+ > 10\.9\.9\.2:8000/m);
	const report = await router.run('nft-offload report');
	expect(report).toMatch(/^Release +\S+ \S+/m);
	expect(report).not.toContain('192.168.1.50');
	for (const line of `${flows}\n${report}`.split('\n')) expect(line.length).toBeLessThan(80);

	await router.run('/etc/init.d/rpcd stop');
	expect(JSON.parse(await router.run('nft-offload --json status'))).toMatchObject({
		status: { effective: { mode: 'software' } },
		diagnosis: { findings: [] }
	});
	await router.run('/etc/init.d/rpcd start');

	const back = await router.try('nft-offload change off', 200);
	expect(back.stdout.toString()).toContain('Off was kept by the command line.');
	expect(await setUp(router)).toBe('off');
	expect((await readConfig(router)).replaceAll(/^\toption flow_offloading.*\n/gm, '')).toBe(
		before.replaceAll(/^\toption flow_offloading.*\n/gm, '')
	);
});

test('a firewall that is stopped: the status ends with 2', async ({ router }) => {
	await router.run(SOFTWARE);
	await startDownload(router);
	await router.run('fw4 -q stop');
	const stopped = await router.try('nft-offload status');
	expect(stopped.stdout.toString()).toContain('not running');
	expect(stopped.code).toBe(2);
});
