// SPDX-License-Identifier: Apache-2.0
/** ucode's `ubus` module over a synchronous provider. */

/** A call's outcome: a status of ubusmsg.h, and the data of one that succeeded and has any. */
export interface BusReply {
	status: number;
	data?: unknown;
}

/** Whoever answers for the other objects on the bus. Strings are text here, not bytes. */
export type Provider = (object: string, method: string, data: unknown) => BusReply;

/** The bus of a router where nobody listens. */
export const nobody: Provider = () => ({ status: 4 });

/** Text on the bus is UTF-8, in ucode its bytes. */
function convert(value: unknown, from: BufferEncoding, to: BufferEncoding): unknown {
	if (typeof value === 'string') {
		return Buffer.from(value, from).toString(to);
	}
	if (Array.isArray(value)) {
		return value.map((item) => convert(item, from, to));
	}
	if (typeof value !== 'object' || value === null) {
		return value;
	}
	const copy = Object.create(null) as Record<string, unknown>;
	for (const [key, member] of Object.entries(value)) {
		copy[Buffer.from(key, from).toString(to)] = convert(member, from, to);
	}
	return copy;
}

export function ubusModule(provider: Provider): Record<string, unknown> {
	let last = 0;
	return {
		connect: () => ({
			call(object: string, method: string, data: unknown) {
				const reply = provider(object, method, convert(data, 'latin1', 'utf8'));
				last = reply.status;
				return reply.status === 0 && reply.data !== undefined ? convert(reply.data, 'utf8', 'latin1') : null;
			},
			error() {
				const status = last;
				last = 0;
				return status === 0 ? null : status;
			},
			disconnect: () => undefined
		})
	};
}
