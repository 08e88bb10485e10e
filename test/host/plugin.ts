// SPDX-License-Identifier: Apache-2.0
/**
 * The plugin as a process, as rpcd starts it: `plugin ROOT list`, `plugin ROOT call METHOD` with the arguments as
 * JSON on standard input. ROOT is the directory that stands for the router's root, with the plugin installed in it.
 * Its bus: descriptors.ts.
 *
 * It is run from the bundle that bundleHost() makes:
 * `node --experimental-vm-modules --disable-warning=ExperimentalWarning build/host/plugin.mjs ROOT ...`.
 */
import { readFileSync } from 'node:fs';
import { inherited, orDie } from './descriptors.ts';
import { runPlugin } from './host.ts';

async function main(): Promise<void> {
	const [root, ...args] = process.argv.slice(2);
	if (root === undefined) {
		throw new Error('usage: plugin ROOT list | plugin ROOT call METHOD');
	}
	const input = args[0] === 'call' ? readFileSync(0) : Buffer.alloc(0);
	process.stdout.write(await runPlugin({ root, args, input, bus: inherited }));
}

orDie(main());
