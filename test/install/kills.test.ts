// SPDX-License-Identifier: Apache-2.0
/** Whatever is killed at whatever moment of an installation: a second attempt mends the router. */
import { setTimeout as pass } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { SECONDS, withEachManager, type Setup } from './setup.ts';

const MOMENTS = 20;

/** What is killed, by its command line; null where the power is cut, and comes back. */
const VICTIMS: Record<string, (manager: Setup['manager']) => RegExp | null> = {
	'the worker': () => /worker\.uc/,
	'the package manager': (manager) => (manager === 'apk' ? /^\/usr\/bin\/apk / : /^\/bin\/opkg /),
	rpcd: () => /^rpcd /,
	'the whole router': () => null
};

withEachManager((setup) => {
	for (const [name, victimOf] of Object.entries(VICTIMS))
		it(
			`succeeds in a second attempt, whichever of ${MOMENTS} moments ${name} was killed at`,
			{ timeout: 900 * SECONDS },
			async () => {
				const victim = victimOf(setup.manager);
				const duration = await durationOf(setup);
				let hits = 0;
				for (let moment = 0; moment < MOMENTS; moment++) {
					await setup.router.remove();
					setup.renew();
					await setup.router.boot();
					hits += await killAt(setup, victim, (duration * moment) / MOMENTS);
					await expectSecondAttempt(setup, `moment ${moment}`);
				}
				// What had ended by itself was not killed.
				expect(hits).toBeGreaterThan(MOMENTS / 5);
			}
		);
});

/** Milliseconds of a whole installation. */
async function durationOf({ router }: Setup): Promise<number> {
	await router.boot();
	const started = performance.now();
	await router.install();
	return performance.now() - started;
}

/** Starts an installation, and kills the processes so many milliseconds later; how many there were. */
async function killAt({ router }: Setup, victim: RegExp | null, milliseconds: number): Promise<number> {
	const started = performance.now();
	router.call('install_package');
	// This is the moment itself; nothing is expected to have happened by then.
	await pass(Math.max(0, milliseconds - (performance.now() - started)));
	if (victim !== null) return router.kill(victim);
	await router.cutPower();
	await router.boot();
	return 1;
}

async function expectSecondAttempt(setup: Setup, title: string): Promise<void> {
	const { router } = setup;
	await expect.poll(() => router.job().state, { timeout: 60 * SECONDS }).not.toBe('running');
	await expect
		.poll(() => router.call('install_package'), { timeout: 60 * SECONDS })
		.not.toEqual({ problem: 'job_running' });
	const { job, log } = await router.ended();
	expect(job.state, `${title}\n${log}`).toBe('succeeded');
	expect(setup.versions()).not.toContain(null);
	expect(router.details().module.state).toBe('loaded');
}
