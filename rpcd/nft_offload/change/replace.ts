// SPDX-License-Identifier: Apache-2.0
/** Puts a new /etc/config/firewall in the place of the old one, as a whole. */
import { unlink } from 'fs';
import { run } from 'nft_offload.base.command';
import { read_file } from 'nft_offload.base.files';
import { DIRECTORY, own_name, write_whole } from 'nft_offload.base.record';
import { is_printable } from 'nft_offload.base.value';
import { FIREWALL_CONFIG } from 'nft_offload.state.firewall';

/** ucode has neither flock nor fsync before 2024 and 2026. */
const REPLACE = '/usr/libexec/nft-offload/replace';

/** Seconds: ten for libuci's lock, and a slow flash. */
const REPLACE_LIMIT = 25;

/** What replace_config() says where the file is another one than was expected: who edits the new one may try again. */
const CHANGED_MEANWHILE = 'changed meanwhile';

/** Whether the file is byte for byte the text. */
function is_config(text: string): boolean {
	return read_file(FIREWALL_CONFIG, length(text) + 1) === text;
}

/**
 * Replaces the file where it is byte for byte what lies at one path by `after`, which lies at the other, under libuci's lock and in
 * one rename. Null when that is done; or else why not, in a line of printable ASCII, and the file is as it was. It takes up to 25
 * seconds where the flash is slow, and no memory.
 */
function replace_by(old_path: string, new_path: string, after: string): string | null {
	const outcome = run(REPLACE, [old_path, new_path], REPLACE_LIMIT);
	const words = split(trim(outcome.output), '\n')[0] ?? '';
	// Ended for want of time, it may have come as far as the rename.
	const done = outcome.status === 0 || (outcome.timed_out && is_config(after));
	return done ? null : is_printable(words) && words !== '' ? words : `status ${outcome.status}`;
}

/** The same for texts. */
function replace_config(before: string, after: string): string | null {
	const old_path = `${DIRECTORY}/${own_name('before')}`;
	const new_path = `${DIRECTORY}/${own_name('after')}`;
	const failure =
		write_whole(old_path, before) && write_whole(new_path, after)
			? replace_by(old_path, new_path, after)
			: 'memory is full';
	unlink(old_path);
	unlink(new_path);
	return failure;
}

export { CHANGED_MEANWHILE, replace_by, replace_config };
