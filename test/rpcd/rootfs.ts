// SPDX-License-Identifier: Apache-2.0
/** Real ucodes to run the plugin on: the interpreter, libuci and the shell of OpenWrt's root file system archives. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../roots/run.ts';

/** What the plugin's tests need of an archive. The rest of the router is the case's own. */
const PARTS =
	/^(\.\/)?(bin\/[^/]+$|sbin\/uci$|usr\/bin\/(ucode|tr|cmp|flock|readlink)$|lib\/[^/]*\.so[^/]*$|usr\/lib\/[^/]*\.so[^/]*$|usr\/lib\/ucode\/(fs|uci)\.so$)/;

/** Unpacks what the tests need into a new directory and returns it. */
export function unpackRootfs(archive: string): string {
	const directory = mkdtempSync(join(tmpdir(), 'nft-offload-ucode-'));
	const members = run('tar', ['-tf', archive])
		.split('\n')
		.filter((name) => PARTS.test(name));
	run('tar', ['-xf', archive, '-C', directory, ...members]);
	mkdirSync(join(directory, 'dev'), { recursive: true });
	writeFileSync(join(directory, 'dev/null'), '');
	return directory;
}
