// SPDX-License-Identifier: Apache-2.0
/** The installation with the real apk and the real opkg, over the real rpcd: how it goes well. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { withEachManager } from './setup.ts';

withEachManager((setup) => {
	it('installs, loads the module, reloads the firewall and tells what changed', async () => {
		const { router, manager } = setup;
		await router.boot();
		expect(router.details()).toMatchObject({ manager, kernel: { fits: true }, module: { state: 'missing' } });
		await setup.installUntil(/^kmod-nf-flow/);
		await expect.poll(() => router.job()).toMatchObject({ state: 'running', report: { step: 'install' } });
		setup.feed.release();
		const { job, log } = await router.ended();
		expect(job).toMatchObject({ state: 'succeeded', report: { step: 'verify' } });
		expect(job.changes).toEqual({
			installed: router.details().packages.filter(({ name }) => name !== 'kmod-nft-nat'),
			module_loaded: true,
			firewall_reloaded: true
		});
		expect(log).toMatch(/Installing kmod-nft-offload/);
		expect(setup.versions()).not.toContain(null);
		expect(router.details().module.state).toBe('loaded');
		expect(readFileSync(router.path('tmp/firewall'), 'utf8')).toBe('reload\n');
	});
});
