// SPDX-License-Identifier: Apache-2.0
/**
 * The plugin as a process, as rpcd starts it: `plugin ROOT list`, `plugin ROOT call METHOD` with the arguments as
 * JSON on standard input. ROOT is the directory that stands for the router's root, with the plugin installed in it.
 *
 * The bus is a pair of inherited descriptors, both of whole lines of JSON (UTF-8), one call at a time:
 *
 * - 3, written: `{"object": "uci", "method": "get", "arguments": {...}}`
 * - 4, read: `{"status": 0, "data": {...}}`: a status of ubusmsg.h; `data` only where the call succeeded and has any
 *
 * Without them nobody is on the bus. It is run from the bundle that bundleHost() makes:
 * `node --experimental-vm-modules --disable-warning=ExperimentalWarning build/host/plugin.mjs ROOT ...`.
 */
import { fstatSync, readFileSync, readSync, writeSync } from 'node:fs';
import { runPlugin } from './host.ts';
import { nobody, type BusReply, type Provider } from './ubus.ts';

const REQUESTS = 3;
const REPLIES = 4;

function isOpen(descriptor: number): boolean {
	try {
		return fstatSync(descriptor).isFIFO() || fstatSync(descriptor).isSocket();
	} catch {
		return false;
	}
}

/** Reads up to the end of a line, a byte at a time: what follows it belongs to the next call. */
function readLine(): string {
	const bytes: number[] = [];
	const byte = Buffer.alloc(1);
	while (readSync(REPLIES, byte) === 1 && byte[0] !== 0x0a) {
		bytes.push(byte[0] ?? 0);
	}
	return Buffer.from(bytes).toString('utf8');
}

const overDescriptors: Provider = (object, method, data) => {
	writeSync(REQUESTS, `${JSON.stringify({ object, method, arguments: data })}\n`);
	return JSON.parse(readLine()) as BusReply;
};

async function main(): Promise<void> {
	const [root, ...args] = process.argv.slice(2);
	if (root === undefined) {
		throw new Error('usage: plugin ROOT list | plugin ROOT call METHOD');
	}
	const input = args[0] === 'call' ? readFileSync(0) : Buffer.alloc(0);
	const bus = isOpen(REQUESTS) && isOpen(REPLIES) ? overDescriptors : nobody;
	process.stdout.write(await runPlugin({ root, args, input, bus }));
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
	process.exitCode = 254;
});
