// SPDX-License-Identifier: Apache-2.0
/** The policy as it is asked for: /etc/config/nft-offload, which is not there where nobody has asked for one. */
import type { PolicyOption, PolicyRule, RuleList } from '../../../api/index.ts';
import { is_there } from 'nft_offload.base.files';
import { printable } from 'nft_offload.base.printable';
import { is_array, is_integer, is_text, matches } from 'nft_offload.base.value';
import { judge_rules } from 'nft_offload.state.policy.rules';
import type { Asked } from 'nft_offload.state.policy.rules';
import { POLICY_CONFIG } from 'nft_offload.state.policy.stamp';

/** Lists, and what they are called in the file, where each has a line of its own. */
const POLICY_LISTS: { option: RuleList; list: string }[] = [
	{ option: 'clients', list: 'client' },
	{ option: 'destinations', list: 'destination' },
	{ option: 'ports', list: 'port' },
	{ option: 'macs', list: 'mac' },
	{ option: 'dscp', list: 'dscp' }
];
const POLICY_TEXTS: ('name' | 'family' | 'protocol' | 'src' | 'dest' | 'mark')[] = [
	'name',
	'family',
	'protocol',
	'src',
	'dest',
	'mark'
];

/** A value for yes or no, as libuci's users write it; any other stays as it is, to be refused. */
function yes_or_no(value: unknown): unknown {
	return value === '1' || value === 'on' || value === 'true' || value === 'yes'
		? true
		: value === '0' || value === 'off' || value === 'false' || value === 'no'
			? false
			: value;
}

/** A rule of a section, with whatever it says: an option that no rule has stays, to be refused. */
function rule_of_section(section: UciSection): Record<string, unknown> {
	const rule: Record<string, unknown> = {};
	map(
		filter(keys(section), (key) => substr(key, 0, 1) !== '.'),
		(key) => {
			const value = section[key];
			const list = filter(POLICY_LISTS, (each) => each.list === key)[0];
			if (list != null) {
				rule[list.option] = is_array(value) ? value : [value];
			} else if (key === 'enabled') {
				rule[key] = yes_or_no(value);
			} else if (key === 'first_packets' && is_text(value) && matches(value, /[0-9]{1,9}/)) {
				rule[key] = int(value);
			} else {
				rule[key] = value;
			}
		}
	);
	return rule;
}

/** What the sections of the file ask for. One of another type is nobody's, and may be a rule with a slip in its first line. */
function judge_sections(sections: UciSection[]): Asked {
	const others = filter(sections, (section) => section['.type'] !== 'keep');
	if (length(others) > 0) {
		const name = substr(printable(others[0]?.['.type'] ?? ''), 0, 64);
		return { rules: null, fault: { rule: 0, name: name, option: `config ${name}`, expected: 'config keep' } };
	}
	const asked = judge_rules(map(sections, rule_of_section));
	const fault = asked.fault;
	const list = filter(POLICY_LISTS, (each) => each.option === fault?.option)[0];
	if (fault != null && list != null) {
		// As the file calls it.
		fault.option = list.list;
	}
	return asked;
}

/** Reads the file. */
function read_policy(): Asked {
	if (!is_there(POLICY_CONFIG)) {
		return { rules: [], fault: null };
	}
	const cursor = require('uci').cursor();
	if (cursor == null || cursor.load(POLICY_CONFIG) !== true) {
		return {
			rules: null,
			fault: { rule: 0, name: POLICY_CONFIG, option: 'it', expected: 'a file that libuci reads' }
		};
	}
	const sections: UciSection[] = [];
	cursor.foreach('nft-offload', null, (section) => {
		push(sections, section);
		return true;
	});
	return judge_sections(sections);
}

/** A word of the file in quotes. */
function quoted_word(text: string): string {
	return `'${replace(text, "'", "'\\''")}'`;
}

/** What a new file begins with. */
const POLICY_HEADER =
	'# Connections that stay on the CPU: Network > Firewall > Flow Offloading, or nft-offload policy.\n';

/** A rule as the file has it. */
function section_text(rule: PolicyRule): string {
	const lines: string[] = ['config keep'];
	const option = (name: PolicyOption, value: string): void => {
		push(lines, `\toption ${name} ${quoted_word(value)}`);
	};
	map(POLICY_TEXTS, (name) => {
		const value = rule[name];
		if (value != null) {
			option(name, value);
		}
	});
	if (rule.enabled === false) {
		option('enabled', '0');
	}
	map(POLICY_LISTS, (each) =>
		map(rule[each.option] ?? [], (value) => push(lines, `\tlist ${each.list} ${quoted_word(value)}`))
	);
	if (is_integer(rule.first_packets)) {
		option('first_packets', `${rule.first_packets}`);
	}
	return `${join('\n', lines)}\n`;
}

/** Rules as a new file has them; empty where there is none, and then no file is. */
function policy_text(rules: PolicyRule[]): string {
	return length(rules) === 0 ? '' : `${POLICY_HEADER}\n${join('\n', map(rules, section_text))}`;
}

export { judge_sections, policy_text, read_policy, section_text };
export type { Asked };
