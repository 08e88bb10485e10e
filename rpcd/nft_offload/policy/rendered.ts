// SPDX-License-Identifier: Apache-2.0
/** The chain of the policy as its file says it. */
import { file_text, keep_chain } from 'nft_offload.policy.chain';
import type { Chain } from 'nft_offload.policy.chain';
import { read_policy } from 'nft_offload.state.policy.file';
import { chain_lines } from 'nft_offload.state.policy.render';
import { policy_stamp } from 'nft_offload.state.policy.stamp';

/** Reads the file of this stamp, and keeps what it is rendered to. */
function render_chain(stamp: string): Chain {
	const text = file_text();
	const asked = read_policy();
	if (asked.rules == null) {
		return { lines: null, fault: asked.fault };
	}
	const lines = chain_lines(asked.rules);
	// Another file may have taken its place between the two reads.
	if (policy_stamp() === stamp) {
		keep_chain(text, lines);
	}
	return { lines: lines, fault: null };
}

export { render_chain };
