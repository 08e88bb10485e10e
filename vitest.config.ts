// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';
import { ManagerReporter } from './test/packaging/manager-reporter.ts';
import { TierReporter } from './test/rpcd/tier-reporter.ts';

export default defineConfig({
	test: {
		include: ['test/**/*.test.ts'],
		// The router side runs in module contexts of its own.
		execArgv: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
		reporters: ['default', new TierReporter(), new ManagerReporter()]
	}
});
