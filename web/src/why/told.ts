// SPDX-License-Identifier: Apache-2.0
import type { Finding, Verdict } from '../../../rpcd/api/index.ts';

/** The findings that the headline does not tell already. `told`: the uplinks that it names. */
export function notTold(
	findings: readonly Finding[],
	verdict: Verdict,
	told: readonly string[]
): readonly Finding[] {
	return findings.filter((finding) => !isTold(finding, verdict, told));
}

function isTold(finding: Finding, verdict: Verdict, told: readonly string[]): boolean {
	const { code } = finding;
	if (code === 'not_covered')
		return (
			(finding.side === 'wan' && told.includes(finding.device)) ||
			(verdict.code === 'devices_differ' && finding.missing.every((each) => verdict.missing.includes(each)))
		);
	if (code === 'others_offload') return verdict.code === 'offloaded_by_others';
	if (code === 'ipv6_in_software')
		return verdict.code === 'partly_in_hardware' && verdict.shortfalls.some((each) => each.code === code);
	return (code === 'devices_differ' || code === 'not_in_hardware') && verdict.code === code;
}
