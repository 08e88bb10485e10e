// SPDX-License-Identifier: Apache-2.0
/**
 * What a caller asks for. rpcd checks neither the names nor the types of an exec plugin's arguments, and cuts
 * standard input off at 65,536 bytes: nothing here is trusted before it was looked at.
 */
import type {
	Family,
	FlowsArguments,
	FlowSort,
	JobArguments,
	Mode,
	Path,
	Problem,
	SetModeArguments
} from '../api.ts';
import { is_integer, is_object, is_printable, is_text, matches, parse_json } from 'nft_offload.value';

/** One argument: what it may be, in words for a caller, and the test. */
interface Check {
	name: string;
	expected: string;
	accepts: (value: unknown) => boolean;
}

/** A well-formed request: the caller's session (null when it is a local one) and arguments not yet looked at, itself among them. */
interface Request {
	session: string | null;
	arguments: Record<string, unknown>;
}

const SESSION = 'ubus_rpc_session';

const MODES: Record<Mode, true> = { off: true, software: true, hardware: true };
const PATHS: Record<Path, true> = { cpu: true, software: true, hardware: true };
const FAMILIES: Record<Family, true> = { ipv4: true, ipv6: true };
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

function one_of(name: string, values: Record<string, true>): Check {
	return {
		name: name,
		expected: join(', ', keys(values)),
		// A key of ucode's objects ends at a NUL byte.
		accepts: (value) => is_text(value) && is_printable(value) && exists(values, value)
	};
}

function whole_number(name: string, most: number): Check {
	return {
		name: name,
		expected: `a whole number from 0 to ${most}`,
		accepts: (value) => is_integer(value) && value >= 0 && value <= most
	};
}

const MODE: Check = one_of('mode', MODES);

const JOB: Check[] = [whole_number('offset', 2147483647)];

const FLOWS: Check[] = [
	whole_number('limit', 200),
	whole_number('offset', REACH),
	one_of('sort', SORTS),
	one_of('path', PATHS),
	one_of('family', FAMILIES),
	{
		name: 'protocol',
		expected: 'letters, digits and -, at most 32',
		accepts: (value) => is_text(value) && length(value) <= 32 && matches(value, /[A-Za-z0-9-]+/)
	},
	{
		name: 'search',
		expected: 'at most 64 printable ASCII characters',
		accepts: (value) => is_text(value) && length(value) <= 64 && is_printable(value)
	},
	{
		name: 'client',
		expected: 'an IP address',
		accepts: (value) => is_text(value) && length(value) <= 45 && is_printable(value) && iptoarr(value) != null
	},
	one_of('group', GROUPS),
	{ name: 'breakdown', expected: 'true or false', accepts: (value) => type(value) === 'bool' }
];

function invalid(name: string, expected: string): Problem {
	return { problem: 'invalid_argument', argument: name, expected: expected };
}

function is_session(value: unknown): value is string {
	return is_text(value) && length(value) === 32 && matches(value, /[0-9a-f]+/);
}

/** Parses standard input. Its text is never quoted back: it holds the session. */
function read_request(input: string): Request | Problem {
	const request = parse_json(input);
	if (!is_object(request)) {
		return { problem: 'bad_request', reason: 'standard input is not one JSON object' };
	}
	if (!exists(request, SESSION)) {
		return { session: null, arguments: request };
	}
	const session = request[SESSION];
	if (!is_session(session)) {
		return invalid(SESSION, '32 hexadecimal digits');
	}
	return { session: session, arguments: request };
}

/** What is wrong with the arguments; null when nothing is. */
function fault_of(given: Record<string, unknown>, checks: Check[]): Problem | null {
	const names = keys(given);
	for (let i = 0; i < length(names); i++) {
		const name = names[i] ?? '';
		if (name === SESSION) {
			continue;
		}
		const check = filter(checks, (candidate) => candidate.name === name)[0];
		if (check == null) {
			return { problem: 'unknown_argument', argument: substr(name, 0, 64) };
		}
		if (!check.accepts(given[name])) {
			return invalid(name, check.expected);
		}
	}
	return null;
}

function fault_of_none(given: Record<string, unknown>): Problem | null {
	return fault_of(given, []);
}

function fault_of_job(given: Record<string, unknown>): Problem | null {
	return fault_of(given, JOB);
}

function fault_of_mode(given: Record<string, unknown>): Problem | null {
	return exists(given, MODE.name) ? fault_of(given, [MODE]) : invalid(MODE.name, MODE.expected);
}

function fault_of_flows(given: Record<string, unknown>): Problem | null {
	const fault = fault_of(given, FLOWS);
	if (fault != null) {
		return fault;
	}
	const offset = given['offset'];
	const limit = given['limit'];
	const last = (is_integer(offset) ? offset : 0) + (is_integer(limit) ? limit : 50);
	return last > REACH ? invalid('offset', `offset + limit at most ${REACH}`) : null;
}

function are_flows_arguments(
	given: Record<string, unknown>
): given is Record<string, unknown> & FlowsArguments {
	return fault_of_flows(given) == null;
}

function are_job_arguments(given: Record<string, unknown>): given is Record<string, unknown> & JobArguments {
	return fault_of_job(given) == null;
}

function are_mode_arguments(
	given: Record<string, unknown>
): given is Record<string, unknown> & SetModeArguments {
	return fault_of_mode(given) == null;
}

export {
	are_flows_arguments,
	are_job_arguments,
	are_mode_arguments,
	fault_of_flows,
	fault_of_job,
	fault_of_mode,
	fault_of_none,
	read_request
};
export type { Request };
