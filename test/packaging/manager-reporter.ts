// SPDX-License-Identifier: Apache-2.0
/** Says in the summary which real package managers had the packages in their hands, and which did not, and why. */
import type { Reporter } from 'vitest/reporters';
import { rootsWith, type Manager } from './roots.ts';

export class ManagerReporter implements Reporter {
	onTestRunEnd(): void {
		process.stdout.write(`       Packages  ${told('apk')}; ${told('opkg')}\n\n`);
	}
}

function told(manager: Manager): string {
	const roots = rootsWith(manager);
	return typeof roots === 'string'
		? `not tried with the real ${manager}: ${roots}`
		: `tried with the ${manager} of ${roots.map(({ name }) => name).join(', ')}`;
}
