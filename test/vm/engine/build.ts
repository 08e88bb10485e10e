// SPDX-License-Identifier: Apache-2.0
/**
 * The two kernel modules of the tests, built for the kernel that the VM runs: the packet engine, and what has
 * Debian's kernel answer `flags offload` as OpenWrt's does.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Entry } from '../archive.ts';

const SOURCES = fileURLToPath(new URL('module/', import.meta.url));
const MODULES = ['packet_engine', 'ignore_refusals'];

export interface EngineParts {
	/** What goes into the root; nothing where the modules can't be built. */
	entries: Entry[];
	/** One line: why there are none. */
	missing: string | null;
}

/** `root` is the VM's; its one folder of modules tells the kernel. A compiler that fails throws. */
export function engineParts(root: readonly Entry[], cache: string): EngineParts {
	const release = kernelRelease(root);
	if (release === undefined)
		return { entries: [], missing: 'no packet engine for a root without kernel modules' };
	const headers = [`/lib/modules/${release}/build`, `/usr/src/linux-headers-${release}`].find((folder) =>
		existsSync(join(folder, 'Module.symvers'))
	);
	if (headers === undefined) return { entries: [], missing: whyNot(release) };
	const folder = builtModules(headers, release, cache);
	const modules = MODULES.map((name) =>
		file(`lib/modules/${release}/${name}.ko`, readFileSync(join(folder, `${name}.ko`)))
	);
	return {
		entries: [...modules, file('etc/modules.d/99-vm-ignore-refusals', Buffer.from('ignore_refusals\n'))],
		missing: null
	};
}

function whyNot(release: string): string {
	const refusals = release.includes('+deb') ? ", and Debian's kernel, whose refusals are not OpenWrt's" : '';
	return `no packet engine without the headers of kernel ${release}${refusals}`;
}

function kernelRelease(root: readonly Entry[]): string | undefined {
	return root
		.map(({ path }) => /^lib\/modules\/([^/]+)/.exec(path)?.[1])
		.find((release) => release !== undefined);
}

/** Builds once for each kernel and state of the sources. */
function builtModules(headers: string, release: string, cache: string): string {
	const hash = createHash('sha256');
	for (const name of readdirSync(SOURCES).sort()) hash.update(name).update(readFileSync(SOURCES + name));
	const kept = join(cache, 'modules', `${release}-${hash.digest('hex').slice(0, 16)}`);
	if (existsSync(kept)) return kept;
	const scratch = mkdtempSync(join(tmpdir(), 'engine-'));
	try {
		cpSync(SOURCES, scratch, { recursive: true });
		execFileSync('make', ['-s', '-C', headers, `M=${scratch}`, 'modules'], {
			stdio: ['ignore', 'ignore', 'inherit']
		});
		mkdirSync(`${kept}.part`, { recursive: true });
		for (const module of MODULES.map((name) => `${name}.ko`))
			execFileSync('strip', ['--strip-debug', '-o', join(`${kept}.part`, module), join(scratch, module)]);
		renameSync(`${kept}.part`, kept);
	} finally {
		rmSync(scratch, { recursive: true });
	}
	return kept;
}

function file(path: string, content: Buffer): Entry {
	return { path, kind: 'file', mode: 0o644, content };
}
