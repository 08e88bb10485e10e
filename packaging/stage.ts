// SPDX-License-Identifier: Apache-2.0
/** `make stage`: the tree that a package installs, in dist/root. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asCommand, DIST, PROJECT } from './command.ts';
import { laidOut, withoutComments, withoutShellComments } from './comments.ts';
import { joinModules, SHARED } from './join.ts';
import { readMetadata } from './metadata.ts';
import { stripPlugin } from './strip.ts';
import { readTree } from './tree.ts';

export const STAGED = join(DIST, 'root');

/**
 * Where each part of the project lies on the router. The page lies in a folder of its version, so that a browser
 * never mixes the modules of two: they import each other by relative names, without LuCI's `?v=`.
 */
const PARTS = [
	['luci-app-src/root', ''],
	['luci-app-src/htdocs', 'www'],
	['build/web', `www/luci-static/resources/nft-offload/${readMetadata().version}`]
] as const;

const LIBRARY = 'usr/share/ucode/nft_offload';
/** First the two that the page calls most, and what every load of the firewall waits for: see joinModules. */
const PROGRAMS = [
	`${LIBRARY}/flows/methods.uc`,
	`${LIBRARY}/state/methods.uc`,
	`${LIBRARY}/policy/include.uc`,
	'usr/libexec/rpcd/luci.nft-offload',
	`${LIBRARY}/install/methods.uc`,
	`${LIBRARY}/change/methods.uc`,
	`${LIBRARY}/why/methods.uc`,
	`${LIBRARY}/policy/methods.uc`,
	`${LIBRARY}/report/methods.uc`,
	'usr/bin/nft-offload',
	`${LIBRARY}/gain/methods.uc`,
	`${LIBRARY}/install/worker.uc`,
	`${LIBRARY}/gain/worker.uc`,
	`${LIBRARY}/change/guard.uc`,
	`${LIBRARY}/policy/rendered.uc`
];
const SCRIPTS = [
	'etc/init.d/nft-offload',
	'lib/upgrade/nft-offload.sh',
	'usr/libexec/nft-offload/beside',
	'usr/libexec/nft-offload/policy',
	'usr/libexec/nft-offload/replace',
	'usr/libexec/nft-offload/start'
];
const PAGE = ['nft-offload.js', 'nft-offload.css'];

/**
 * Writes the installed tree, exactly as on a router, into a directory of its own.
 * @throws When the page was not built yet.
 */
export async function stage(directory: string): Promise<void> {
	for (const file of PAGE) {
		if (!existsSync(join(PROJECT, 'build/web', file))) {
			throw new Error(`build/web/${file} is missing: build the page first (npm run build)`);
		}
	}
	rmSync(directory, { recursive: true, force: true });
	for (const [from, to] of PARTS) {
		const target = join(directory, to);
		mkdirSync(target, { recursive: true });
		cpSync(join(PROJECT, from), target, { recursive: true });
	}
	stripPlugin(directory);
	await joinPlugin(directory);
	for (const path of SCRIPTS) {
		const file = join(directory, path);
		writeFileSync(file, withoutShellComments(readFileSync(file, 'utf8')));
	}
}

const nameOf = (path: string): string =>
	path.replace(/^usr\/share\/ucode\/(.*)\.uc$/, '$1').replaceAll('/', '.');

/** Leaves of the plugin its programs and the modules that they share, without comments. */
async function joinPlugin(directory: string): Promise<void> {
	const write = async (path: string, text = ''): Promise<void> => {
		writeFileSync(join(directory, path), await laidOut(text));
	};
	const read = (path: string): string => withoutComments(readFileSync(join(directory, path), 'utf8'));
	const paths = readTree(directory)
		.map(({ path }) => path)
		.filter((path) => path.endsWith('.uc') && !PROGRAMS.includes(path));
	const { shared, programs } = joinModules(
		new Map(paths.map((path) => [nameOf(path), read(path)])),
		PROGRAMS.map(read)
	);
	for (const path of paths) rmSync(join(directory, path));
	const sharedPaths = SHARED.map((name) => `usr/share/ucode/${name.replaceAll('.', '/')}.uc`);
	await Promise.all([
		...sharedPaths.map((path, index) => write(path, shared[index])),
		...PROGRAMS.map((path, index) => write(path, programs[index]))
	]);
}

await asCommand(import.meta.filename, () => stage(STAGED));
