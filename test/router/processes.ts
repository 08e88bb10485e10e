// SPDX-License-Identifier: Apache-2.0
/** The router's processes: programs of its root, on its bus, which end with it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { isObject, type Bus, type Json } from './bus.ts';

/** A process, and what goes in and out of it. */
export interface Program {
	child: ChildProcess;
	stdin: Writable;
	stdout: Readable;
	stderr: Readable;
}

export class Processes {
	readonly #root: string;
	readonly #bus: Bus;

	constructor(root: string, bus: Bus) {
		this.#root = root;
		this.#bus = bus;
	}

	/** Starts a program of this machine, which finds the root in ROUTER_ROOT and the bus on its descriptors (test/host/descriptors.ts). */
	start([program = '', ...args]: readonly string[]): Program {
		const child = spawn(program, args, {
			env: { ...process.env, ROUTER_ROOT: this.#root },
			stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe']
		});
		const [stdin, stdout, stderr, requests, replies] = child.stdio as [
			Writable,
			Readable,
			Readable,
			Readable,
			Writable
		];
		// Who does not read all of its input closes the pipe: that is its business. Who cannot be started ends at once.
		stdin.on('error', () => undefined);
		child.on('error', () => undefined);
		this.#serve(requests, replies);
		return { child, stdin, stdout, stderr };
	}

	/** Runs a program of this machine to its end; its exit status, null where it was killed. */
	async run(command: readonly string[]): Promise<number | null> {
		const { child, stdin, stdout, stderr } = this.start(command);
		stdin.end();
		for (const output of [stdout, stderr]) output.resume();
		return new Promise((resolve) => {
			child.on('close', resolve);
		});
	}

	/** Takes the kernel's lock on a file; how to let it go, or null where the router ends first. */
	async lock(file: string): Promise<(() => void) | null> {
		const { child, stdin, stdout } = this.start(['flock', file, 'sh', '-c', 'echo; cat']);
		const isLocked = await new Promise<boolean>((resolve) => {
			stdout.once('data', () => {
				resolve(true);
			});
			child.once('close', () => {
				resolve(false);
			});
		});
		return isLocked ? () => stdin.end() : null;
	}

	/** Kills all that has started below this root, whoever has started it: a shell goes on where its caller was killed. */
	killAll(): void {
		while (this.kill('')) continue;
	}

	/** Kills each process below this root that has this in its command line; whether there was one. */
	kill(part: string): boolean {
		return this.#find(part).filter((pid) => kill(Number(pid))).length > 0;
	}

	/** The processes below this root that have this in their command line. */
	#find(part: string): string[] {
		const mark = `ROUTER_ROOT=${this.#root}\0`;
		return readdirSync('/proc').filter(
			(pid) =>
				/^\d+$/.test(pid) && textOf(pid, 'environ').includes(mark) && textOf(pid, 'cmdline').includes(part)
		);
	}

	/** Answers the process's own calls on the bus, a line of JSON each. */
	#serve(requests: Readable, replies: Writable): void {
		replies.on('error', () => undefined);
		createInterface(requests).on('line', (line) => {
			const request = JSON.parse(line) as Json;
			const { object, method, arguments: args } = isObject(request) ? request : {};
			if (typeof object !== 'string' || typeof method !== 'string' || args === undefined || !isObject(args)) {
				throw new Error(`not a call on the bus: ${line}`);
			}
			void this.#bus.call(object, method, args).then((reply) => replies.write(`${JSON.stringify(reply)}\n`));
		});
	}
}

/** What the kernel tells of a process; nothing of one that has ended: a zombie has none. */
function textOf(pid: string, about: 'environ' | 'cmdline'): string {
	try {
		return `${readFileSync(`/proc/${pid}/${about}`, 'latin1')}\0`;
	} catch {
		return '';
	}
}

function kill(pid: number): boolean {
	try {
		return process.kill(pid, 'SIGKILL');
	} catch {
		return false;
	}
}
