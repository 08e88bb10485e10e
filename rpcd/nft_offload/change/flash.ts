// SPDX-License-Identifier: Apache-2.0
/** Room for a change on the flash: on a full one libuci's commit reports success and leaves an empty file. */
import type { ProblemOf } from '../../api/index.ts';
import { stat } from 'fs';
import { time_for } from 'nft_offload.base.deadline';
import { DF, free_kib } from 'nft_offload.base.flash';
import { FIREWALL_CONFIG } from 'nft_offload.state.firewall';

/** KiB beside the new file: its directory entry, the file system's own blocks, and a neighbour that grows meanwhile. */
const SPARE_KIB = 32;

/**
 * A commit writes the whole file anew beside the old one. Null when there is room, or df does not say; but where there
 * is no time left to ask it, nobody has looked.
 */
function flash_full(): ProblemOf<'flash_full'> | ProblemOf<'no_answer'> | null {
	if (time_for(1) === 0) {
		return { problem: 'no_answer', program: DF };
	}
	const size = stat(FIREWALL_CONFIG)?.size ?? 0;
	const needed = int((size + 1023) / 1024) + SPARE_KIB;
	const free = free_kib(FIREWALL_CONFIG);
	return free == null || free >= needed
		? null
		: { problem: 'flash_full', free_kib: free, needed_kib: needed };
}

export { flash_full };
