// SPDX-License-Identifier: Apache-2.0
/**
 * A comparison whose process is killed, whose router is reset, or which nobody looks at any more, at a random moment: the router ends
 * in the mode of before. `VM_COMPARISONS` says how many, and `VM_SEED` draws the same ones again.
 */
import fc from 'fast-check';
import { startComparison } from '../comparison.ts';
import { expect, test } from '../durable.ts';
import { mark } from '../restore.ts';
import type { Router } from '../router.ts';
import { openTraffic, startDownload, stopTraffic } from '../traffic.ts';
import { look, readConfig, setUp } from '../transaction.ts';
import { until } from '../until.ts';

const COUNT = Number(process.env['VM_COMPARISONS'] ?? '3');
/** Seconds that a change of a comparison has, and some to go back. */
const TO_THE_END = 420;

const rounds = (seed: number) =>
	fc.sample(
		fc.noBias(
			fc.record({
				fate: fc.constantFrom('killed', 'killed', 'reset', 'left alone'),
				/** Seconds after the start: two phases take about a minute. */
				after: fc.integer({ min: 0, max: 75 })
			})
		),
		{ numRuns: COUNT, seed }
	);

/** A comparison, a guard, and what either has asked the plugin for: a change that is about to start has no state yet. */
const AT_WORK = "pgrep -f 'gain/worker.uc|change/guard.uc|luci.nft-offload call start_change'";

/** Whether neither a comparison nor a change is under way, nor about to be. */
async function isQuiet(router: Router): Promise<boolean> {
	if ((await router.try(`${AT_WORK} || { sleep 3; ${AT_WORK}; }`)).code === 0) return false;
	const { state } = await look(router);
	return state === 'none' || state === 'ended';
}

test(`${COUNT} comparisons that are killed, reset or left alone: the mode is that of before`, async ({
	router
}) => {
	test.setTimeout(300_000 + COUNT * 900_000);
	const seed = Number(process.env['VM_SEED'] ?? Date.now() % 1_000_000);
	let isOpen = false;
	for (const [index, { fate, after }] of rounds(seed).entries()) {
		if (!isOpen) await openTraffic(router);
		isOpen = true;
		const before = await readConfig(router);
		await startDownload(router);
		await startComparison(router, 'software');
		await router.run(`sleep ${after}`, after + 60);
		const step = (
			await router.try(`sed 's/.*"step": "\\([a-z]*\\)".*/\\1/' /var/run/nft-offload/comparison.json`)
		).stdout;
		if (fate === 'killed') {
			await router.run('kill -9 $(pgrep -f gain/worker.uc); true');
			await stopTraffic(router);
		}
		if (fate === 'reset') {
			await router.reset();
			await mark(router, 'after the reset');
			isOpen = false;
		}
		const what = `round ${index + 1} of seed ${seed}: ${fate} after ${after} s, in ${step.toString().trim()}`;
		await until(`the end (${what})`, TO_THE_END, () => isQuiet(router));
		await until(`the old mode (${what})`, 60, async () => (await setUp(router)) === 'off');
		const config = await readConfig(router);
		console.log(`${what}: ${JSON.stringify(await look(router))}`);
		expect(config, what).toBe(before);
		expect((await router.try('ls /etc/nft-offload/change.json')).code, what).not.toBe(0);
		if (isOpen) await stopTraffic(router);
	}
});
