// SPDX-License-Identifier: Apache-2.0
/** get_config: the text of /etc/config/firewall. */
import type { ConfigText, ProblemOf } from '../../api/index.ts';
import { read_file } from 'nft_offload.base.files';
import { FIREWALL_CONFIG } from 'nft_offload.state.firewall';

/** Bytes of the largest file that is sent: in base64 it fills most of what a reply may hold. */
const CONFIG_LIMIT = 131072;

function get_config(): ConfigText | ProblemOf<'config_unavailable'> {
	const text = read_file(FIREWALL_CONFIG, CONFIG_LIMIT + 1);
	if (text == null) {
		return { problem: 'config_unavailable', reason: 'absent' };
	}
	if (length(text) > CONFIG_LIMIT) {
		return { problem: 'config_unavailable', reason: 'larger than 128 KiB' };
	}
	return { base64: b64enc(text), size: length(text) };
}

export { get_config };
