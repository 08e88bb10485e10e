// SPDX-License-Identifier: Apache-2.0
/** Room on the flash: on a full one libuci's commit reports success and leaves an empty file. */
import type { ProblemOf } from '../api.ts';
import { stat } from 'fs';
import { run } from 'nft_offload.command';
import { FIREWALL_CONFIG } from 'nft_offload.firewall';
import { number_or, words_of } from 'nft_offload.value';

/** KiB beside the new file: its directory entry, the file system's own blocks, and a neighbour that grows meanwhile. */
const SPARE_KIB = 32;

/** KiB free where a path lies, from df's last line, counted from its end since a long device name wraps. */
function free_kib(path: string): number | null {
	const outcome = run('/bin/df', ['-k', path]);
	const words = words_of(outcome.output);
	const count = length(words);
	const free = number_or(words[count - 3] ?? null, -1);
	return outcome.status === 0 && free >= 0 ? free : null;
}

/** A commit writes the whole file anew beside the old one. Null when there is room, or df does not say. */
function flash_full(): ProblemOf<'flash_full'> | null {
	const size = stat(FIREWALL_CONFIG)?.size ?? 0;
	const needed = int((size + 1023) / 1024) + SPARE_KIB;
	const free = free_kib(FIREWALL_CONFIG);
	return free == null || free >= needed
		? null
		: { problem: 'flash_full', free_kib: free, needed_kib: needed };
}

export { flash_full, free_kib };
