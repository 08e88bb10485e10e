// SPDX-License-Identifier: Apache-2.0
/** All findings, the gravest first. */
import type { Chain, Finding, Mode, Severity } from '../../api/index.ts';
import type { Evidence } from 'nft_offload.state.evidence';
import { has_rules } from 'nft_offload.state.policy.force';
import { find_waiting_bridge } from 'nft_offload.why.findings.bridged';
import { find_counted, find_logged } from 'nft_offload.why.findings.counted';
import { find_no_accounting, find_no_counter } from 'nft_offload.why.findings.counters';
import { find_uncovered } from 'nft_offload.why.findings.coverage';
import { find_drift } from 'nft_offload.why.findings.drift';
import { find_ipv6_in_software, find_no_hardware } from 'nft_offload.why.findings.hardware';
import { find_inspected } from 'nft_offload.why.findings.inspected';
import { find_known_bad } from 'nft_offload.why.findings.known_bad';
import { find_meters } from 'nft_offload.why.findings.meters';
import { find_others, find_owner } from 'nft_offload.why.findings.others';
import { find_policy } from 'nft_offload.why.findings.policy';
import { find_reloads } from 'nft_offload.why.findings.reloads';
import { find_roaming } from 'nft_offload.why.findings.roaming';
import { find_policy_routing } from 'nft_offload.why.findings.routing';
import { find_shapers } from 'nft_offload.why.findings.shapers';
import { find_full_table } from 'nft_offload.why.findings.table';
import { find_ipsec, find_l2tp } from 'nft_offload.why.findings.tunnels';
import { situation_of } from 'nft_offload.why.situation';
import type { Situation } from 'nft_offload.why.situation';

interface Found {
	findings: Finding[];
	/** Whether a policy is in force. */
	policy: boolean;
	/** Programs that did not answer in time. */
	unanswered: string[];
}

type Find = (situation: Situation) => Finding[];

/** What a mode causes, be it set up or not: by how many of those who have reported it suffered. */
const CAUSED: Find[] = [
	find_uncovered,
	find_no_hardware,
	find_roaming,
	find_shapers,
	find_drift,
	find_policy_routing,
	find_inspected,
	find_known_bad,
	find_l2tp,
	find_meters,
	find_ipv6_in_software,
	find_ipsec,
	find_counted,
	find_logged,
	find_waiting_bridge,
	find_reloads
];

/** What is so whatever the mode. */
const BESIDE: Find[] = [find_others, find_owner];

/** And what no change of the mode makes better or worse. */
const STANDING: Find[] = [find_policy, find_full_table, find_no_counter, find_no_accounting];

const SEVERITIES: Severity[] = ['danger', 'warning', 'notice'];

/** What is found, or, with a mode, what would be found if that were set up. Without firewall4 there is nothing to explain. */
function find_all(evidence: Evidence, chains: Chain[], mode: Mode | null): Found {
	const situation = situation_of(evidence, chains, mode);
	const all: Finding[] = [];
	const add = (finds: Find[]): void => {
		map(finds, (find) => map(find(situation), (finding) => push(all, finding)));
	};
	if (evidence.firewall === 'fw4') {
		add(BESIDE);
		add(situation.mode === 'off' ? [] : CAUSED);
		add(situation.planned ? [] : STANDING);
	}
	const findings: Finding[] = [];
	map(SEVERITIES, (severity) =>
		map(
			filter(all, (finding) => finding.severity === severity),
			(finding) => push(findings, finding)
		)
	);
	return { findings: findings, policy: has_rules(situation.policy()), unanswered: situation.unanswered };
}

export { find_all };
