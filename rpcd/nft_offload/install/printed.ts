// SPDX-License-Identifier: Apache-2.0
/** What the job's programs print: bytes of anybody's. */
import type { LastWord } from '../../api/index.ts';
import { printable } from 'nft_offload.base.printable';

const LAST_WORD_LIMIT = 256;

/** Whether a line begins so. */
function begins(line: string, words: string): boolean {
	return index(line, words) === 0;
}

/**
 * Whether a package manager tells of an error in this line. apk goes on with a sum ("1 unavailable, ..."), and opkg prints
 * its errors before or after the rest, the last of them what it therefore did not install.
 */
function tells_error(line: string): boolean {
	const of_opkg = begins(line, ' * ') && !begins(line, ' * opkg_install_cmd: ');
	return of_opkg || begins(line, 'ERROR: ') || begins(line, 'WARNING: ');
}

/** The job's own lines, which name the programs that it runs, are none of theirs. */
function last_word(output: string): LastWord {
	const all = split(printable(output), '\n');
	const lines = filter(all, (line) => length(trim(line)) > 0 && !begins(line, '# '));
	const errors = filter(lines, tells_error);
	const last = errors[length(errors) - 1] ?? lines[length(lines) - 1] ?? '';
	return substr(trim(replace(last, '\t', ' ')), 0, LAST_WORD_LIMIT);
}

export { last_word };
