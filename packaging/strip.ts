// SPDX-License-Identifier: Apache-2.0
/**
 * Makes the router side's ucode from its TypeScript: the types are blanked out, and the files of a part that are read by require() return what
 * they export. Nothing else changes: it is the source, line for line.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import tsBlankSpace from 'ts-blank-space';

const SOURCES = fileURLToPath(new URL('../rpcd/', import.meta.url));
/** The programs that are called by their names, and where they lie on the router. */
const ENTRIES = { 'luci.nft-offload': 'usr/libexec/rpcd', 'nft-offload': 'usr/bin' };
const MODULES = 'nft_offload';
/** The files of a part that are read by require(). */
const REQUIRED = ['methods.ts', 'rendered.ts'];

/**
 * Blanks the types of one source out. Ends of lines keep no blanks.
 * @param name - The source's name, for the error.
 * @throws When something is more than a type (an enum, a parameter property), or leaves what ucode cannot parse.
 */
export function strip(source: string, name: string): string {
	const left: string[] = [];
	const text = tsBlankSpace(source, ({ pos }) => {
		// A node begins with the blanks and line ends before it.
		const start = pos + source.slice(pos).search(/\S/);
		left.push(`line ${source.slice(0, start).split('\n').length}`);
	});
	if (left.length > 0) {
		throw new Error(`${name} cannot be made ucode by blanking types out: ${left.join(', ')}`);
	}
	const open = /^import \{[^}]*,\s*\}/m.exec(text);
	if (open !== null) {
		throw new Error(`${name}: a type in a list of imports leaves a trailing comma, which ucode refuses`);
	}
	return text.replace(/[ \t]+$/gm, '');
}

function write(file: string, text: string, mode: number): void {
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, text);
	chmodSync(file, mode);
}

/** ucode's require() gives what a file returns at its end, which TypeScript takes for an export. */
const toRequired = (text: string): string => text.replace(/^export \{ (\w+) \};$/m, 'return $1;');

/** Writes the plugin, the command and their modules below a directory that stands for the router's root. */
export function stripPlugin(root: string): void {
	for (const [name, directory] of Object.entries(ENTRIES)) {
		const entry = strip(readFileSync(join(SOURCES, `${name}.ts`), 'utf8'), `${name}.ts`);
		write(join(root, directory, name), entry, 0o755);
	}
	for (const file of readdirSync(join(SOURCES, MODULES), { recursive: true, encoding: 'utf8' })) {
		if (!file.endsWith('.ts')) continue;
		const text = strip(readFileSync(join(SOURCES, MODULES, file), 'utf8'), `${MODULES}/${file}`);
		const target = join(root, 'usr/share/ucode', MODULES, file.replace(/\.ts$/, '.uc'));
		write(target, REQUIRED.includes(basename(file)) ? toRequired(text) : text, 0o644);
	}
}
