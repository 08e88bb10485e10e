// SPDX-License-Identifier: Apache-2.0
/** ucode's `uci` module, as far as a file read by its path: the project's own parser does what libuci does. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse, type Section } from '../../web/src/lib/uci/index.ts';

function sectionOf(section: Section): Record<string, unknown> {
	return {
		'.name': section.name,
		'.type': section.type,
		'.index': section.index,
		'.anonymous': section.anonymous,
		...Object.fromEntries(section.options)
	};
}

function read(file: string): readonly Section[] | null {
	try {
		return parse(readFileSync(file, 'latin1')).sections;
	} catch {
		return null;
	}
}

export function uciModule(root: string): Record<string, unknown> {
	const packages = new Map<string, readonly Section[]>();
	return {
		cursor: () => ({
			load(path: string) {
				const sections = read(join(root, path));
				if (sections !== null) {
					packages.set(basename(path), sections);
				}
				return sections === null ? null : true;
			},
			foreach(name: string, type: string, callback: (section: unknown) => unknown) {
				const sections = (packages.get(name) ?? []).filter((section) => section.type === type);
				for (const section of sections) {
					if (callback(sectionOf(section)) === false) {
						break;
					}
				}
				return sections.length > 0;
			}
		})
	};
}
