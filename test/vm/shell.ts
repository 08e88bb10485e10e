// SPDX-License-Identifier: Apache-2.0
/** Runs commands inside the router over the agent's serial line; agent.uc, the other end, tells the format. */
import { connect, type Socket } from 'node:net';

export interface Ran {
	/** The exit code; negative: the signal that ended it. */
	code: number;
	stdout: Buffer;
	stderr: string;
}

/** Bytes of base64 a line: a terminal takes lines of at most 4095 bytes. */
const LINE_LENGTH = 3000;
const SECONDS = 60;

interface Waiting {
	id: string;
	stdout: Buffer[];
	stderr: Buffer[];
	end: (code: number) => void;
}

/** One command at a time; further ones wait their turn. */
export class Shell {
	private readonly socket: Socket;
	private received = '';
	private waiting: Waiting | null = null;
	private queue: Promise<unknown> = Promise.resolve();
	private runs = 0;

	private constructor(socket: Socket) {
		this.socket = socket;
		socket.setEncoding('latin1');
		socket.on('data', (text: string) => {
			this.take(text);
		});
	}

	static open(path: string): Promise<Shell> {
		return new Promise((resolve, reject) => {
			const socket = connect(path);
			socket.once('error', reject);
			socket.once('connect', () => {
				socket.off('error', reject);
				socket.on('error', () => socket.destroy());
				resolve(new Shell(socket));
			});
		});
	}

	/** Runs a shell script to its end, whatever its exit code. Fails after `seconds`. */
	run(script: string, seconds = SECONDS): Promise<Ran> {
		const next = this.queue.then(() => this.runNow(script, seconds));
		this.queue = next.catch(() => undefined);
		return next;
	}

	/** Hands in a script that has no end: the router's own. */
	post(script: string): void {
		this.send(script, 'posted');
	}

	close(): void {
		this.socket.destroy();
	}

	private runNow(script: string, seconds: number): Promise<Ran> {
		// Unique among all clients of one boot, and never the beginning of a line of base64.
		const id = `${process.pid}-${Date.now().toString(36)}-${++this.runs}`;
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => {
				this.waiting = null;
				reject(new Error(`no answer from the router in ${seconds} s to: ${script}`));
			}, seconds * 1000);
			const end = (code: number) => {
				clearTimeout(timer);
				const { stdout, stderr } = waiting;
				resolve({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() });
			};
			const waiting: Waiting = { id, stdout: [], stderr: [], end };
			this.waiting = waiting;
			this.send(script, id);
		});
	}

	private send(script: string, id: string): void {
		const encoded = Buffer.from(script).toString('base64');
		for (let at = 0; at < encoded.length; at += LINE_LENGTH)
			this.socket.write(`+${encoded.slice(at, at + LINE_LENGTH)}\n`);
		this.socket.write(`!${id}\n`);
	}

	private take(text: string): void {
		const lines = (this.received + text).split('\n');
		this.received = lines.pop() ?? '';
		for (const line of lines) this.takeLine(line.trim());
	}

	private takeLine(line: string): void {
		const { waiting } = this;
		if (!waiting || !line.startsWith(waiting.id)) return;
		const rest = line.slice(waiting.id.length + 1);
		const mark = line[waiting.id.length];
		if (mark === '.') waiting.stdout.push(Buffer.from(rest, 'base64'));
		else if (mark === ',') waiting.stderr.push(Buffer.from(rest, 'base64'));
		else if (mark === '!') {
			this.waiting = null;
			waiting.end(Number(rest));
		}
	}
}
