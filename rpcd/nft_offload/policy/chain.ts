// SPDX-License-Identifier: Apache-2.0
/**
 * The chain of the policy, kept in memory beside the very text of the file that it was made of: to read and render the largest
 * takes a slow router seconds, and every load of the firewall waits for it.
 */
import type { PolicyFault } from '../../api/index.ts';
import { read_file } from 'nft_offload.base.files';
import { read_record, write_record } from 'nft_offload.base.record';
import { is_text } from 'nft_offload.base.value';
import { POLICY_CONFIG, POLICY_LIMIT } from 'nft_offload.state.policy.stamp';

const CHAIN_RECORD = 'chain.json';
/** Bytes: of the file, and of what it is rendered to, which may name each client twice. */
const CHAIN_LIMIT = 1048576;

/** A rule of nft a line, none where no rule is enabled; or what is wrong with the file. */
type Chain = { lines: string[]; fault: null } | { lines: null; fault: PolicyFault };

function file_text(): string {
	return read_file(POLICY_CONFIG, POLICY_LIMIT) ?? '';
}

/** The chain of the file as it is; null where none was kept. */
function kept_chain(): Chain | null {
	const text = file_text();
	const record = read_record(CHAIN_RECORD, CHAIN_LIMIT);
	const kept = record != null && record['file'] === text ? record['chain'] : null;
	// What was not read to its end tells nothing of the file.
	return is_text(kept) && length(text) < POLICY_LIMIT
		? { lines: kept === '' ? [] : split(kept, '\n'), fault: null }
		: null;
}

/** Keeps the chain of a file of this text. */
function keep_chain(text: string, lines: string[]): void {
	write_record(CHAIN_RECORD, { file: text, chain: join('\n', lines) });
}

export { file_text, keep_chain, kept_chain };
export type { Chain };
