// SPDX-License-Identifier: Apache-2.0
/**
 * Runs the router side in Node: the installed, stripped modules of a router's root, with ucode's builtins as their
 * globals and ucode's modules over that root. Node must run with --experimental-vm-modules.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createContext, SourceTextModule, SyntheticModule, type Context, type Module } from 'node:vm';
import { builtins, printed } from './builtins.ts';
import { fsModule } from './fs.ts';
import { nobody, ubusModule, type Provider } from './ubus.ts';
import { uciModule } from './uci.ts';

export interface Setting {
	/** The directory that stands for the router's root, with the plugin installed in it. */
	root: string;
	/** The program's arguments, such as `call get_status`. */
	args?: readonly string[];
	/** Standard input. */
	input?: Buffer;
	bus?: Provider;
	/** The machine's clock where there is none. */
	time?: Time;
}

/** A clock of its own: milliseconds since the boot, which go by where a program rests. */
export interface Time {
	now(): number;
	rest(milliseconds: number): void;
}

/** What a program printed, as bytes. */
type Printed = Buffer;

const PLUGIN = 'usr/libexec/rpcd/luci.nft-offload';
const WORKER = 'usr/share/ucode/nft_offload/install/worker.uc';
const COMMAND = 'usr/bin/nft-offload';
const GUARD = 'usr/share/ucode/nft_offload/change/guard.uc';
const INCLUDE = 'usr/share/ucode/nft_offload/policy/include.uc';
const COMPARISON = 'usr/share/ucode/nft_offload/gain/worker.uc';
const MODULES = 'usr/share/ucode';
const OWN = 'nft_offload';
/** The files of a part that are read by require(). */
const REQUIRED = ['methods.uc', 'rendered.uc'];

/** ucode's two builtins that know of time. */
function clockOf(time: Time): Record<string, unknown> {
	return {
		clock: (): [number, number] => [Math.floor(time.now() / 1000), (time.now() % 1000) * 1_000_000],
		sleep: (milliseconds: number): boolean => {
			time.rest(milliseconds);
			return true;
		}
	};
}

/** What ends a program where it asks for its end. */
class Exit extends Error {
	readonly status: number;

	constructor(status: number) {
		super(`exit ${status}`);
		this.status = status;
	}
}

class Program {
	readonly #root: string;
	readonly #context: Context;
	readonly #modules = new Map<string, Module>();
	readonly #exports: Record<string, Record<string, unknown>>;
	/** What the plugin's own files return that are read by require(). */
	readonly #required = new Map<string, unknown>();
	readonly #output: string[] = [];
	readonly #errors: string[] = [];

	constructor({ root, args = [], input = Buffer.alloc(0), bus = nobody, time }: Setting) {
		this.#root = root;
		this.#exports = { fs: fsModule(root, input), ubus: ubusModule(bus), uci: uciModule(root) };
		this.#context = createContext({
			...builtins,
			...(time === undefined ? {} : clockOf(time)),
			ARGV: [...args],
			print: (...values: unknown[]) => {
				this.#output.push(...values.map(printed));
			},
			warn: (...values: unknown[]) => {
				this.#errors.push(...values.map(printed));
			},
			exit: (status: number) => {
				throw new Exit(status);
			},
			require: (name: string) => this.#exports[name] ?? this.#required.get(name)
		});
	}

	/** Runs a file of the root. */
	async run(path: string): Promise<void> {
		await this.#evaluate(this.#compile(path));
	}

	/** Readies what each part gives to require(), which cannot wait. */
	async provide(): Promise<void> {
		const parts = readdirSync(join(this.#root, MODULES, OWN));
		for (const [part, file] of parts.flatMap((each) => REQUIRED.map((name) => [each, name] as const))) {
			const path = `${MODULES}/${OWN}/${part}/${file}`;
			if (!existsSync(join(this.#root, path))) continue;
			const module = this.#compile(path);
			await this.#evaluate(module);
			const name = `${OWN}.${part}.${basename(file, '.uc')}`;
			this.#required.set(name, (module.namespace as { returned: unknown }).returned);
		}
	}

	get errors(): Printed {
		return Buffer.from(this.#errors.join(''), 'latin1');
	}

	get output(): Printed {
		return Buffer.from(this.#output.join(''), 'latin1');
	}

	#compile(path: string): Module {
		const source = readFileSync(join(this.#root, path), 'latin1');
		const text = source.replace(/^return (\w+);\n(?![^])/m, 'export { $1 as returned };');
		return new SourceTextModule(text, { identifier: path, context: this.#context });
	}

	async #evaluate(module: Module): Promise<void> {
		await module.link((specifier) => this.#resolve(specifier));
		await module.evaluate();
	}

	#resolve(specifier: string): Module {
		const known = this.#modules.get(specifier);
		if (known !== undefined) {
			return known;
		}
		const own = this.#exports[specifier];
		const module =
			own === undefined
				? this.#compile(`${MODULES}/${specifier.replaceAll('.', '/')}.uc`)
				: this.#synthesize(specifier, own);
		this.#modules.set(specifier, module);
		return module;
	}

	#synthesize(name: string, values: Record<string, unknown>): Module {
		const names = Object.keys(values);
		return new SyntheticModule(
			names,
			function (this: SyntheticModule) {
				for (const each of names) {
					this.setExport(each, values[each]);
				}
			},
			{ identifier: name, context: this.#context }
		);
	}
}

/**
 * Runs the plugin once, as rpcd does, and returns what it printed.
 * @throws What the plugin throws and does not catch: ucode would print it on standard error and exit with 254.
 */
export async function runPlugin(setting: Setting): Promise<Printed> {
	const program = new Program(setting);
	await program.provide();
	await program.run(PLUGIN);
	return program.output;
}

/** Runs the command of a terminal. */
export async function runCommand(
	setting: Setting
): Promise<{ status: number; output: Printed; errors: Printed }> {
	const program = new Program(setting);
	const status = await program.run(COMMAND).then(
		() => 0,
		(error: unknown) => {
			if (!(error instanceof Exit)) throw error;
			return error.status;
		}
	);
	return { status, output: program.output, errors: program.errors };
}

/** Runs the job that installs the package to its end. What came of it is in its file. */
export async function runWorker(setting: Setting): Promise<void> {
	await new Program(setting).run(WORKER);
}

/** Runs a comparison to its end: its number, the mode, what is done at the end, and in whose name. */
export async function runComparison(setting: Setting): Promise<void> {
	await new Program(setting).run(COMPARISON);
}

/**
 * Runs the guard of a change until nothing is under way: with no argument, as procd does, or `restarted` or `stopped`.
 * @throws What the guard throws and does not catch, and whatever its time or the bus do, as if it was killed there.
 */
export async function runGuard(setting: Setting): Promise<void> {
	await new Program(setting).run(GUARD);
}

/** Runs what firewall4's include of ours runs after a load. */
export async function runInclude(setting: Setting): Promise<void> {
	const program = new Program(setting);
	await program.provide();
	await program.run(INCLUDE);
}
