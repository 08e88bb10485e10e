// SPDX-License-Identifier: Apache-2.0
/** check_change, start_change, get_change, keep_change, undo_change and load_firewall, as a caller reaches them. */
import type { ChangeArguments, CheckChangeArguments, StartChangeArguments } from '../../api/index.ts';
import { replies } from 'nft_offload.base.reply';
import { ID, MODE, fault_of_none, fault_without, is_faultless } from 'nft_offload.base.request';
import type { Check } from 'nft_offload.base.request';
import { is_boolean, is_integer, is_text, matches } from 'nft_offload.base.value';
import { author_of } from 'nft_offload.base.author';
import { check_change } from 'nft_offload.change.check';
import { keep_change, look_at_change, undo_change } from 'nft_offload.change.decide';
import { load_firewall } from 'nft_offload.state.load_firewall';
import { start_change } from 'nft_offload.change.start';
import { POLICY_CHECK, refused_rules } from 'nft_offload.state.policy.rules';

const LEAST_SECONDS = 5;
const MOST_SECONDS = 86400;

const SECONDS_GIVEN: Check = {
	name: 'seconds',
	expected: `a whole number from ${LEAST_SECONDS} to ${MOST_SECONDS}`,
	accepts: (value) => is_integer(value) && value >= LEAST_SECONDS && value <= MOST_SECONDS
};
const TRIAL: Check = { name: 'trial', expected: 'true or false', accepts: is_boolean };
const REVISION: Check = {
	name: 'revision',
	expected: 'the revision of a check',
	accepts: (value) => is_text(value) && length(value) <= 64 && matches(value, /[0-9-]+/)
};

/** On a busy router a change is worth waiting for, as long as the page does. */
const SECONDS = 14;

const REPLY = replies(SECONDS, {
	get_change: (request) => fault_of_none(request.arguments) ?? look_at_change(),
	check_change: (request) => {
		const given = request.arguments;
		const fault = fault_without('mode', given, [MODE, POLICY_CHECK]) ?? refused_rules(given['policy']);
		return is_faultless<CheckChangeArguments>(given, fault) ? check_change(given) : fault;
	},
	start_change: (request) => {
		const given = request.arguments;
		const checks = [MODE, POLICY_CHECK, SECONDS_GIVEN, TRIAL, REVISION];
		const fault = fault_without('mode', given, checks) ?? refused_rules(given['policy']);
		return is_faultless<StartChangeArguments>(given, fault)
			? start_change(given, author_of(request.session))
			: fault;
	},
	keep_change: (request) => {
		const given = request.arguments;
		const fault = fault_without('id', given, [ID]);
		return is_faultless<ChangeArguments>(given, fault)
			? keep_change(given.id, author_of(request.session))
			: fault;
	},
	undo_change: (request) => {
		const given = request.arguments;
		const fault = fault_without('id', given, [ID]);
		return is_faultless<ChangeArguments>(given, fault)
			? undo_change(given.id, author_of(request.session))
			: fault;
	},
	load_firewall: (request) => fault_of_none(request.arguments) ?? load_firewall()
});

export { REPLY };
