// SPDX-License-Identifier: Apache-2.0
/** Says in the summary's last line where the router side's tests ran and where they did not, and why. */
import type { Reporter } from 'vitest/reporters';
import { findRoots } from '../roots/archives.ts';

export class TierReporter implements Reporter {
	onTestRunEnd(): void {
		const roots = findRoots();
		const ucode =
			typeof roots === 'string'
				? `did not run on a real ucode: ${roots}`
				: `and on the ucode of ${roots.map(({ name }) => name).join(', ')}`;
		process.stdout.write(`   Router side  tested in Node, ${ucode}\n\n`);
	}
}
