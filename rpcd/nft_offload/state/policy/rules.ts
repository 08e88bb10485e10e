// SPDX-License-Identifier: Apache-2.0
/** The rules of a policy, from whoever gives them: nothing of them is believed before it was looked at here. */
import type { PolicyFault, PolicyOption, PolicyRule, ProblemOf } from '../../../api/index.ts';
import { printable } from 'nft_offload.base.printable';
import { FAMILY } from 'nft_offload.base.request';
import type { Check } from 'nft_offload.base.request';
import {
	is_array,
	is_boolean,
	is_integer,
	is_object,
	is_printable,
	is_text,
	matches,
	number_or
} from 'nft_offload.base.value';
import { dscp_of, mac_of, mark_of } from 'nft_offload.state.policy.header';
import { prefix_of } from 'nft_offload.state.policy.networks';

/** Together they have to pass rpcd, which takes 65,536 bytes. */
const RULES_MOST = 256;
const ADDRESSES_MOST = 1024;
const PORTS_MOST = 64;
const MACS_MOST = 256;

interface Range {
	first: number;
	last: number;
}

/** `443` or `5000-5010`; null for any other text. */
function range_of(text: string): Range | null {
	const parts = matches(text, /[0-9]{1,5}(-[0-9]{1,5})?/) ? split(text, '-') : [];
	const first = number_or(parts[0] ?? null, -1);
	const last = number_or(parts[1] ?? parts[0] ?? null, -1);
	return first >= 1 && last >= first && last <= 65535 ? { first: first, last: last } : null;
}

/** Whether it is a list of at least one and at most so many texts of a kind. */
function is_list_of(value: unknown, most: number, accepts: (text: string) => boolean): boolean {
	return (
		is_array(value) &&
		length(value) > 0 &&
		length(value) <= most &&
		length(filter(value, (each) => !is_text(each) || !accepts(each))) === 0
	);
}

interface OptionCheck {
	expected: string;
	accepts: (value: unknown) => boolean;
}

const is_addresses = (value: unknown): boolean =>
	is_list_of(value, ADDRESSES_MOST, (text) => prefix_of(text) != null);
const ADDRESSES = `addresses or networks, at most ${ADDRESSES_MOST}`;

/** A zone, by a name that may be part of one in nft's language. */
const ZONE: OptionCheck = {
	expected: "a zone's name of letters, digits, - and _",
	accepts: (value) => is_text(value) && length(value) <= 32 && matches(value, /[A-Za-z0-9_-]+/)
};

const RULE_OPTIONS: Record<PolicyOption, OptionCheck> = {
	name: {
		expected: '1 to 64 characters of printable ASCII, and no other rule of that name',
		accepts: (value) => is_text(value) && length(value) > 0 && length(value) <= 64 && is_printable(value)
	},
	enabled: { expected: 'yes or no', accepts: is_boolean },
	family: FAMILY,
	protocol: { expected: 'tcp or udp', accepts: (value) => value === 'tcp' || value === 'udp' },
	clients: { expected: ADDRESSES, accepts: is_addresses },
	destinations: { expected: ADDRESSES, accepts: is_addresses },
	ports: {
		expected: `ports from 1 to 65535, or ranges as 5000-5010, at most ${PORTS_MOST}`,
		accepts: (value) => is_list_of(value, PORTS_MOST, (text) => range_of(text) != null)
	},
	src: ZONE,
	dest: ZONE,
	macs: {
		expected: `MAC addresses, at most ${MACS_MOST}`,
		accepts: (value) => is_list_of(value, MACS_MOST, (text) => mac_of(text) != null)
	},
	dscp: {
		expected: 'DSCPs: EF, CS5, AF41, or numbers from 0 to 63',
		accepts: (value) => is_list_of(value, 64, (text) => dscp_of(text) !== -1)
	},
	mark: {
		expected: 'a mark, 0x10, or 0x10/0xf0 with the bits that count',
		accepts: (value) => is_text(value) && mark_of(value) != null
	},
	first_packets: {
		expected: 'a whole number from 2 to 1000000',
		accepts: (value) => is_integer(value) && value >= 2 && value <= 1000000
	}
};

/** Only these make a difference between connections. */
const CONDITIONS: PolicyOption[] = [
	'family',
	'protocol',
	'clients',
	'destinations',
	'ports',
	'src',
	'dest',
	'macs',
	'dscp',
	'mark',
	'first_packets'
];

function is_option(key: string): key is PolicyOption {
	return exists(RULE_OPTIONS, key);
}

/** What is wrong with one rule: the option, and what would be right. */
function wrong_option(
	rule: unknown,
	names: Record<string, true>
): { option: string; expected: string } | null {
	if (!is_object(rule)) {
		return { option: 'rules', expected: 'rules' };
	}
	const wrong = filter(keys(rule), (key) => !is_option(key) || !RULE_OPTIONS[key].accepts(rule[key]))[0];
	if (wrong != null) {
		return {
			option: substr(printable(wrong), 0, 64),
			expected: is_option(wrong) ? RULE_OPTIONS[wrong].expected : 'an option of a rule'
		};
	}
	const name = rule['name'];
	if (!is_text(name) || exists(names, name)) {
		return { option: 'name', expected: RULE_OPTIONS.name.expected };
	}
	names[name] = true;
	return length(filter(CONDITIONS, (condition) => rule[condition] != null)) > 0
		? null
		: { option: 'a condition', expected: 'there' };
}

function count_of_addresses(rule: unknown): number {
	const count = (list: unknown): number => (is_array(list) ? length(list) : 0);
	return is_object(rule) ? count(rule['clients']) + count(rule['destinations']) : 0;
}

/** What is wrong with rules; null where nothing is. */
function fault_of_rules(rules: unknown): PolicyFault | null {
	if (!is_array(rules) || length(rules) > RULES_MOST) {
		return { rule: 0, name: '', option: 'rules', expected: `at most ${RULES_MOST} rules` };
	}
	const names: Record<string, true> = {};
	let addresses = 0;
	for (let i = 0; i < length(rules); i++) {
		const rule = rules[i];
		addresses += count_of_addresses(rule);
		const wrong =
			wrong_option(rule, names) ??
			(addresses > ADDRESSES_MOST
				? { option: 'clients', expected: `at most ${ADDRESSES_MOST} addresses in all rules` }
				: null);
		if (wrong != null) {
			const name = is_object(rule) ? rule['name'] : '';
			return {
				rule: i + 1,
				name: substr(printable(is_text(name) ? name : ''), 0, 64),
				option: wrong.option,
				expected: wrong.expected
			};
		}
	}
	return null;
}

/** Rules that were looked at, or what is wrong with them. */
type Asked = { rules: PolicyRule[]; fault: null } | { rules: null; fault: PolicyFault };

/** What looking at them establishes. */
function are_rules(_rules: unknown, fault: PolicyFault | null): _rules is PolicyRule[] {
	return fault == null;
}

/** Looks at rules of anybody's. */
function judge_rules(rules: unknown): Asked {
	const fault = fault_of_rules(rules);
	if (fault != null) {
		return { rules: null, fault: fault };
	}
	return are_rules(rules, fault) ? { rules: rules, fault: null } : die('rules without a fault');
}

/** Those that count. */
function enabled_rules(rules: PolicyRule[]): PolicyRule[] {
	return filter(rules, (rule) => rule.enabled !== false);
}

/** What is wrong, in one line. */
function fault_words(fault: PolicyFault): string {
	const place = fault.rule === 0 ? '' : `rule ${fault.rule} (${fault.name}): `;
	return `${place}${fault.option} has to be ${fault.expected}`;
}

/** The argument of a method; what is wrong with one of its rules is told by refused_rules(). */
const POLICY_CHECK: Check = { name: 'policy', expected: 'a list of rules', accepts: is_array };

/** The fault of rules that a caller gives, as a problem; null where nothing is wrong with them, or none are given. */
function refused_rules(rules: unknown): ProblemOf<'policy_refused'> | null {
	const fault = rules == null ? null : fault_of_rules(rules);
	return fault == null
		? null
		: {
				problem: 'policy_refused',
				rule: fault.rule,
				name: fault.name,
				option: fault.option,
				expected: fault.expected
			};
}

export { enabled_rules, fault_words, judge_rules, POLICY_CHECK, range_of, refused_rules };
export type { Asked, Range };
