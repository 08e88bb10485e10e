// SPDX-License-Identifier: Apache-2.0
/**
 * The chain of the policy, kept in memory beside the very text of the file that it was made of: to read and render the largest
 * takes a slow router seconds, and every load of the firewall waits for it.
 */
import type { PolicyFault } from '../../api/index.ts';
import { read_file } from 'nft_offload.base.files';
import { read_record, write_record } from 'nft_offload.base.record';
import { is_text } from 'nft_offload.base.value';
import { POLICY_CONFIG, POLICY_LIMIT, policy_stamp, read_policy } from 'nft_offload.state.policy.file';
import { chain_lines } from 'nft_offload.state.policy.render';

const CHAIN_RECORD = 'chain.json';
/** Bytes: of the file, and of what it is rendered to, which may name each client twice. */
const CHAIN_LIMIT = 1048576;

/** A rule of nft a line, none where no rule is enabled; or what is wrong with the file. */
type Chain = { lines: string[]; fault: null } | { lines: null; fault: PolicyFault };

/** The chain of the file of this stamp. */
function read_chain(stamp: string): Chain {
	const text = read_file(POLICY_CONFIG, POLICY_LIMIT) ?? '';
	const record = read_record(CHAIN_RECORD, CHAIN_LIMIT);
	const kept = record != null && record['file'] === text ? record['chain'] : null;
	// What was not read to its end tells nothing of the file.
	if (is_text(kept) && length(text) < POLICY_LIMIT) {
		return { lines: kept === '' ? [] : split(kept, '\n'), fault: null };
	}
	const asked = read_policy();
	if (asked.rules == null) {
		return { lines: null, fault: asked.fault };
	}
	const lines = chain_lines(asked.rules);
	// Another file may have taken its place between the two reads.
	if (policy_stamp() === stamp) {
		write_record(CHAIN_RECORD, { file: text, chain: join('\n', lines) });
	}
	return { lines: lines, fault: null };
}

export { read_chain };
