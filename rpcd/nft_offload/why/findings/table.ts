// SPDX-License-Identifier: Apache-2.0
/** The connection tracking table: when it is full the kernel drops each packet that would begin a connection. */
import type { FindingOf } from '../../../api/index.ts';
import { read_line } from 'nft_offload.base.files';
import { number_or } from 'nft_offload.base.value';

const CONNTRACK = '/proc/sys/net/netfilter/nf_conntrack';

function find_full_table(): FindingOf<'table_nearly_full'>[] {
	const count = number_or(read_line(`${CONNTRACK}_count`), 0);
	const maximum = number_or(read_line(`${CONNTRACK}_max`), 0);
	return maximum > 0 && count * 10 >= maximum * 9
		? [
				{
					code: 'table_nearly_full',
					severity: count >= maximum ? 'danger' : 'warning',
					count: count,
					maximum: maximum
				}
			]
		: [];
}

export { find_full_table };
