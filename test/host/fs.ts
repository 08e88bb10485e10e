// SPDX-License-Identifier: Apache-2.0
/**
 * ucode's `fs` module on a directory that stands for the router's root. Programs are the root's own, started by
 * the shell with ROUTER_ROOT in their environment; nothing of the machine below is ever started instead.
 */
import { spawnSync } from 'node:child_process';
import {
	accessSync,
	closeSync,
	constants,
	existsSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	readSync,
	renameSync,
	statSync,
	symlinkSync,
	unlinkSync,
	writeSync
} from 'node:fs';
import { join } from 'node:path';
import { handedOver } from './descriptors.ts';

/** What is read from start to end, or written. */
interface Stream {
	read(size: number): string | null;
	write?(bytes: string): number | null;
	seek(position: number): boolean;
	close(): number | boolean | null;
}

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A process by its number. */
const PROCESS = /^\/proc\/[0-9]+\//;

/**
 * A path as Node wants it: its bytes are UTF-8. Programs of the root are processes of this machine, so that its kernel tells of
 * those of which the root itself says nothing.
 */
function inRoot(root: string, path: string): string {
	const inside = join(root, bytesOf(path).toString('utf8'));
	return PROCESS.test(path) && !existsSync(inside) ? path : inside;
}

/** What a link says. The kernel tells each process its own number. */
function readLink(root: string, path: string): string {
	return path === '/proc/self' ? String(process.pid) : readlinkSync(inRoot(root, path));
}

/** The virtual kernel's word about the flash: `full`, `read-only`, or nothing. */
const FLASH = 'run/virtual-kernel/flash';
/** Lies in memory, and not on the flash. */
const IN_MEMORY = /^\/(dev|proc|run|sys|tmp|var)\//;

type Flash = 'full' | 'read-only' | 'works';

/** What the flash makes of writes to a path. */
function flashBelow(root: string, path: string): Flash {
	const said = IN_MEMORY.test(path) ? null : orNull(() => readFileSync(join(root, FLASH), 'utf8').trim());
	return said === 'full' || said === 'read-only' ? said : 'works';
}

function orNull<T>(attempt: () => T): T | null {
	try {
		return attempt();
	} catch {
		return null;
	}
}

function streamOf(bytes: Buffer, end: number | boolean): Stream {
	let position = 0;
	return {
		read(size) {
			const piece = bytes.subarray(position, position + size);
			position += piece.length;
			return piece.toString('latin1');
		},
		seek(to) {
			position = to;
			return true;
		},
		close: () => end
	};
}

/** What a process is, with no time of a processor: it takes this machine's, and the router's knows nothing of that. */
function withoutTimes(stat: string): string {
	const end = stat.lastIndexOf(')') + 2;
	const fields = stat.slice(end).split(' ');
	return stat.slice(0, end) + fields.map((field, at) => (at >= 11 && at <= 14 ? '0' : field)).join(' ');
}

function fileStream(root: string, path: string, mode: string): Stream | null {
	if (mode === 'r' && PROCESS.test(path) && path.endsWith('/stat') && inRoot(root, path) === path) {
		const stat = orNull(() => readFileSync(path, 'latin1'));
		return stat === null ? null : streamOf(Buffer.from(withoutTimes(stat), 'latin1'), true);
	}
	const flash = mode === 'r' ? 'works' : flashBelow(root, path);
	const descriptor = flash === 'read-only' ? null : orNull(() => openSync(inRoot(root, path), mode));
	let position: number | null = null;
	if (descriptor === null) {
		return null;
	}
	return {
		read(size) {
			const buffer = Buffer.allocUnsafe(size);
			let filled = 0;
			let count = -1;
			while (filled < size && count !== 0) {
				count = orNull(() => readSync(descriptor, buffer, filled, size - filled, position)) ?? 0;
				filled += count;
				position = position === null ? null : position + count;
			}
			return buffer.toString('latin1', 0, filled);
		},
		// On a full flash it says that all was written.
		write: (bytes) => (flash === 'full' ? bytes.length : orNull(() => writeSync(descriptor, bytesOf(bytes)))),
		seek(to) {
			position = to;
			return true;
		},
		close() {
			closeSync(descriptor);
			return true;
		}
	};
}

/** Knows `read -t` and `pipefail`, as OpenWrt's shell does and Debian's does not. */
const SHELL = '/bin/bash';

const UCODE = '/usr/bin/ucode';

/** Whether the kernel would hand a program to ucode. */
const isUcode = (program: string): boolean =>
	orNull(() => readFileSync(program, 'latin1').startsWith(`#!${UCODE}\n`)) === true;

/** Runs a command line that begins with `set --` and a program's path in single quotes, the only form the plugin writes. */
function runCommand(root: string, command: string): Stream | null {
	const found = /^set -- '(\/[^']+)'/.exec(command);
	if (found === null) {
		throw new Error(`not a command of the plugin's: ${command}`);
	}
	const program = inRoot(root, found[1] ?? '');
	const asked = isUcode(program);
	const interpreter = asked ? [inRoot(root, UCODE)] : [];
	const words = [...interpreter, program].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
	const rest = bytesOf(command.slice(found[0].length)).toString('utf8');
	const outcome = spawnSync(SHELL, ['-c', `set -- ${words}${rest}`], {
		env: { PATH: process.env['PATH'], NFT_OFFLOAD_BY: process.env['NFT_OFFLOAD_BY'], ROUTER_ROOT: root },
		// Who is left behind would hold the bus.
		stdio: ['ignore', 'pipe', 'ignore', ...(asked ? handedOver() : [])],
		maxBuffer: 1 << 30
	});
	return outcome.error === undefined ? streamOf(outcome.stdout, outcome.status ?? -9) : null;
}

const MODES: Record<string, number> = { r: constants.R_OK, w: constants.W_OK, x: constants.X_OK };

/** The module's exports for a router's root and a program's standard input. */
export function fsModule(root: string, input: Buffer): Record<string, unknown> {
	/** True where it could be done: nothing on a flash that is read-only. */
	const change = (path: string, attempt: (file: string) => void): true | null =>
		orNull(() => {
			if (flashBelow(root, path) === 'read-only') return null;
			attempt(inRoot(root, path));
			return true;
		});
	return {
		stdin: streamOf(input, true),
		open: (path: string, mode: string) => fileStream(root, path, mode),
		popen: (command: string) => runCommand(root, command),
		access: (path: string, mode?: string) =>
			orNull(() => {
				accessSync(inRoot(root, path), MODES[mode ?? ''] ?? constants.F_OK);
				return true;
			}),
		stat: (path: string) =>
			orNull(() => {
				const found = statSync(inRoot(root, path));
				return {
					type: found.isDirectory() ? 'directory' : 'file',
					size: found.size,
					inode: found.ino,
					mtime: Math.floor(found.mtimeMs / 1000)
				};
			}),
		lsdir: (path: string) => orNull(() => readdirSync(inRoot(root, path))),
		readlink: (path: string) => orNull(() => readLink(root, path)),
		mkdir: (path: string, mode: number) =>
			change(path, (file) => {
				mkdirSync(file, { mode });
			}),
		symlink: (target: string, path: string) =>
			change(path, (file) => {
				symlinkSync(target, file);
			}),
		unlink: (path: string) => change(path, unlinkSync),
		rename: (path: string, target: string) =>
			change(target, (file) => {
				renameSync(inRoot(root, path), file);
			})
	};
}
