// SPDX-License-Identifier: Apache-2.0
/** This machine's own `tc` and `bridge`, with the libraries they need, for a router whose image has neither. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Router } from './router.ts';

const PROGRAMS = ['tc', 'bridge'].map((name) => `/usr/sbin/${name}`);
const HOME = '/tmp/iproute';

/** Why they cannot be had, in one line; null where they can. */
export function noIproute(): string | null {
	const missing = PROGRAMS.find((path) => !existsSync(path));
	return process.arch !== 'x64'
		? 'this machine’s tc is for another processor'
		: missing === undefined
			? null
			: `${missing} is not there (Debian’s iproute2 has it)`;
}

/** Paths of a program's libraries, the loader among them. */
function librariesOf(program: string): string[] {
	const listed = execFileSync('ldd', [program], { encoding: 'utf8' });
	return [...listed.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
}

/** Puts them where OpenWrt's packages have them; {@link removeIproute} takes them away. */
export async function addIproute(router: Router): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'iproute-'));
	try {
		const parts = new Set([...PROGRAMS, ...PROGRAMS.flatMap(librariesOf)]);
		for (const path of parts) copyFileSync(path, join(folder, basename(path)));
		const archive = execFileSync('tar', ['-czf', '-', '-C', folder, '.'], { maxBuffer: 1 << 28 });
		await router.upload(archive, '/tmp/iproute.tar.gz');
	} finally {
		rmSync(folder, { recursive: true });
	}
	await router.run(`
		mkdir -p ${HOME} && tar -xzf /tmp/iproute.tar.gz -C ${HOME} && rm /tmp/iproute.tar.gz
		for name in tc bridge; do
			printf '#!/bin/sh\\nexec ${HOME}/ld-linux-x86-64.so.2 --library-path ${HOME} ${HOME}/%s "$@"\\n' $name >/sbin/$name
			chmod +x /sbin/$name
		done`);
}

export async function removeIproute(router: Router): Promise<void> {
	await router.run(`rm -rf ${HOME} /sbin/tc /sbin/bridge`);
}
