// SPDX-License-Identifier: Apache-2.0
/**
 * load_firewall: loads the firewall anew from its file. Never `restart` or `stop`, which flush tables first: a reload replaces
 * the rules in one transaction, and so does a start where firewall4 has forgotten that it is loaded.
 */
import type { FirewallLoad, ProblemOf } from '../../api/index.ts';
import { run } from 'nft_offload.base.command';
import { is_there } from 'nft_offload.base.files';
import { complaint_in, FW4 } from 'nft_offload.state.check';
import { firewall_kind } from 'nft_offload.state.firewall';
import { STATE_FILE } from 'nft_offload.state.zones';

/** Seconds. nft changes all or nothing, whenever it is ended; a slow router has many rules to load. */
const FW4_LIMIT = 25;

function load_firewall(): FirewallLoad | ProblemOf<'no_firewall4'> | ProblemOf<'no_answer'> {
	if (firewall_kind() !== 'fw4') {
		return { problem: 'no_firewall4' };
	}
	// Without its memory `fw4 reload` refuses, and with it `fw4 start` does (sbin/fw4).
	const action = is_there(STATE_FILE) ? 'reload' : 'start';
	const outcome = run(FW4, [action], FW4_LIMIT);
	if (outcome.timed_out) {
		return { problem: 'no_answer', program: FW4 };
	}
	const failed = outcome.status !== 0 || index(outcome.output, 'rror:') !== -1;
	return { action: action, status: outcome.status, reason: failed ? complaint_in(outcome.output) : '' };
}

export { load_firewall };
