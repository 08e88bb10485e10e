// SPDX-License-Identifier: Apache-2.0
/** The two options in /etc/config/firewall, set and put back. Nothing else of the file changes, and nobody's staged changes go along. */
import type { OffloadOptions } from '../../api/index.ts';
import { read_file } from 'nft_offload.base.files';
import { is_problem } from 'nft_offload.base.problem';
import { DIRECTORY, write_whole } from 'nft_offload.base.record';
import { CONFIG_LIMIT, edit_config } from 'nft_offload.change.edit_config';
import { replace_config } from 'nft_offload.change.replace';
import { FIREWALL_CONFIG } from 'nft_offload.state.firewall';

/** The file as it was before the change, and as the change left it: in memory, for as long as the router runs. */
const FORMER = `${DIRECTORY}/firewall.former`;
const CHANGED = `${DIRECTORY}/firewall.changed`;

/** Writes the options; why that was not possible. */
function write_options(text: string, options: OffloadOptions): string | null {
	const edited = edit_config(text, options);
	if (is_problem(edited)) {
		return edited.problem === 'edit_failed' ? edited.reason : edited.problem;
	}
	return replace_config(text, edited.text);
}

/** Sets the options; null when done, else why not, and then the file is as it was. */
function set_options(options: OffloadOptions): string | null {
	const text = read_file(FIREWALL_CONFIG, CONFIG_LIMIT);
	if (text == null) {
		return `${FIREWALL_CONFIG} cannot be read`;
	}
	const failure = write_options(text, options);
	const changed = failure == null ? read_file(FIREWALL_CONFIG, CONFIG_LIMIT) : null;
	if (changed != null) {
		write_whole(FORMER, text);
		write_whole(CHANGED, changed);
	}
	return failure;
}

/** Puts the options back: where nobody has touched the file since, every byte of it. */
function restore_options(options: OffloadOptions): string | null {
	const text = read_file(FIREWALL_CONFIG, CONFIG_LIMIT);
	if (text == null) {
		return `${FIREWALL_CONFIG} cannot be read`;
	}
	const former = read_file(FORMER, CONFIG_LIMIT);
	return former != null && read_file(CHANGED, CONFIG_LIMIT) === text
		? replace_config(text, former)
		: write_options(text, options);
}

export { restore_options, set_options };
