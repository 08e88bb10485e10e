// SPDX-License-Identifier: Apache-2.0
/** Says in the summary's last line where the router side's tests ran and where they did not, and why. */
import type { Reporter } from 'vitest/reporters';
import { findRootfs } from './rootfs.ts';

export class TierReporter implements Reporter {
	onTestRunEnd(): void {
		const found = findRootfs();
		const ucode =
			'missing' in found
				? `did not run on a real ucode: ${found.missing}`
				: `and on the ucode of ${found.name}`;
		process.stdout.write(`   Router side  tested in Node, ${ucode}\n\n`);
	}
}
