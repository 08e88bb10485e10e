// SPDX-License-Identifier: Apache-2.0
/** The one place that starts programs. */
import { popen } from 'fs';
import type { File } from 'fs';
import { is_program } from 'nft_offload.base.files';

/** Enough for a few hundred devices in a flowtable. */
const OUTPUT_LIMIT = 65536;

/** A program's end: its exit status (127 when it is not there) and the start of what it printed, on either stream. */
interface Outcome {
	status: number;
	output: string;
}

/** One word for the shell, whatever the text holds. Dies of a NUL byte, which would cut the command off. */
function quote(text: string): string {
	if (index(text, chr(0)) !== -1) {
		die('a NUL byte in a command');
	}
	return `'${replace(text, "'", "'\\''")}'`;
}

function command_line(program: string, words: string[]): string {
	const quoted = map(words, quote);
	return join(' ', [quote(program), join(' ', quoted)]);
}

/** Starts a program (an absolute path) to read its output piece by piece; null when it is not there. */
function start(program: string, words: string[]): File | null {
	return is_program(program) ? popen(`${command_line(program, words)} 2>/dev/null`, 'r') : null;
}

/** Runs a program (an absolute path) to its end. */
function run(program: string, words: string[]): Outcome {
	const process = is_program(program) ? popen(`${command_line(program, words)} 2>&1`, 'r') : null;
	if (process == null) {
		return { status: 127, output: `${program}: not found` };
	}
	const output = process.read(OUTPUT_LIMIT) ?? '';
	const status = process.close();
	return { status: type(status) === 'int' ? int(status) : 1, output: output };
}

export { quote, run, start };
export type { Outcome };
