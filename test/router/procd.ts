// SPDX-License-Identifier: Apache-2.0
/** procd: runs the programs of services, starts one that ends again, and tells of changed configuration (service/service.c). */
import type { ChildProcess } from 'node:child_process';
import { isObject, Status, text, type Answer, type BusObject, type Json, type JsonObject } from './bus.ts';
import type { Clock } from './clock.ts';
import type { Processes } from './processes.ts';

/** Until a program that has ended is started again: the first of `respawn`'s times that our service asks for. */
const RESPAWN_MS = 1000;

interface Instance {
	command: readonly string[];
	/** Undefined while it waits to be started again. */
	child: ChildProcess | undefined;
	callOff: () => void;
}

export class Procd {
	readonly #processes: Processes;
	readonly #clock: Clock;
	/** By service, then by instance. */
	readonly #services = new Map<string, Map<string, Instance>>();
	/** What its programs have said on standard error. */
	readonly log: string[] = [];
	/** Told of each change of a configuration. */
	onConfigChange: (config: string) => void = () => undefined;
	/** Told before a program starts. */
	onStart: () => void = () => undefined;

	constructor(processes: Processes, clock: Clock) {
		this.#processes = processes;
		this.#clock = clock;
	}

	/** The process ids of what runs. */
	get running(): number[] {
		const instances = [...this.#services.values()].flatMap((service) => [...service.values()]);
		return instances.flatMap(({ child }) => child?.pid ?? []);
	}

	/** Names of services that have something to run. */
	get services(): string[] {
		return [...this.#services].filter(([, instances]) => instances.size > 0).map(([name]) => name);
	}

	/** The ubus object `service`. */
	object(): BusObject {
		const string = 'string' as const;
		return {
			set: {
				signature: { name: string, script: string, instances: 'object', triggers: 'array' },
				call: (args) => this.#set(args)
			},
			list: {
				signature: { name: string, verbose: 'boolean' },
				call: (args) => ({ status: Status.ok, data: this.#list(text(args, 'name')) })
			},
			delete: { signature: { name: string, instance: string }, call: (args) => this.#delete(args) },
			event: { signature: { type: string, data: 'object' }, call: (args) => this.#event(args) }
		};
	}

	/** Nothing is started any more, nor was it ever asked for. */
	forget(): void {
		for (const service of this.#services.values())
			for (const instance of service.values()) this.#end(instance);
		this.#services.clear();
	}

	/** What a service runs from now on: what runs as it is goes on, what waits is started, and the rest ends. */
	#set(args: JsonObject): Answer {
		const name = text(args, 'name');
		if (name === undefined) return { status: Status.invalid_argument };
		const service = this.#services.get(name) ?? new Map<string, Instance>();
		this.#services.set(name, service);
		const wanted = isObject(args['instances']) ? args['instances'] : {};
		for (const [each, instance] of service) {
			const same = JSON.stringify(commandOf(wanted[each])) === JSON.stringify(instance.command);
			if (same && instance.child) continue;
			this.#end(instance);
			service.delete(each);
		}
		for (const [each, told] of Object.entries(wanted)) {
			if (service.has(each)) continue;
			const instance = { command: commandOf(told), child: undefined, callOff: () => undefined };
			service.set(each, instance);
			this.#start(instance);
		}
		return { status: Status.ok };
	}

	#delete(args: JsonObject): Answer {
		const service = this.#services.get(text(args, 'name') ?? '');
		if (!service) return { status: Status.not_found };
		for (const instance of service.values()) this.#end(instance);
		this.#services.delete(text(args, 'name') ?? '');
		return { status: Status.ok };
	}

	#event(args: JsonObject): Answer {
		const { data } = args;
		const type = text(args, 'type');
		if (type === undefined || data === undefined || !isObject(data))
			return { status: Status.invalid_argument };
		const config = text(data, 'package');
		if (type === 'config.change' && config !== undefined) this.onConfigChange(config);
		return { status: Status.ok };
	}

	#list(wanted: string | undefined): JsonObject {
		const services = [...this.#services].filter(([name]) => wanted === undefined || name === wanted);
		const told = (instances: Map<string, Instance>): JsonObject =>
			Object.fromEntries(
				[...instances].map(([name, { child, command }]) => [
					name,
					{ running: child !== undefined, ...(child?.pid ? { pid: child.pid } : {}), command: [...command] }
				])
			);
		return Object.fromEntries(services.map(([name, instances]) => [name, { instances: told(instances) }]));
	}

	#start(instance: Instance): void {
		this.onStart();
		const { child, stdin, stdout, stderr } = this.#processes.start(instance.command);
		instance.child = child;
		stdin.end();
		stdout.resume();
		stderr.on('data', (chunk: Buffer) => this.log.push(chunk.toString()));
		child.on('exit', () => {
			// One that was ended is nobody's any more.
			if (instance.child !== child) return;
			instance.child = undefined;
			instance.callOff = this.#clock.after(RESPAWN_MS, () => {
				this.#start(instance);
			});
		});
	}

	#end(instance: Instance): void {
		instance.callOff();
		const { child } = instance;
		instance.child = undefined;
		child?.kill('SIGTERM');
	}
}

function commandOf(instance: Json | undefined): string[] {
	const command = isObject(instance) ? instance['command'] : undefined;
	return Array.isArray(command) ? command.filter((word) => typeof word === 'string') : [];
}
