// SPDX-License-Identifier: Apache-2.0
/** The installation over the real rpcd where some of it is there already, or is on its way. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { KMOD, SECONDS, withEachManager } from './setup.ts';

withEachManager((setup) => {
	it('shows each step', async () => {
		const { router } = setup;
		await router.boot();
		const { job, steps } = await router.install();
		expect(job.state).toBe('succeeded');
		expect(['check', 'update', 'match', 'install', 'reload', 'verify']).toEqual(
			expect.arrayContaining(steps)
		);
	});

	it('does nothing where all is there, and asks no feed', async () => {
		const { router, feed } = setup;
		await router.boot();
		await router.install();
		feed.asked.length = 0;
		const { job } = await router.install();
		expect(job).toMatchObject({ state: 'succeeded', changes: { installed: [], firewall_reloaded: false } });
		expect(feed.asked).toEqual([]);
	});

	it('loads the module of a package that is there', async () => {
		const { router, feed } = setup;
		await router.boot();
		await router.install();
		await router.cutPower();
		await router.boot();
		feed.asked.length = 0;
		expect(router.details().module.state).toBe('loadable');
		const { job } = await router.install();
		expect(job).toMatchObject({ state: 'succeeded', changes: { installed: [], module_loaded: true } });
		expect(feed.asked).toEqual([]);
	});

	it('leaves a firewall alone that is stopped', async () => {
		const { router } = setup;
		router.writeProgram('etc/init.d/firewall', '#!/bin/sh\nexit 1\n');
		await router.boot();
		router.setFirewall({ loaded: false, devices: null });
		const { job, log } = await router.install();
		expect(job).toMatchObject({ state: 'succeeded', changes: { firewall_reloaded: false } });
		expect(log).not.toContain('firewall');
	});

	it('reloads a firewall that could not be loaded without the module, and one that has no device to offload', async () => {
		const { router } = setup;
		writeFileSync(router.path('etc/config/firewall'), "config defaults\n\toption flow_offloading '1'\n");
		await router.boot();
		router.setFirewall({ loaded: false, devices: [] });
		const { job } = await router.install();
		expect(job).toMatchObject({ state: 'succeeded', changes: { firewall_reloaded: true } });
	});

	it('unpacks anew what the kernel does not take', async () => {
		const { router } = setup;
		await router.boot();
		await router.install();
		await router.cutPower();
		const module = router.path(`lib/modules/${router.release}/nf_flow_table.ko`);
		const whole = readFileSync(module);
		writeFileSync(module, whole.subarray(0, 4096));
		await router.boot();
		const { job } = await router.install();
		expect(job.state).toBe('succeeded');
		expect(readFileSync(module).equals(whole)).toBe(true);
	});

	it('refuses a second job while one runs', async () => {
		const { router, feed } = setup;
		await router.boot();
		feed.hold = /./;
		router.call('install_package');
		expect(router.call('install_package')).toEqual({ problem: 'job_running' });
		feed.release();
		await router.ended();
	});

	it('goes on when rpcd is killed and started again', async () => {
		const { router, feed } = setup;
		await router.boot();
		await setup.installUntil(KMOD);
		expect(router.kill(/^rpcd /)).toBe(1);
		await expect
			.poll(() => router.run('ubus', 'list'), { timeout: 20 * SECONDS })
			.toContain('luci.nft-offload');
		expect(router.job()).toMatchObject({ state: 'running', report: { step: 'install' } });
		feed.release();
		expect((await router.ended()).job.state).toBe('succeeded');
	});
});
