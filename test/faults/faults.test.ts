// SPDX-License-Identifier: Apache-2.0
/** Changes of the mode that faults meet at random moments, on OpenWrt's real userland. `make test-faults` has many more. */
import { cpus } from 'node:os';
import { describe, expect, test } from 'vitest';
import { findParts } from '../userland/available.ts';
import { campaign, countsText, failureText } from './campaign.ts';

const RUNS = Number(process.env['FAULTS_RUNS'] ?? '50');
const SEED = Number(process.env['FAULTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const ONLY = process.env['FAULTS_ONLY'] === undefined ? null : Number(process.env['FAULTS_ONLY']);
const MACHINES = Number(process.env['FAULTS_MACHINES'] ?? 3 * cpus().length);
/** Milliseconds for one run, at the most. */
const RUN_LIMIT = 150_000;

const parts = await findParts();
if (typeof parts === 'string') console.log(`skipped, faults at random moments: ${parts}`);

describe.skipIf(typeof parts === 'string')('faults at random moments', () => {
	test(
		'leave the old mode or the new one, and a router that says which',
		async () => {
			if (typeof parts === 'string') return;
			const began = Date.now();
			const plan = { seed: SEED, runs: Math.max(RUNS, (ONLY ?? 0) + 1), only: ONLY, machines: MACHINES };
			const result = await campaign(parts, plan);
			const seconds = Math.round((Date.now() - began) / 1000);
			console.log(
				`seed ${SEED}, ${seconds} s; by fault, and what came of the change:\n${countsText(result)}`
			);
			expect(result.failures.map((failure) => failureText(SEED, failure))).toEqual([]);
		},
		RUNS * RUN_LIMIT
	);
});
