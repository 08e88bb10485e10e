// SPDX-License-Identifier: Apache-2.0
/** After the run: which release ran which case, and how it ended. */
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { DEFAULT_VERSION } from './images.ts';

export default class Table implements Reporter {
	private readonly rows: string[] = [];

	onTestEnd(test: TestCase, result: TestResult): void {
		const seconds = (result.duration / 1000).toFixed(1).padStart(6);
		this.rows.push(`${result.status.padEnd(8)} ${seconds} s  ${test.titlePath().slice(3).join(' > ')}`);
	}

	onEnd(result: FullResult): void {
		const version = process.env['OPENWRT_VERSION'] ?? DEFAULT_VERSION;
		console.log(`\nOpenWrt ${version}: ${result.status} in ${(result.duration / 1000).toFixed(0)} s`);
		for (const row of this.rows) console.log(`  ${row}`);
	}
}
