// SPDX-License-Identifier: Apache-2.0
/** HTTP into a network namespace, where only processes of it get in. */
import { spawn, type ChildProcess } from 'node:child_process';
import { request } from 'node:http';
import type { Fetch } from '../../web/src/lib/ubus/index.ts';

/** Carries connections from a Unix socket into the network namespace. */
const RELAY = `
const { connect, createServer } = require('node:net');
createServer((outside) => {
	const inside = connect(80, '127.0.0.1');
	for (const [one, other] of [[outside, inside], [inside, outside]]) one.on('error', () => other.destroy());
	outside.pipe(inside).pipe(outside);
}).listen(process.argv[1]);
`;

/** `pid`: a process of the namespace, as the host numbers it. */
export function startRelay(pid: string, socket: string): ChildProcess {
	const relay = ['--target', pid, '--net', process.execPath, '-e', RELAY, socket];
	return spawn('nsenter', relay, { stdio: 'ignore' });
}

/** `fetch` that goes by a relay's socket, whatever the host in the address says. */
export function fetchBy(socket: () => string): Fetch {
	return (url, { method, body, signal }) =>
		new Promise((resolve, reject) => {
			const options = {
				socketPath: socket(),
				path: url,
				method,
				signal: signal ?? undefined,
				agent: false
			};
			let complete = () => false;
			const sent = request(options, (response) => {
				complete = () => response.complete;
				const chunks: Buffer[] = [];
				response.on('data', (chunk: Buffer) => chunks.push(chunk));
				response.on('error', reject);
				response.on('end', () => {
					resolve(new Response(Buffer.concat(chunks), { status: response.statusCode ?? 500 }));
				});
			});
			// uhttpd of 23.05 ends its answer to an empty body twice; what follows an answer is nobody's.
			sent.on('error', (error) => {
				if (!complete()) reject(error);
			});
			sent.end(typeof body === 'string' ? body : undefined);
		});
}
