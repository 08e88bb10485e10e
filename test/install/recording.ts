// SPDX-License-Identifier: Apache-2.0
/** What failed installations say, kept in test/fixtures/install: written with `vitest --update`, compared without. */
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
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
		failure: job.failure,
		log: log
			.replaceAll(/127\.0\.0\.1:\d+/g, 'feed.example')
			.replaceAll(/(Installed-Time: )\d+/g, '$11795270680')
			.replaceAll(/(opkg-)\w{6}/g, '$1aaaaaa')
	};
	const text = `${JSON.stringify(recording, null, '\t')}\n`;
	await expect(text).toMatchFileSnapshot(`${FIXTURES}${manager}/${name}.json`);
}
