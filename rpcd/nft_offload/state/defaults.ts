// SPDX-License-Identifier: Apache-2.0
/**
 * The values of `config defaults` that firewall4 dies of: parse_options() answers false for one bad value, parse_defaults()
 * reads a property of that, and no ruleset is made at all (fw4.uc; the same in 22.03 to 25.12; hardware/bad-value.txt).
 */
import type { RefusedOption } from '../../api/index.ts';
import { printable } from 'nft_offload.base.printable';
import { is_array, is_text, matches } from 'nft_offload.base.value';

type Kind = 'bool' | 'policy' | 'reject_code' | 'limit' | 'integer';

const KINDS: Record<string, Kind> = {
	input: 'policy',
	output: 'policy',
	forward: 'policy',
	drop_invalid: 'bool',
	tcp_reject_code: 'reject_code',
	any_reject_code: 'reject_code',
	syn_flood: 'bool',
	synflood_protect: 'bool',
	synflood_rate: 'limit',
	synflood_burst: 'integer',
	tcp_syncookies: 'bool',
	tcp_ecn: 'integer',
	tcp_window_scaling: 'bool',
	accept_redirects: 'bool',
	accept_source_route: 'bool',
	auto_helper: 'bool',
	custom_chains: 'bool',
	disable_ipv6: 'bool',
	flow_offloading: 'bool',
	flow_offloading_hw: 'bool',
	auto_includes: 'bool'
};

const BOOLS = ['1', 'on', 'true', 'yes', '0', 'off', 'false', 'no'];
const POLICIES = ['accept', 'reject', 'drop'];
const REJECT_CODES = ['tcp-reset', 'port-unreachable', 'admin-prohibited', 'host-unreachable', 'no-route'];

/** Whether the value is the beginning of a word, in any case (fw4.uc, parse_enum). */
function begins_one(value: string, words: string[]): boolean {
	return length(filter(words, (word) => index(word, lc(value)) === 0)) > 0;
}

/** A number and a unit of time, the unit in lower case and perhaps cut short (fw4.uc, parse_limit): `!30/min`. */
function is_limit(value: string): boolean {
	const parts = split(value, '/');
	const units = ['second', 'minute', 'hour', 'day'];
	return (
		length(parts) <= 2 &&
		matches(parts[0] ?? '', /[ \t]*!?[ \t]*[0-9]+/) &&
		(parts[1] == null || (matches(parts[1], /[a-z]+/) && begins_one(parts[1], units)))
	);
}

/** What ucode's unary plus makes a number of (fw4.uc, parse_int). */
function is_number(value: string): boolean {
	return matches(trim(value), /[+-]?(0[xX][0-9A-Fa-f]+|[0-9]+)(\.[0-9]*)?([eE][+-]?[0-9]+)?/);
}

const TAKES: Record<Kind, (value: string) => boolean> = {
	bool: (value) => index(BOOLS, value) !== -1,
	policy: (value) => begins_one(value, POLICIES),
	reject_code: (value) => begins_one(value, REJECT_CODES),
	limit: is_limit,
	integer: is_number
};

/** Text for people: printable, and not longer than a line. */
function shown(value: unknown): string {
	const text = is_array(value) ? `[${join(' ', value)}]` : is_text(value) ? value : '';
	return substr(printable(text), 0, 64);
}

/** The first option of a section of type `defaults` that firewall4 refuses; null where it takes them all. */
function refused_option(section: Record<string, unknown>): RefusedOption | null {
	const refused = filter(keys(section), (option) => {
		const kind = KINDS[option];
		const value = section[option];
		return kind != null && value != null && !(is_text(value) && TAKES[kind](value));
	});
	const option = refused[0];
	return option == null ? null : { option: option, value: shown(section[option]) };
}

export { refused_option, shown };
