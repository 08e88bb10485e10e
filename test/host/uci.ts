// SPDX-License-Identifier: Apache-2.0
/**
 * ucode's `uci` module, as far as the plugin uses it: the project's own parser does what libuci does. A file is read by its
 * path, or as a package of a directory; nothing is ever staged.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { exportText, parse, setOption, type Document, type Section } from '../../web/src/lib/uci/index.ts';

function sectionOf(section: Section): Record<string, unknown> {
	return {
		'.name': section.name,
		'.type': section.type,
		'.index': section.index,
		'.anonymous': section.anonymous,
		...Object.fromEntries(section.options)
	};
}

function orNull<T>(attempt: () => T): T | null {
	try {
		return attempt();
	} catch {
		return null;
	}
}

/** Where a package was read from, and what it says by now. */
interface Package {
	file: string;
	document: Document;
}

export function uciModule(root: string): Record<string, unknown> {
	return {
		cursor: (directory = '/etc/config') => {
			const packages = new Map<string, Package>();
			/** As libuci does it, on what the file says and not on its text. */
			const assign = (name: string, section: string, option: string, value: string | null) =>
				orNull(() => {
					const { file, document } = packages.get(name) ?? { file: '', document: parse('') };
					const plain = parse(exportText(document));
					packages.set(name, { file, document: setOption(plain, { section, option, value }) });
					return true;
				});
			return {
				load: (path: string) =>
					orNull(() => {
						const file = join(root, path.startsWith('/') ? path : join(directory, path));
						packages.set(basename(path), { file, document: parse(readFileSync(file, 'latin1')) });
						return true;
					}),
				foreach(name: string, type: string | null, callback: (section: unknown) => unknown) {
					const { sections } = packages.get(name)?.document ?? { sections: [] };
					const found = sections.filter((section) => type === null || section.type === type);
					for (const section of found) {
						if (callback(sectionOf(section)) === false) {
							break;
						}
					}
					return found.length > 0;
				},
				set: assign,
				delete: (name: string, section: string, option: string) => assign(name, section, option, null),
				commit: () =>
					orNull(() => {
						for (const { file, document } of packages.values())
							writeFileSync(file, exportText(document), 'latin1');
						return true;
					})
			};
		}
	};
}
