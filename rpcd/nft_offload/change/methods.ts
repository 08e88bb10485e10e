// SPDX-License-Identifier: Apache-2.0
/** get_config, load_firewall and set_mode, as a caller reaches them. */
import type { Mode, Problem, SetModeArguments } from '../../api/index.ts';
import { get_config } from 'nft_offload.change.config';
import { load_firewall } from 'nft_offload.change.load_firewall';
import { set_mode } from 'nft_offload.change.mode';
import { replies } from 'nft_offload.base.reply';
import { fault_of, fault_of_none, invalid, is_faultless, one_of } from 'nft_offload.base.request';
import type { Check } from 'nft_offload.base.request';

const MODES: Record<Mode, true> = { off: true, software: true, hardware: true };
const MODE: Check = one_of('mode', MODES);

function fault_of_mode(given: Record<string, unknown>): Problem | null {
	return exists(given, MODE.name) ? fault_of(given, [MODE]) : invalid(MODE.name, MODE.expected);
}

/** On a busy router a change is worth waiting for, as long as the page does. */
const SECONDS = 14;

const REPLY = replies(SECONDS, {
	get_config: (request) => fault_of_none(request.arguments) ?? get_config(),
	load_firewall: (request) => fault_of_none(request.arguments) ?? load_firewall(),
	set_mode: (request) => {
		const given = request.arguments;
		const fault = fault_of_mode(given);
		return is_faultless<SetModeArguments>(given, fault) ? set_mode(given.mode, request.session) : fault;
	}
});

export { REPLY };
