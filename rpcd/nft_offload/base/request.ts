// SPDX-License-Identifier: Apache-2.0
/**
 * What a caller asks for. rpcd checks neither the names nor the types of an exec plugin's arguments, and cuts
 * standard input off at 65,536 bytes: nothing here is trusted before it was looked at.
 */
import type { Family, Mode, Problem } from '../../api/index.ts';
import { is_integer, is_object, is_printable, is_text, matches, parse_json } from 'nft_offload.base.value';

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

/** Of a clock that starts with the router. */
const ID: Check = whole_number('id', 9007199254740991);

const MODES: Record<Mode, true> = { off: true, software: true, hardware: true };
const MODE: Check = one_of('mode', MODES);

function is_mode(word: unknown): word is Mode {
	return MODE.accepts(word);
}

const FAMILIES: Record<Family, true> = { ipv4: true, ipv6: true };
const FAMILY: Check = one_of('family', FAMILIES);

/** As conntrack names them. */
const PROTOCOL: Check = {
	name: 'protocol',
	expected: 'letters, digits and -, at most 32',
	accepts: (value) => is_text(value) && length(value) <= 32 && matches(value, /[A-Za-z0-9-]+/)
};

function ip_address(name: string): Check {
	return {
		name: name,
		expected: 'an IP address',
		accepts: (value) => is_text(value) && length(value) <= 45 && is_printable(value) && iptoarr(value) != null
	};
}

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

/** What is wrong with arguments of which one must be there. */
function fault_without(needed: string, given: Record<string, unknown>, checks: Check[]): Problem | null {
	const missing = filter(checks, (check) => check.name === needed && !exists(given, needed))[0];
	return missing == null ? fault_of(given, checks) : invalid(needed, missing.expected);
}

/** Whether nothing was found wrong with the arguments, so that they are those of a method. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- what the checks establish, the caller knows
function is_faultless<A extends object>(
	_given: Record<string, unknown>,
	fault: Problem | null
): _given is Record<string, unknown> & A {
	return fault == null;
}

export {
	FAMILY,
	ID,
	MODE,
	PROTOCOL,
	fault_of,
	fault_of_none,
	fault_without,
	invalid,
	ip_address,
	is_faultless,
	is_mode,
	one_of,
	read_request,
	whole_number
};
export type { Check, Request };
