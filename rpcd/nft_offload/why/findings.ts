// SPDX-License-Identifier: Apache-2.0
/** All findings, the gravest first. */
import type { Finding, Mode, Severity } from '../../api/index.ts';
import type { Evidence } from 'nft_offload.state.evidence';
import { find_uncovered } from 'nft_offload.why.findings.coverage';

interface Found {
	findings: Finding[];
	/** Programs that did not answer in time. */
	unanswered: string[];
}

const GRAVITY: Record<Severity, number> = { danger: 0, warning: 1, notice: 2 };

/** What is found, or, with a mode, what would be found if that were set up. */
function find_all(evidence: Evidence, mode: Mode | null): Found {
	const findings: Finding[] = mode === 'off' ? [] : find_uncovered(evidence);
	return {
		findings: sort(findings, (a, b) => GRAVITY[a.severity] - GRAVITY[b.severity]),
		unanswered: []
	};
}

export { find_all };
