// SPDX-License-Identifier: Apache-2.0
/** QEMU's own line (QEMU Machine Protocol): the machine's buttons, and what it tells of the machine. */
import { connect, type Socket } from 'node:net';

type Message = Readonly<Record<string, unknown>>;

export class Qmp {
	private readonly socket: Socket;
	private received = '';
	private readonly waiting = new Set<(message: Message) => void>();

	private constructor(socket: Socket) {
		this.socket = socket;
		socket.setEncoding('utf8');
		socket.on('data', (text: string) => {
			const lines = (this.received + text).split('\n');
			this.received = lines.pop() ?? '';
			for (const line of lines) for (const take of [...this.waiting]) take(JSON.parse(line) as Message);
		});
	}

	/** One client at a time: QEMU lets the next one wait. */
	static async open(path: string): Promise<Qmp> {
		const socket = connect(path);
		await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
		const qmp = new Qmp(socket);
		await qmp.execute('qmp_capabilities');
		return qmp;
	}

	close(): void {
		this.socket.destroy();
	}

	async execute(command: string): Promise<void> {
		const answered = this.next((message) => 'return' in message || 'error' in message);
		this.socket.write(`${JSON.stringify({ execute: command })}\n`);
		const answer = await answered;
		if ('error' in answer) throw new Error(`${command}: ${JSON.stringify(answer['error'])}`);
	}

	/** The next event of this name. To be called before what causes it. */
	event(name: string): Promise<Message> {
		return this.next((message) => message['event'] === name);
	}

	private next(isIt: (message: Message) => boolean): Promise<Message> {
		return new Promise((resolve) => {
			const take = (message: Message) => {
				if (!isIt(message)) return;
				this.waiting.delete(take);
				resolve(message);
			};
			this.waiting.add(take);
		});
	}
}
