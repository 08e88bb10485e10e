// SPDX-License-Identifier: Apache-2.0
/** The text of /etc/config/firewall with the two options as wanted, and nothing else: libuci has read it, and found all else as it was. */
import type { ConfigEdit, OffloadOptions, Problem } from '../../api/index.ts';
import { edit_options } from 'nft_offload.change.edit';
import { first_defaults, read_sections, rewrite } from 'nft_offload.change.libuci';

/** An edit, and the whole text that it makes. */
interface EditedConfig {
	edit: ConfigEdit;
	text: string;
}

/** All that a section says, in its order, as text to compare; without the two options where they may differ. */
function said_by(section: UciSection, may_differ: boolean): string {
	const names = filter(
		keys(section),
		(name) => !may_differ || (name !== 'flow_offloading' && name !== 'flow_offloading_hw')
	);
	return sprintf(
		'%J',
		map(names, (name) => [name, section[name]])
	);
}

/** Whether libuci reads the text as meant: what it read before, but for the two options of the first `defaults`, which are as wanted. */
function is_meant(before: UciSection[], text: string, wanted: OffloadOptions): boolean {
	const after = read_sections(text);
	const defaults = after == null ? null : first_defaults(after);
	if (after == null || defaults == null || length(after) !== length(before)) {
		return false;
	}
	const place = defaults['.index'];
	for (let i = 0; i < length(before); i++) {
		const old = before[i];
		const now = after[i];
		if (old == null || now == null || said_by(old, i === place) !== said_by(now, i === place)) {
			return false;
		}
	}
	return (
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
		return { problem: 'edit_failed', reason: 'libuci would change more than the two options' };
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
