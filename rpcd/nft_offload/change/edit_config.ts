// SPDX-License-Identifier: Apache-2.0
/** The plainest of files alone, until the editor is there. */
import type { ConfigEdit, OffloadOptions, Problem } from '../../api/index.ts';

const CONFIG_LIMIT = 131072;

function edit_config(text: string, options: OffloadOptions): { edit: ConfigEdit; text: string } | Problem {
	const kept: string[] = [];
	let inside = false;
	map(split(text, '\n'), (line) => {
		if (index(line, 'config ') === 0) {
			inside = line === 'config defaults';
		}
		if (!inside || index(line, '\toption flow_offloading') !== 0) {
			push(kept, line);
		}
		if (line === 'config defaults') {
			map(['flow_offloading', 'flow_offloading_hw'] as const, (name) => {
				const value = options[name];
				if (value != null) {
					push(kept, `\toption ${name} '${value}'`);
				}
			});
		}
	});
	return { edit: { kind: 'in_place', splices: [] }, text: join('\n', kept) };
}

export { CONFIG_LIMIT, edit_config };
