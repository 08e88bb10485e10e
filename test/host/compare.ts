// SPDX-License-Identifier: Apache-2.0
/**
 * A comparison as a process: `compare ROOT NUMBER MODE END WHO`. Where the virtual kernel is in `haste`, the router's clock is taken
 * on by what the comparison rests, and nobody waits; but at its end, where it waits for the guard, who is in no haste.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inherited, orDie } from './descriptors.ts';
import { runComparison, type Time } from './host.ts';

const RECORD = 'var/run/nft-offload/comparison.json';

const isEnding = (root: string): boolean =>
	existsSync(join(root, RECORD)) && /"step": "ending"/.test(readFileSync(join(root, RECORD), 'utf8'));

function wait(milliseconds: number): void {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** The router's own clock, by the files of its root. */
function hastily(root: string): Time {
	return {
		now: () => Math.round(1000 * parseFloat(readFileSync(join(root, 'proc/uptime'), 'utf8'))),
		rest: (milliseconds) => {
			if (isEnding(root)) {
				wait(milliseconds);
				return;
			}
			spawnSync(join(root, 'usr/libexec/virtual/ask'), ['pass', String(milliseconds)], {
				env: { ...process.env, ROUTER_ROOT: root }
			});
		}
	};
}

async function main(): Promise<void> {
	const [root, ...args] = process.argv.slice(2);
	if (root === undefined) {
		throw new Error('usage: compare ROOT NUMBER MODE END WHO');
	}
	const haste = existsSync(join(root, 'run/virtual-kernel/haste'));
	await runComparison({ root, args, bus: inherited, ...(haste ? { time: hastily(root) } : {}) });
}

orDie(main());
