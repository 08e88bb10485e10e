// SPDX-License-Identifier: Apache-2.0
/**
 * Whether firewall4's last load came into effect. It writes its memory before nft is asked, and each reload that nft takes
 * gives the flowtable another handle: a newer memory beside the handle of before is a load that was refused, or a restart,
 * which begins to count anew.
 */
import { read_record, write_record } from 'nft_offload.base.record';
import type { Memory } from 'nft_offload.state.zones';

const LOAD_RECORD = 'load.json';

/** Whether the load that this memory is of may have left the flowtable of the one before. Only who looked before can tell. */
function is_load_without_effect(memory: Memory, handle: number | null): boolean {
	if (!memory.known || handle == null) {
		return false;
	}
	const record = read_record(LOAD_RECORD);
	if (record != null && record['handle'] === handle) {
		return record['written'] !== memory.written;
	}
	write_record(LOAD_RECORD, { handle: handle, written: memory.written });
	return false;
}

export { is_load_without_effect };
