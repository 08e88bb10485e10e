// SPDX-License-Identifier: Apache-2.0
/** get_diagnosis: the devices on the packets' way, and what is found of them. */
import type { Diagnosis, Mode } from '../../api/index.ts';
import { now_us } from 'nft_offload.base.clock';
import { gather } from 'nft_offload.state.evidence';
import { chains_of } from 'nft_offload.why.chains';
import { find_all } from 'nft_offload.why.findings';

/** The findings as it is; with a mode, as if that were set up. */
function get_diagnosis(mode: Mode | null): Diagnosis {
	const started = now_us();
	const evidence = gather();
	const chains = chains_of(evidence);
	const found = find_all(evidence, chains, mode);
	return {
		chains: chains,
		findings: found.findings,
		policy: found.policy,
		unanswered: found.unanswered,
		took_us: now_us() - started
	};
}

export { get_diagnosis };
