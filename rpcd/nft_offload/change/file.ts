// SPDX-License-Identifier: Apache-2.0
/** The two options in /etc/config/firewall, set and put back. Nothing else of the file changes, and nobody's staged changes go along. */
import type { ChangeReport, Problem } from '../../api/index.ts';
import { read_file } from 'nft_offload.base.files';
import { is_problem } from 'nft_offload.base.problem';
import { DIRECTORY, write_whole } from 'nft_offload.base.record';
import { edit_config } from 'nft_offload.change.edit_config';
import { replace_by, replace_config } from 'nft_offload.change.replace';
import { back_of } from 'nft_offload.change.transaction';
import { FIREWALL_CONFIG } from 'nft_offload.state.firewall';

/** Bytes. A file that others have let grow since the change began is put back, too. */
const FILE_LIMIT = 1048576;

/** The file as it was before the change, and as the change left it: in memory, for as long as the router runs. */
const FORMER = `${DIRECTORY}/firewall.former`;
const CHANGED = `${DIRECTORY}/firewall.changed`;
/** What it goes back to where firewall4 refuses what it was. */
const BACK = `${DIRECTORY}/firewall.back`;

/** Why an edit cannot be. */
function reason_of(problem: Problem): string {
	return problem.problem === 'edit_failed' ? problem.reason : problem.problem;
}

/** Lays down in memory what the file goes back to; null when done, else why not. */
function keep_way_back(text: string, change: ChangeReport): string | null {
	if (change.way_back == null) {
		return null;
	}
	const edited = edit_config(text, change.way_back);
	return is_problem(edited) ? reason_of(edited) : write_whole(BACK, edited.text) ? null : 'memory is full';
}

/** Sets the options; null when done, else why not, and then the file is as it was. What the way back needs lies in memory before. */
function set_options(change: ChangeReport): string | null {
	const text = read_file(FIREWALL_CONFIG, FILE_LIMIT);
	if (text == null) {
		return `${FIREWALL_CONFIG} cannot be read`;
	}
	const edited = edit_config(text, change.options);
	if (is_problem(edited)) {
		return reason_of(edited);
	}
	const failure = keep_way_back(text, change);
	if (failure != null) {
		return failure;
	}
	return write_whole(FORMER, text) && write_whole(CHANGED, edited.text)
		? replace_by(FORMER, CHANGED, edited.text)
		: 'memory is full';
}

/** Puts the options back: where nobody has touched the file since, every byte of it, also when memory is full by then. */
function restore_options(change: ChangeReport): string | null {
	const text = read_file(FIREWALL_CONFIG, FILE_LIMIT);
	if (text == null) {
		return `${FIREWALL_CONFIG} cannot be read`;
	}
	const path = change.way_back == null ? FORMER : BACK;
	const back = read_file(path, FILE_LIMIT);
	if (back != null && read_file(CHANGED, FILE_LIMIT) === text) {
		return replace_by(CHANGED, path, back);
	}
	const edited = edit_config(text, back_of(change));
	return is_problem(edited) ? reason_of(edited) : replace_config(text, edited.text);
}

export { restore_options, set_options };
