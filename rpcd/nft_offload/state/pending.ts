// SPDX-License-Identifier: Apache-2.0
/** What is under way: an apply that waits for its confirmation, a change of the mode. */
import type { ProblemOf } from '../../api/index.ts';
import { call, STATUS_PERMISSION_DENIED } from 'nft_offload.base.bus';
import { list, read_file } from 'nft_offload.base.files';
import { read_record } from 'nft_offload.base.record';
import { is_integer, is_object, is_text, matches, parse_json } from 'nft_offload.base.value';

/** Where rpcd keeps the files to restore. They stay behind when rpcd is reloaded inside the window. */
const SNAPSHOT = '/var/run/rpcd/snapshot-files';

/** The record of the change of the mode that runs or ended last. */
const CHANGE_RECORD = 'change.json';

/**
 * rpcd has no method that tells. While an apply waits it refuses every `uci revert`, before it looks at the
 * arguments (rpcd: uci.c, rpc_uci_revert_commit); otherwise one without arguments is invalid and does nothing.
 */
function apply_pending(): boolean {
	return length(list(SNAPSHOT)) > 0 && call('uci', 'revert', {}).status === STATUS_PERMISSION_DENIED;
}

/** There for as long as a change is neither kept nor taken back: what a restart must know. */
const CHANGE_MARKER = '/etc/nft-offload/change.json';
/** Bytes. */
const MARKER_LIMIT = 8192;

/** The change that runs or ended last since the boot, or that a restart has left, by its number; null where there was none. */
function last_change(): number | null {
	const record = read_record(CHANGE_RECORD) ?? parse_json(read_file(CHANGE_MARKER, MARKER_LIMIT) ?? '');
	const id = is_object(record) ? record['id'] : null;
	return is_integer(id) ? id : null;
}

/** The change that runs, as a problem of who wants to start something else; null where none does. */
function running_change(): ProblemOf<'change_running'> | null {
	const record = read_record(CHANGE_RECORD);
	if (record == null || record['phase'] === 'ended') {
		return null;
	}
	const by = record['by'];
	return { problem: 'change_running', by: is_text(by) ? by : null };
}

/** The process that carries a change out; null where none is under way. */
function guard_process(): string | null {
	const record = read_record(CHANGE_RECORD);
	const pid = record == null || record['phase'] === 'ended' ? null : record['pid'];
	return is_text(pid) && matches(pid, /[0-9]+/) ? pid : null;
}

export {
	apply_pending,
	CHANGE_MARKER,
	CHANGE_RECORD,
	guard_process,
	last_change,
	MARKER_LIMIT,
	running_change
};
