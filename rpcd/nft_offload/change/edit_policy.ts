// SPDX-License-Identifier: Apache-2.0
/**
 * The text of /etc/config/nft-offload with other rules. Who has written it by hand finds it again: the section of a rule that stays
 * keeps every byte, and what is written above a section stays there.
 */
import type { PolicyRule } from '../../api/index.ts';
import { read_lines } from 'nft_offload.change.commands';
import type { Line } from 'nft_offload.change.commands';
import { read_sections } from 'nft_offload.change.libuci';
import { judge_sections, policy_text, section_text } from 'nft_offload.state.policy.file';

/** A section as it is written: the comments and empty lines above it, and its own lines. */
interface Written {
	above: string;
	own: string;
}

/** A file cut at its sections, and what comes before the first of them and does not belong to it. */
interface Cut {
	head: string;
	sections: Written[];
}

/** Whether a section begins the line. */
function begins_section(line: Line | undefined): boolean {
	const first = line == null ? null : line.commands[0];
	return first != null && first.keyword === 'config';
}

function is_empty(line: Line | undefined): boolean {
	return line != null && length(line.commands) === 0 && line.comment == null;
}

function is_comment(line: Line | undefined): boolean {
	return line != null && length(line.commands) === 0 && line.comment != null;
}

/** The line with which what belongs to a section begins: comments right above it, and the empty lines above those. */
function first_above(lines: Line[], section: number): number {
	let first = section;
	while (first > 0 && is_comment(lines[first - 1])) {
		first--;
	}
	while (first > 0 && is_empty(lines[first - 1])) {
		first--;
	}
	return first;
}

/** Null where the file cannot be cut. */
function cut(text: string): Cut | null {
	const lines = read_lines(text);
	if (lines == null) {
		return null;
	}
	const start_of = (line: number): number => lines[line]?.start ?? length(text);
	const heads: number[] = [];
	for (let i = 0; i < length(lines); i++) {
		if (begins_section(lines[i])) {
			push(heads, i);
		}
	}
	const above = map(heads, (head) => first_above(lines, head));
	const top = start_of(above[0] ?? length(lines));
	const sections: Written[] = [];
	for (let i = 0; i < length(heads); i++) {
		const first = start_of(above[i] ?? 0);
		const head = start_of(heads[i] ?? 0);
		const end = start_of(above[i + 1] ?? length(lines));
		push(sections, {
			above: substr(text, first, head - first),
			own: substr(text, head, end - head)
		});
	}
	return { head: substr(text, 0, top), sections: sections };
}

/** The rules of a text in the form of the file; null where it is not understood. */
function rules_in(text: string): PolicyRule[] | null {
	const sections = read_sections(text);
	return sections == null ? null : judge_sections(sections).rules;
}

function texts_of(rules: PolicyRule[]): string[] {
	return map(rules, section_text);
}

/** The file with the sections of these rules; null where it is not understood, or would not be. */
function edited(text: string, rules: PolicyRule[]): string | null {
	const old = rules_in(text);
	const written = cut(text);
	if (old == null || written == null || length(old) !== length(written.sections)) {
		return null;
	}
	const places: Record<string, number> = {};
	for (let i = 0; i < length(old); i++) {
		places[old[i]?.name ?? ''] = i;
	}
	let result = written.head;
	map(rules, (rule) => {
		const place = places[rule.name];
		const before = place == null ? null : old[place];
		const section = place == null ? null : written.sections[place];
		const fresh = section_text(rule);
		const stays = before != null && section_text(before) === fresh;
		const open = length(result) > 0 && substr(result, length(result) - 1) !== '\n' ? '\n' : '';
		result += `${open}${section?.above ?? '\n'}${stays && section != null ? section.own : fresh}`;
	});
	const wanted = sprintf('%J', texts_of(rules));
	return sprintf('%J', texts_of(rules_in(result) ?? [])) === wanted ? result : null;
}

/** The text that the file is to have: empty where there is no rule, and then no file is. */
function edit_policy(text: string, rules: PolicyRule[]): string {
	return length(rules) === 0 || text === ''
		? policy_text(rules)
		: (edited(text, rules) ?? policy_text(rules));
}

export { edit_policy };
