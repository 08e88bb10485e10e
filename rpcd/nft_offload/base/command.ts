// SPDX-License-Identifier: Apache-2.0
/** The one place that starts programs. */
import { popen } from 'fs';
import type { File } from 'fs';
import { time_for } from 'nft_offload.base.deadline';
import { is_program } from 'nft_offload.base.files';

/** Enough for a few hundred devices in a flowtable. */
const OUTPUT_LIMIT = 65536;

/** Seconds for a program that only looks at something. */
const USUAL_LIMIT = 5;

/** What close() returns of a shell that was killed (SIGKILL), as nothing but its watch does. */
const KILLED = -9;

/** A program's end: its exit status and the start of what it printed, on either stream. */
interface Outcome {
	/** 127 when it is not there. Negative when it was ended, or not even started, for want of time. */
	status: number;
	/** Where the program did not end by itself, or is not there, this says so instead. */
	output: string;
	timed_out: boolean;
}

/** One word for the shell, whatever the text holds. Dies of a NUL byte, which would cut the command off. */
function quote(text: string): string {
	if (index(text, chr(0)) !== -1) {
		die('a NUL byte in a command');
	}
	return `'${replace(text, "'", "'\\''")}'`;
}

/** Makes a program and its words the shell's `"$@"`. */
function command_line(program: string, words: string[]): string {
	const quoted = map(words, quote);
	return join(' ', ['set --', quote(program), join(' ', quoted)]);
}

/**
 * Shell text that ends the shell, and whatever `"$@"` has started, when it takes longer than so many seconds.
 *
 * Stock images of 22.03 and 23.05 have no `setsid` for a process group, and none has `timeout`: what the program starts
 * is known by a mark in its environment. A child of the shell keeps watch: it waits for input from a pipe that it
 * holds both ends of, and goes with the program. When the time is over, the shell is killed first: close() tells.
 * Then the others are, and our pipe stays open until that is done. All this goes on where rpcd has killed us.
 *
 * The shell outlives its child: whoever has asked ubus takes SIGCHLD by a handler, and a read of a pipe that somebody else still
 * holds when the shell ends is interrupted then, and all of the output lost (libubox, uloop.c; ucode, fs.c).
 *
 * `cat` stands between us and a program that waits inside the kernel: it cannot be killed, and would hold our pipe.
 */
function limited(seconds: number, errors: '&1' | '/dev/null'): string {
	return join('\n', [
		'',
		'set -o pipefail',
		'export NFT_OFFLOAD_RUN="<$$>"',
		': | {',
		'exec <>/proc/self/fd/0',
		`read -t ${seconds}`,
		'kill -9 $$',
		'cd /proc',
		'for pid in [0-9]*; do',
		'read -r marks <$pid/environ',
		'case $marks in *"$NFT_OFFLOAD_RUN"*) kill -9 $pid ;; esac',
		'done',
		'} 2>/dev/null &',
		`"$@" </dev/null 2>${errors} | cat`,
		'status=$?',
		'kill -9 $!',
		// It says that its child was killed.
		'{ wait $!; } 2>/dev/null',
		'exit $status'
	]);
}

let is_watched = true;

/**
 * From now on this process's programs have no time limit: for what firewall4 starts, which has one already. ucode's system() blocks
 * SIGCHLD meanwhile (lib.c, uc_system), all below inherits that, and `wait` of busybox's shell, which the watch needs, never ends.
 */
function run_unwatched(): void {
	is_watched = false;
}

/** Takes a process's output and its end; null where it could not be started. */
function outcome_of(program: string, process: File | null): Outcome {
	if (process == null) {
		return { status: 127, output: `${program}: not found`, timed_out: false };
	}
	const output = process.read(OUTPUT_LIMIT) ?? '';
	const status = process.close();
	return { status: type(status) === 'int' ? int(status) : 1, output: output, timed_out: false };
}

function late(program: string): Outcome {
	return { status: KILLED, output: `${program}: no answer in time`, timed_out: true };
}

/**
 * Starts a program (an absolute path) to read its output piece by piece, for at most so many seconds; null when it is
 * not there. What close() returns tells whether it was ended: see in_time().
 */
function start(program: string, words: string[], limit: number): File | null {
	const command = command_line(program, words) + limited(limit, '/dev/null');
	return is_program(program) ? popen(command, 'r') : null;
}

/** Whether a program ended by itself, by what close() returned. */
function in_time(status: number | boolean | null): boolean {
	return status !== KILLED;
}

/**
 * Runs a program (an absolute path) to its end. It has so many seconds; where none are given, as many as there is
 * time for in the call.
 */
function run(program: string, words: string[], limit?: number): Outcome {
	const seconds = limit ?? time_for(USUAL_LIMIT);
	if (seconds === 0) {
		return late(program);
	}
	const command =
		command_line(program, words) + (is_watched ? limited(seconds, '&1') : '; "$@" </dev/null 2>&1');
	const outcome = outcome_of(program, is_program(program) ? popen(command, 'r') : null);
	return in_time(outcome.status) ? outcome : late(program);
}

/** Runs a script that only starts another program and leaves it behind, which nothing here ever ends. */
function launch(program: string, words: string[]): Outcome {
	const command = `${command_line(program, words)}; "$@" 2>&1`;
	return outcome_of(program, is_program(program) ? popen(command, 'r') : null);
}

/** What a program of ours, which ends by itself in time, answers to an input: at most so many bytes of it. */
function answer_to(program: string, words: string[], input: string, limit: number): string {
	const process = popen(`${command_line(program, words)}; printf %s ${quote(input)} | "$@"`, 'r');
	const text = process == null ? null : process.read(limit);
	if (process != null) {
		process.close();
	}
	return text ?? '';
}

export { answer_to, in_time, launch, quote, run, run_unwatched, start };
export type { Outcome };
