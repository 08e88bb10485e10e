// SPDX-License-Identifier: Apache-2.0
/** A change without a guard: procd has forgotten it, or a restart came while the boot script was not to run. */
import { is_there } from 'nft_offload.base.files';
import { comes_soon, lives } from 'nft_offload.base.job';
import { start_service } from 'nft_offload.change.service';
import { read_transaction } from 'nft_offload.change.transaction';
import { CHANGE_MARKER } from 'nft_offload.state.pending';

/** Whether a change is under way, or was when the router restarted, and nobody has it. */
function is_deserted(): boolean {
	const known = read_transaction();
	return known == null || known.phase === 'ended' ? is_there(CHANGE_MARKER) : !lives(known);
}

/** Has procd run a guard where one is missing, and waits for it. */
function revive_guard(): void {
	if (is_deserted()) {
		start_service();
		comes_soon(() => !is_deserted());
	}
}

export { revive_guard };
