// SPDX-License-Identifier: Apache-2.0
/** After the run: which release ran which case, and how it ended; of this run and of those before. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { packageFile } from './product.ts';
import { keepResults, matrix, type Ended } from './results.ts';
import { readMachine, SKIPPED } from './setup.ts';

const KEPT = fileURLToPath(new URL('../../build/vm/cases.json', import.meta.url));

export default class Table implements Reporter {
	private release = '';
	private readonly ended: Record<string, Ended> = {};
	private build = '';

	onTestEnd(test: TestCase, result: TestResult): void {
		if (process.env[SKIPPED] !== undefined) return;
		// Now: the machine's description goes with the machine, which ends before the run does.
		this.release ||= readMachine().version;
		this.build ||= createHash('sha256')
			.update(readFileSync(packageFile('opkg')))
			.digest('hex')
			.slice(0, 12);
		this.ended[test.titlePath().slice(3).join(' > ')] = {
			status: result.status,
			seconds: result.duration / 1000,
			build: this.build
		};
	}

	onEnd(result: FullResult): void {
		if (this.release === '') return;
		const seconds = (result.duration / 1000).toFixed(0);
		console.log(`\nOpenWrt ${this.release}: ${result.status} in ${seconds} s. All that ran so far:\n`);
		console.log(matrix(keepResults(KEPT, this.release, this.ended), this.build));
	}
}
