// SPDX-License-Identifier: Apache-2.0
/** The connection tracking table: when it is full the kernel drops each packet that would begin a connection. */
import type { FindingOf } from '../../../api/index.ts';
import { table_size } from 'nft_offload.base.conntrack.table';

function find_full_table(): FindingOf<'table_nearly_full'>[] {
	const size = table_size();
	return size.maximum > 0 && size.count * 10 >= size.maximum * 9
		? [
				{
					code: 'table_nearly_full',
					severity: size.count >= size.maximum ? 'danger' : 'warning',
					count: size.count,
					maximum: size.maximum
				}
			]
		: [];
}

export { find_full_table };
