// SPDX-License-Identifier: Apache-2.0
/** Whether an apply waits for its confirmation. */
import { call, STATUS_PERMISSION_DENIED } from 'nft_offload.base.bus';
import { list } from 'nft_offload.base.files';

/** Where rpcd keeps the files to restore. They stay behind when rpcd is reloaded inside the window. */
const SNAPSHOT = '/var/run/rpcd/snapshot-files';

/**
 * rpcd has no method that tells. While an apply waits it refuses every `uci revert`, before it looks at the
 * arguments (rpcd: uci.c, rpc_uci_revert_commit); otherwise one without arguments is invalid and does nothing.
 */
function apply_pending(): boolean {
	return length(list(SNAPSHOT)) > 0 && call('uci', 'revert', {}).status === STATUS_PERMISSION_DENIED;
}

export { apply_pending };
