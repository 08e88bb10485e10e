// SPDX-License-Identifier: Apache-2.0
/**
 * Runs the router side in Node: the installed, stripped modules of a router's root, with ucode's builtins as their
 * globals and ucode's modules over that root. Node must run with --experimental-vm-modules.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
}

/** What a program printed, as bytes. */
type Printed = Buffer;

const PLUGIN = 'usr/libexec/rpcd/luci.nft-offload';

class Program {
	readonly #root: string;
	readonly #context: Context;
	readonly #modules = new Map<string, Module>();
	readonly #exports: Record<string, Record<string, unknown>>;
	readonly #output: string[] = [];

	constructor({ root, args = [], input = Buffer.alloc(0), bus = nobody }: Setting) {
		this.#root = root;
		this.#exports = { fs: fsModule(root, input), ubus: ubusModule(bus), uci: uciModule(root) };
		this.#context = createContext({
			...builtins,
			ARGV: [...args],
			print: (...values: unknown[]) => {
				this.#output.push(...values.map(printed));
			},
			require: (name: string) => this.#exports[name]
		});
	}

	/** Loads, links and runs a file of the root. */
	async run(path: string): Promise<Module> {
		const module = this.#compile(path, join(this.#root, path));
		await module.link((specifier) => this.#resolve(specifier));
		await module.evaluate();
		return module;
	}

	get output(): Printed {
		return Buffer.from(this.#output.join(''), 'latin1');
	}

	#compile(identifier: string, file: string): Module {
		const source = readFileSync(file, 'latin1');
		return new SourceTextModule(source, { identifier, context: this.#context });
	}

	#resolve(specifier: string): Module {
		const known = this.#modules.get(specifier);
		if (known !== undefined) {
			return known;
		}
		const own = this.#exports[specifier];
		const path = `usr/share/ucode/${specifier.replaceAll('.', '/')}.uc`;
		const module =
			own === undefined ? this.#compile(path, join(this.#root, path)) : this.#synthesize(specifier, own);
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
	await program.run(PLUGIN);
	return program.output;
}

/** Loads one module, such as `conntrack`, and returns what it exports. Strings that go in and out are bytes (latin1). */
export async function loadModule(setting: Setting, name: string): Promise<object> {
	const program = new Program(setting);
	return (await program.run(`usr/share/ucode/nft_offload/${name}.uc`)).namespace;
}
