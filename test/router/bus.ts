// SPDX-License-Identifier: Apache-2.0
/** ubus: objects by name, their methods, and the status numbers they answer with (ubusmsg.h). */

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
	[key: string]: Json;
}

/** The ubus status numbers that rpcd's objects use. */
export const Status = {
	ok: 0,
	invalid_argument: 2,
	method_not_found: 3,
	not_found: 4,
	no_data: 5,
	permission_denied: 6,
	timeout: 7,
	unknown_error: 9
} as const;
export type Status = (typeof Status)[keyof typeof Status];

/** `data` is absent where ubus sends no message with the status. */
export interface Answer {
	status: Status;
	data?: JsonObject;
}

/** As uhttpd names them: of a number of 64 bits it says nothing. */
export type ArgumentType = 'string' | 'boolean' | 'number' | 'array' | 'object' | 'unknown';

export interface Method {
	/** As `ubus -v list` tells it. Nothing enforces it: each method looks at what it gets. */
	signature: Record<string, ArgumentType>;
	call: (args: JsonObject) => Answer | Promise<Answer>;
}

export type BusObject = Record<string, Method>;

export class Bus {
	readonly #objects = new Map<string, BusObject>();

	register(name: string, object: BusObject): void {
		this.#objects.set(name, object);
	}

	object(name: string): BusObject | undefined {
		return this.#objects.get(name);
	}

	has(name: string): boolean {
		return this.#objects.has(name);
	}

	names(): string[] {
		return [...this.#objects.keys()].sort();
	}

	signatures(name: string): Record<string, Method['signature']> | undefined {
		const object = this.#objects.get(name);
		if (!object) return undefined;
		return Object.fromEntries(Object.entries(object).map(([method, { signature }]) => [method, signature]));
	}

	/** Calls as a local process does: nobody asks for rights, except the called method itself. */
	async call(object: string, method: string, args: JsonObject): Promise<Answer> {
		const methods = this.#objects.get(object);
		if (!methods) return { status: Status.not_found };
		if (!Object.hasOwn(methods, method)) return { status: Status.method_not_found };
		return (await methods[method]?.call(args)) ?? { status: Status.method_not_found };
	}
}

// libubox drops an argument of the wrong type: it is as if it were not given.

export function text(args: JsonObject, name: string): string | undefined {
	const value = args[name];
	return typeof value === 'string' ? value : undefined;
}

export function whole(args: JsonObject, name: string): number | undefined {
	const value = args[name];
	return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

export function flag(args: JsonObject, name: string): boolean {
	return args[name] === true;
}

export function isObject(value: Json | undefined): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
