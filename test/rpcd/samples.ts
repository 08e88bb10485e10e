// SPDX-License-Identifier: Apache-2.0
/** Answers of the plugin that several tests begin from. */
import type { ComparisonReport, Finding } from '../../rpcd/api/index.ts';

/** A comparison of software with off that has only begun. */
export const COMPARISON: ComparisonReport = {
	id: 1000,
	by: 'admin',
	previous: 'off',
	mode: 'software',
	keep_better: false,
	kernel: '6.12.74',
	began: 1_790_000_000,
	change: null,
	idle_latency: 700,
	phases: []
};

/** SQM, which what the hardware takes passes by. */
export const SHAPER: Finding = {
	code: 'shaped',
	severity: 'warning',
	device: 'wan',
	kind: 'cake',
	direction: 'egress',
	passed_by: 'hardware',
	program: 'sqm'
};
