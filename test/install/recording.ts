// SPDX-License-Identifier: Apache-2.0
/** What failed installations say, kept in test/fixtures/install: written with `vitest --update`, compared without. */
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Failure } from '../../rpcd/api/index.ts';
import type { Manager } from '../packaging/roots.ts';
import type { FailedInstall } from '../router/installer.ts';
import type { Ended } from './machine.ts';
import type { Setup } from './setup.ts';

/** The releases that are kept: others have other words, and run without. */
const KEPT: readonly string[] = ['openwrt-25.12.2', 'openwrt-23.05'];

const FIXTURES = fileURLToPath(new URL('../fixtures/install/', import.meta.url));

export async function expectAsRecorded(
	{ manager, root }: Setup,
	name: string,
	job: Ended['job'],
	log: string
): Promise<void> {
	if (!KEPT.includes(root.name) || job.state !== 'failed') return;
	const recording: FailedInstall = {
		step: job.report.step,
		changes: job.changes,
		failure: ofEveryRoot(job.failure, manager),
		log: log
			.replaceAll(/(Installed-Time: )\d+/g, '$11795270680')
			// uclient-fetch tells it once or twice, as the connection's end has it.
			.replaceAll(/^((?:wget)?SSL verify error: .*\n)\1/gm, '$1')
			.replaceAll(/(opkg-)\w{6}/g, '$1aaaaaa')
	};
	const text = `${JSON.stringify(recording, null, '\t')}\n`.replaceAll(/127\.0\.0\.1:\d+/g, 'feed.example');
	await expect(text).toMatchFileSnapshot(`${FIXTURES}${manager}/${name}.json`);
}

/** What is needed follows from the size of opkg's database, which is each root's own: the test has reckoned it. */
function ofEveryRoot(failure: Failure, manager: Manager): Failure {
	return failure.code === 'no_space' && manager === 'opkg' ? { ...failure, needed_kib: 233 } : failure;
}
