// SPDX-License-Identifier: Apache-2.0
/** The text of /etc/config/firewall with the two options and the include as wanted, and nothing else: libuci has read it, and found all else as it was. */
import type { ConfigEdit, OffloadOptions, Problem } from '../../api/index.ts';
import { edit_options } from 'nft_offload.change.edit';
import { first_defaults, read_sections, rewrite } from 'nft_offload.change.libuci';
import { INCLUDE_OPTIONS, is_include, is_running_include } from 'nft_offload.state.firewall';

/** An edit, and the whole text that it makes. */
interface EditedConfig {
	edit: ConfigEdit;
	text: string;
}

/**
 * All that a section says, in its order, as text to compare; without the two options where they may differ, and without its place,
 * nor the name that libuci makes of that: a section that comes or goes before it changes both.
 */
function said_by(section: UciSection, may_differ: boolean): string {
	const names = filter(
		keys(section),
		(name) =>
			name !== '.index' &&
			(name !== '.name' || !section['.anonymous']) &&
			(!may_differ || (name !== 'flow_offloading' && name !== 'flow_offloading_hw'))
	);
	return sprintf(
		'%J',
		map(names, (name) => [name, section[name]])
	);
}

/** Whether the include of ours, and no more of it than that, is there or not. */
function has_include(sections: UciSection[], wanted: boolean): boolean {
	const found = filter(sections, is_include);
	const section = found[0];
	if (section == null) {
		return !wanted;
	}
	return (
		wanted &&
		length(found) === 1 &&
		is_running_include(section) &&
		length(filter(INCLUDE_OPTIONS, (option) => section[option.name] !== option.value)) === 0
	);
}

/**
 * Whether libuci reads the text as meant: what it read before, but for the two options of the first `defaults` and the include of
 * ours, which are as wanted.
 */
function is_meant(before: UciSection[], text: string, wanted: OffloadOptions): boolean {
	const after = read_sections(text);
	const defaults = after == null ? null : first_defaults(after);
	if (after == null || defaults == null) {
		return false;
	}
	const others = filter(before, (section) => !is_include(section));
	const others_after = filter(after, (section) => !is_include(section));
	if (length(others) !== length(others_after)) {
		return false;
	}
	const place = defaults['.index'];
	for (let i = 0; i < length(others); i++) {
		const old = others[i];
		const now = others_after[i];
		const may_differ = now?.['.index'] === place;
		if (old == null || now == null || said_by(old, may_differ) !== said_by(now, may_differ)) {
			return false;
		}
	}
	const was_included = length(filter(before, is_running_include)) > 0;
	const included = wanted.include === true;
	// One that stays is anybody's to change.
	const is_include_meant =
		was_included === included ? length(after) === length(before) : has_include(after, included);
	return (
		is_include_meant &&
		(defaults['flow_offloading'] ?? null) === wanted.flow_offloading &&
		(defaults['flow_offloading_hw'] ?? null) === wanted.flow_offloading_hw
	);
}

/** What libuci writes, where it reads that as meant. */
function rewritten(before: UciSection[], text: string, wanted: OffloadOptions): EditedConfig | Problem {
	const result = rewrite(text, wanted);
	if (result == null) {
		return { problem: 'edit_failed', reason: 'libuci cannot write the file anew' };
	}
	if (!is_meant(before, result, wanted)) {
		return { problem: 'edit_failed', reason: 'libuci would change more than is meant' };
	}
	return {
		edit: { kind: 'rewritten', config: { base64: b64enc(result), size: length(result) } },
		text: result
	};
}

/**
 * Edits the text in place, and has libuci write it anew where that cannot be done. A file that libuci refuses is found before,
 * as `config_unreadable`. Problems: `no_defaults`, `edit_failed`.
 */
function edit_config(text: string, wanted: OffloadOptions): EditedConfig | Problem {
	const before = read_sections(text);
	if (before == null) {
		return { problem: 'edit_failed', reason: 'libuci refuses the file, or memory is full' };
	}
	if (first_defaults(before) == null) {
		return { problem: 'no_defaults' };
	}
	const edited = edit_options(text, wanted);
	return edited != null && is_meant(before, edited.text, wanted)
		? { edit: { kind: 'in_place', splices: edited.splices }, text: edited.text }
		: rewritten(before, text, wanted);
}

export { edit_config };
export type { EditedConfig };
