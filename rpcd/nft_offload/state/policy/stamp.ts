// SPDX-License-Identifier: Apache-2.0
/** Where the policy is asked for, what tells its file from another, and where the include leaves what it could not carry out. */
import { file_stamp } from 'nft_offload.base.files';

const POLICY_CONFIG = '/etc/config/nft-offload';
/** Bytes: more than the rules that pass rpcd make. */
const POLICY_LIMIT = 262144;

/** What the include has left of its last run, where it has not carried the policy out. */
const POLICY_RECORD = 'policy.json';

/** What tells the file from another that takes its place; empty where there is none. */
function policy_stamp(): string {
	return file_stamp(POLICY_CONFIG);
}

export { POLICY_CONFIG, POLICY_LIMIT, POLICY_RECORD, policy_stamp };
