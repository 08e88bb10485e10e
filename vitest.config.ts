// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { ManagerReporter } from './test/packaging/manager-reporter.ts';
import { TierReporter } from './test/rpcd/tier-reporter.ts';

export default defineConfig({
	test: {
		include: ['test/**/*.test.ts'],
		// The linter's first file and a real ucode take their time on a busy machine; nothing waits for a clock.
		testTimeout: 60_000,
		// Half of the long files only wait: for a deadline of the guard, for procd, for a lock.
		maxWorkers: Math.max(2, availableParallelism() - 1),
		// The router side runs in module contexts of its own.
		execArgv: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
		reporters: ['default', new TierReporter(), new ManagerReporter()],
		// `make test-install` has all of them.
		exclude: [...configDefaults.exclude, 'test/install/{again,failures,kills}.test.ts']
	}
});
