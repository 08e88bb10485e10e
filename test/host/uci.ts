// SPDX-License-Identifier: Apache-2.0
/** ucode's `uci` module, as far as a file read by its path: the project's own parser does what libuci does. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { load, type Loaded } from '../router/uci/load.ts';

type Package = Extract<Loaded, { state: 'loaded' }>['pkg'];

function sectionOf(section: Package['sections'][number], position: number): Record<string, unknown> {
	return {
		'.name': section.name,
		'.type': section.type,
		'.index': position,
		'.anonymous': section.anonymous,
		...Object.fromEntries(section.options)
	};
}

function read(file: string): Package | null {
	try {
		const loaded = load(readFileSync(file));
		return loaded.state === 'loaded' ? loaded.pkg : null;
	} catch {
		return null;
	}
}

export function uciModule(root: string): Record<string, unknown> {
	const packages = new Map<string, Package>();
	return {
		cursor: () => ({
			load(path: string) {
				const found = read(join(root, path));
				if (found !== null) {
					packages.set(basename(path), found);
				}
				return found === null ? null : true;
			},
			foreach(name: string, type: string, callback: (section: unknown) => unknown) {
				const sections = packages.get(name)?.sections ?? [];
				for (const [position, section] of sections.entries()) {
					if (section.type === type && callback(sectionOf(section, position)) === false) {
						break;
					}
				}
				return sections.length > 0;
			}
		})
	};
}
