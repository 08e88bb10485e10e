// SPDX-License-Identifier: Apache-2.0
/**
 * The bus of a process of its own: a pair of inherited descriptors, both of whole lines of JSON (UTF-8), one call at a time.
 *
 * - 3, written: `{"object": "uci", "method": "get", "arguments": {...}}`
 * - 4, read: `{"status": 0, "data": {...}}`: a status of ubusmsg.h; `data` only where the call succeeded and has any
 *
 * Without them nobody is on the bus.
 */
import { fstatSync, readSync, writeSync } from 'node:fs';
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

/** The descriptors, for a process that asks in our place; none where nobody is on the bus. */
export const handedOver = (): number[] => (isOpen(REQUESTS) && isOpen(REPLIES) ? [REQUESTS, REPLIES] : []);

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

/** The bus that this process was given. */
export const inherited: Provider = isOpen(REQUESTS) && isOpen(REPLIES) ? overDescriptors : nobody;

/** Ends as ucode does where a program dies: with its last words, and status 254. */
export function orDie(program: Promise<void>): void {
	program.catch((error: unknown) => {
		process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
		process.exitCode = 254;
	});
}
