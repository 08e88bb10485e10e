// SPDX-License-Identifier: Apache-2.0
/** Until the real one is there. */
import { read_file } from 'nft_offload.base.files';
import { write_whole } from 'nft_offload.base.record';

function replace_config(before: string, after: string): string | null {
	return read_file('/etc/config/firewall', 131072) === before && write_whole('/etc/config/firewall', after)
		? null
		: 'not written';
}

export { replace_config };
