// SPDX-License-Identifier: Apache-2.0
/** get_flows, as a caller reaches it. */
import type { FlowsArguments, FlowSort, Path, Problem } from '../../api/index.ts';
import { get_flows } from 'nft_offload.flows.flows';
import { replies } from 'nft_offload.base.reply';
import {
	FAMILY,
	PROTOCOL,
	fault_of,
	invalid,
	ip_address,
	is_faultless,
	one_of,
	whole_number
} from 'nft_offload.base.request';
import type { Check } from 'nft_offload.base.request';
import { is_boolean, is_integer, is_printable, is_text } from 'nft_offload.base.value';

const PATHS: Record<Path, true> = { cpu: true, software: true, hardware: true };
const SORTS: Record<FlowSort, true> = {
	bytes: true,
	packets: true,
	original_bytes: true,
	reply_bytes: true,
	original_packets: true,
	reply_packets: true
};

const GROUPS: Record<NonNullable<FlowsArguments['group']>, true> = { client: true };

/** The last row that a page may reach: that many lines are kept in memory. */
const REACH = 2000;

const CHECKS: Check[] = [
	whole_number('limit', 200),
	whole_number('offset', REACH),
	one_of('sort', SORTS),
	one_of('path', PATHS),
	FAMILY,
	PROTOCOL,
	{
		name: 'search',
		expected: 'at most 64 printable ASCII characters',
		accepts: (value) => is_text(value) && length(value) <= 64 && is_printable(value)
	},
	ip_address('client'),
	one_of('group', GROUPS),
	{ name: 'breakdown', expected: 'true or false', accepts: is_boolean }
];

function fault_of_flows(given: Record<string, unknown>): Problem | null {
	const fault = fault_of(given, CHECKS);
	if (fault != null) {
		return fault;
	}
	const offset = given['offset'];
	const limit = given['limit'];
	const last = (is_integer(offset) ? offset : 0) + (is_integer(limit) ? limit : 50);
	return last > REACH ? invalid('offset', `offset + limit at most ${REACH}`) : null;
}

/** A long list of connections takes its time. */
const SECONDS = 15;

const REPLY = replies(SECONDS, {
	get_flows: (request) => {
		const given = request.arguments;
		const fault = fault_of_flows(given);
		return is_faultless<FlowsArguments>(given, fault) ? get_flows(given) : fault;
	}
});

export { REPLY };
