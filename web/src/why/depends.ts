// SPDX-License-Identifier: Apache-2.0
import type { Status } from '../../../rpcd/api/index.ts';

/** What a diagnosis stands on, as a text to compare: when it is another, the router is to be asked anew. Counters are no part of it. */
export function dependsOn(status: Status): string {
	const { effective, requested, verdict, coverage, engines, accelerators } = status;
	return JSON.stringify([effective, requested, verdict.code, coverage, engines, accelerators]);
}
