// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';

/** Runs a program to its end and returns what it printed; throws with all of that where it fails. */
export function run(program: string, args: readonly string[]): string {
	const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
	if (status !== 0)
		throw new Error(`${program} ${args.join(' ')}: status ${status ?? 'none'}\n${stdout}${stderr}`);
	return stdout;
}
