// SPDX-License-Identifier: Apache-2.0
/** A test of the plugin as data: a router, a call, and the answer, the same wherever it runs. */

/** One call to another object on the bus, in its order, and what comes back. */
export interface Exchange {
	object: string;
	method: string;
	arguments: object;
	reply: { status: number; data?: object };
}

/**
 * Files of the router by absolute path. Text is a file, null is an absence. A text that begins with `#!` is a program. What
 * holds a clock is made when it is written.
 */
export type Files = Readonly<Record<string, string | Buffer | null | (() => string)>>;

/** Milliseconds of the clock that ucode's `clock(true)` reads, too. */
export const monotonic = (): number => Number(process.hrtime.bigint() / 1_000_000n);

export interface Case {
	name: string;
	files: Files;
	/** Files that were written an hour before the others. */
	older?: readonly string[];
	method: string;
	/** How often it is called, one call after the other; the last one's answer counts. */
	times?: number;
	/** The arguments, or standard input as it is. */
	input?: object | string;
	bus?: readonly Exchange[];
	/** Where ucode is real, so is /proc: the processes are those of this machine. */
	processes?: true;
	/** What libuci's own program says of the firewall file. Where ucode is real, so is that program. */
	uci?: string;
	/** The whole answer, `took_us` aside. */
	expected: object;
}

/** What came of a case. */
export interface Outcome {
	answer: unknown;
	/** The calls that were made, in their order. */
	calls: unknown[];
	/** What programs of the case have left in /started. */
	started: string;
}

/** Standard input as rpcd gives it: cut off at 65,536 bytes. */
export function inputOf({ input = {} }: Case): Buffer {
	return Buffer.from(typeof input === 'string' ? input : JSON.stringify(input)).subarray(0, 65536);
}

export function expectedCalls({ bus = [] }: Case): unknown[] {
	return bus.map(({ object, method, arguments: given }) => ({ object, method, arguments: given }));
}
