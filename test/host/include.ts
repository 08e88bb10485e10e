// SPDX-License-Identifier: Apache-2.0
/** What firewall4's include runs, as a process: `include ROOT`. */
import { orDie } from './descriptors.ts';
import { runInclude } from './host.ts';

async function main(): Promise<void> {
	const [, , root] = process.argv;
	if (root === undefined) {
		throw new Error('usage: include ROOT');
	}
	await runInclude({ root });
}

orDie(main());
