// SPDX-License-Identifier: Apache-2.0
import type { Problem } from '../../../../rpcd/api/index.ts';

/** What ubus answers besides data (libubus, ubusmsg.h). */
export const UbusStatus = {
	Ok: 0,
	InvalidCommand: 1,
	InvalidArgument: 2,
	MethodNotFound: 3,
	NotFound: 4,
	NoData: 5,
	PermissionDenied: 6,
	Timeout: 7,
	NotSupported: 8,
	UnknownError: 9,
	ConnectionFailed: 10,
	NoMemory: 11,
	ParseError: 12,
	SystemError: 13
} as const;

/** Why a call has no result. */
export type UbusFault =
	/** No answer came: the router is off, cut off, or refuses the connection. */
	| { kind: 'network'; reason: string }
	/** No answer came within so many milliseconds. */
	| { kind: 'timeout'; after: number }
	/** The caller lost interest. */
	| { kind: 'aborted' }
	| { kind: 'http'; status: number }
	/** What was sent or answered is not what was agreed; `path` is where, as in `$.totals.cpu`. */
	| { kind: 'protocol'; reason: string; path: string }
	/** JSON-RPC's own error (uhttpd, ubus.c), save -32002. */
	| { kind: 'rpc'; code: number; message: string }
	| { kind: 'status'; status: number; name: string }
	/** The plugin ended without a word: rpcd kills it when it takes too long (exec.c), and answers with the status of no data. */
	| { kind: 'unanswered' }
	/** The session lives, and may not do this. */
	| { kind: 'denied' }
	/** There is no such session, or no longer. */
	| { kind: 'expired' }
	/** The plugin's own answer that it could not do it. */
	| { kind: 'problem'; problem: Problem };

/** A call that has no result. */
export class UbusError extends Error {
	override readonly name = 'UbusError';
	readonly fault: UbusFault;
	/** What was called, as "object.method". */
	readonly call: string;

	constructor(fault: UbusFault, call: string, options?: ErrorOptions) {
		super(`${call}: ${describe(fault)}`, options);
		this.fault = fault;
		this.call = call;
	}

	get kind(): UbusFault['kind'] {
		return this.fault.kind;
	}

	/** The plugin's problem; null where something else went wrong. */
	get problem(): Problem | null {
		return this.fault.kind === 'problem' ? this.fault.problem : null;
	}

	/** The ubus status, one of `UbusStatus` as a rule; null where something else went wrong. */
	get status(): number | null {
		return this.fault.kind === 'status' ? this.fault.status : null;
	}

	/**
	 * Whether the router may have done what was asked all the same, because its answer is missing or makes no
	 * sense. False where it refused.
	 */
	get mayHaveHappened(): boolean {
		switch (this.fault.kind) {
			case 'network':
			case 'timeout':
			case 'aborted':
			case 'http':
			case 'protocol':
			case 'unanswered':
				return true;
			case 'rpc':
				// uhttpd waited in vain (-32003) or failed half-way (-32603).
				return this.fault.code === -32003 || this.fault.code === -32603;
			case 'status':
				return this.fault.status === UbusStatus.Timeout;
			case 'denied':
			case 'expired':
			case 'problem':
				return false;
		}
	}
}

/** The name of a ubus status, `unknown` for one that libubus does not have. */
export function statusName(status: number): string {
	return Object.entries(UbusStatus).find(([, known]) => known === status)?.[0] ?? 'unknown';
}

function describe(fault: UbusFault): string {
	switch (fault.kind) {
		case 'network':
			return `no answer (${fault.reason})`;
		case 'timeout':
			return `no answer within ${fault.after} ms`;
		case 'aborted':
			return 'aborted';
		case 'http':
			return `HTTP status ${fault.status}`;
		case 'protocol':
			return `${fault.reason} at ${fault.path}`;
		case 'rpc':
			return `JSON-RPC error ${fault.code} (${fault.message})`;
		case 'status':
			return `ubus status ${fault.status} (${fault.name})`;
		case 'unanswered':
			return 'the router gave no answer';
		case 'denied':
			return 'access denied';
		case 'expired':
			return 'the session has expired';
		case 'problem':
			return `problem ${fault.problem.problem}`;
	}
}
