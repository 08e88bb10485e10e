// SPDX-License-Identifier: Apache-2.0
/** explain_flow: why a connection is on its path, by what the router tells of it. */
import type { ExplainFlowArguments, FlowExplanation } from '../../api/index.ts';
import { now_us } from 'nft_offload.base.clock';
import { gather } from 'nft_offload.state.evidence';

function explain_flow(wanted: ExplainFlowArguments): FlowExplanation {
	const started = now_us();
	const evidence = gather();
	return {
		flow: null,
		comes_by: null,
		goes_by: null,
		reasons:
			evidence.effective.mode === 'off'
				? [{ code: 'not_set_up' }]
				: wanted.protocol === 'icmp'
					? [{ code: 'protocol', protocol: wanted.protocol }]
					: [{ code: 'gone' }],
		checked: ['flowtable'],
		took_us: now_us() - started
	};
}

export { explain_flow };
