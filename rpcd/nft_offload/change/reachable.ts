// SPDX-License-Identifier: Apache-2.0
/**
 * rpcd loses a plugin when it is reloaded while one answers: where the process of that call ends as rpcd reads the plugin's list,
 * the read is interrupted, and the object is not there until the next reload (rpcd's plugin.c, rpc_plugin_register_exec; run on
 * 25.12.2). Then nobody could keep the change or take it back.
 */
import { call, STATUS_NOT_FOUND } from 'nft_offload.base.bus';
import { uptime } from 'nft_offload.base.clock';
import { run } from 'nft_offload.base.command';
import { apply_pending } from 'nft_offload.state.pending';

/** Seconds between two looks, and that a slow rpcd needs to begin at the most. */
const LOOK_EVERY = 5;
const MISSED_AFTER = 10;

/** Seconds for rpcd's init script. */
const RELOAD_LIMIT = 10;

let looked = 0;
let missed_since: number | null = null;

/** A method that no object has: who is there says so, and starts nothing. */
function is_on_bus(object: string): boolean {
	return call(object, 'there', {}).status !== STATUS_NOT_FOUND;
}

/** Has rpcd look again where it is there without us. While an apply waits it is left alone: a reload would forget that. */
function keep_reachable(): void {
	const now = uptime();
	if (now - looked < LOOK_EVERY) {
		return;
	}
	looked = now;
	if (is_on_bus('luci.nft-offload') || !is_on_bus('session')) {
		missed_since = null;
		return;
	}
	missed_since ??= now;
	if (now - missed_since >= MISSED_AFTER && !apply_pending()) {
		missed_since = null;
		run('/etc/init.d/rpcd', ['reload'], RELOAD_LIMIT);
	}
}

export { keep_reachable };
