// SPDX-License-Identifier: Apache-2.0
/** The two options in /etc/config/firewall, set and put back. Nothing else of the file changes, and nobody's staged changes go along. */
import type { OffloadOptions, Problem } from '../../api/index.ts';
import { read_file } from 'nft_offload.base.files';
import { is_problem } from 'nft_offload.base.problem';
import { DIRECTORY, write_whole } from 'nft_offload.base.record';
import { CONFIG_LIMIT, edit_config } from 'nft_offload.change.edit_config';
import { replace_by, replace_config } from 'nft_offload.change.replace';
import { FIREWALL_CONFIG } from 'nft_offload.state.firewall';

/** The file as it was before the change, and as the change left it: in memory, for as long as the router runs. */
const FORMER = `${DIRECTORY}/firewall.former`;
const CHANGED = `${DIRECTORY}/firewall.changed`;

/** Why an edit cannot be. */
function reason_of(problem: Problem): string {
	return problem.problem === 'edit_failed' ? problem.reason : problem.problem;
}

/** Sets the options; null when done, else why not, and then the file is as it was. What the way back needs lies in memory before. */
function set_options(options: OffloadOptions): string | null {
	const text = read_file(FIREWALL_CONFIG, CONFIG_LIMIT);
	if (text == null) {
		return `${FIREWALL_CONFIG} cannot be read`;
	}
	const edited = edit_config(text, options);
	if (is_problem(edited)) {
		return reason_of(edited);
	}
	return write_whole(FORMER, text) && write_whole(CHANGED, edited.text)
		? replace_by(FORMER, CHANGED, edited.text)
		: 'memory is full';
}

/** Puts the options back: where nobody has touched the file since, every byte of it, also when memory is full by then. */
function restore_options(options: OffloadOptions): string | null {
	const text = read_file(FIREWALL_CONFIG, CONFIG_LIMIT);
	if (text == null) {
		return `${FIREWALL_CONFIG} cannot be read`;
	}
	const former = read_file(FORMER, CONFIG_LIMIT);
	if (former != null && read_file(CHANGED, CONFIG_LIMIT) === text) {
		return replace_by(CHANGED, FORMER, former);
	}
	const edited = edit_config(text, options);
	return is_problem(edited) ? reason_of(edited) : replace_config(text, edited.text);
}

export { restore_options, set_options };
