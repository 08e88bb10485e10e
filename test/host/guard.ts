// SPDX-License-Identifier: Apache-2.0
/**
 * The guard of a change as a process, as procd and the init script start it: `guard ROOT`, `guard ROOT restarted`, `guard ROOT
 * stopped`. Run as the plugin is (plugin.ts), it can be killed at any moment.
 */
import { inherited, orDie } from './descriptors.ts';
import { runGuard } from './host.ts';

async function main(): Promise<void> {
	const [root, ...args] = process.argv.slice(2);
	if (root === undefined) {
		throw new Error('usage: guard ROOT [restarted|stopped]');
	}
	await runGuard({ root, args, bus: inherited });
}

orDie(main());
