// SPDX-License-Identifier: Apache-2.0
/**
 * Jobs: programs of ours that outlive the call which starts them. One runs at a time: they share a lock, which the kernel takes
 * from whoever ends, however that is (/usr/libexec/nft-offload/start). Who runs is told by its process and that one's birth.
 */
import { readlink } from 'fs';
import { run } from 'nft_offload.base.command';
import { is_there, read_file, read_line } from 'nft_offload.base.files';
import { DIRECTORY } from 'nft_offload.base.record';

/** Takes the lock and starts a job. Ends with BUSY where another one has the lock. */
const START = '/usr/libexec/nft-offload/start';
const BUSY = 75;
const LOCK = `${DIRECTORY}/lock`;

/** A job's first sign of life is waited for: so many times, so many milliseconds. Beside a boot's load 4 s were too few (VM, 25.12). */
const LOOKS = 200;
const LOOK_REST = 50;

/** Process ids are used again: a process is told by its start, too. */
interface Being {
	pid: string;
	born: string;
}

/** What the kernel says of a process after its name, which may hold anything: its state, its parent, ... */
function process_fields(pid: string): string[] {
	const text = read_file(`/proc/${pid}/stat`, 1024) ?? '';
	return split(substr(text, rindex(text, ')') + 2), ' ');
}

/** The process's start, in ticks since the boot; empty where there is no such process. A zombie is none. */
function birth_of(pid: string): string {
	const fields = process_fields(pid);
	return fields[0] === 'Z' ? '' : (fields[19] ?? '');
}

/** This process. */
function myself(): Being {
	const pid = readlink('/proc/self') ?? '';
	return { pid: pid, born: birth_of(pid) };
}

function lives(being: Being): boolean {
	return length(being.born) > 0 && birth_of(being.pid) === being.born;
}

/** Whether the lock is a guard's, or was last: it holds the lock until some moments after the end of its change. */
function is_lock_of_guard(): boolean {
	return read_line(LOCK) === 'change';
}

/** Whether an installation runs, or what it has left behind. */
function is_job_running(): boolean {
	return (
		is_there(LOCK) && run('/usr/bin/flock', ['-n', LOCK, '/bin/true']).status === 1 && !is_lock_of_guard()
	);
}

/** Waits some seconds for a sign of life; whether there was one. */
function comes_soon(is_seen: () => boolean): boolean {
	for (let look = 0; look < LOOKS; look++) {
		if (is_seen()) {
			return true;
		}
		sleep(LOOK_REST);
	}
	return false;
}

export { birth_of, BUSY, comes_soon, is_job_running, is_lock_of_guard, lives, myself, process_fields, START };
export type { Being };
