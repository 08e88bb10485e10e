// SPDX-License-Identifier: Apache-2.0
/** Parts that the cases of get_diagnosis are made of. */
import type { Link } from '../../../rpcd/api/index.ts';
import type { Case, Files } from '../case.ts';
import { HEALTHY } from '../router.ts';

/** A device on the way: as it is on a router without offloading. */
export function link(
	device: string,
	above: string | null,
	kind: Link['kind'],
	more: Partial<Link> = {}
): Link {
	return { device, above, kind, up: null, hooked: false, enters: null, engine: null, ...more };
}

/** The two chains of the healthy router; with a mode, where all that is hooked takes the packets. */
export function chains(mode: 'off' | 'software' = 'off'): object[] {
	const enters = { path: mode === 'off' ? ('cpu' as const) : mode };
	const hooked = mode !== 'off';
	return [
		{
			interfaces: [],
			zone: 'lan',
			side: 'lan',
			links: [
				link('br-lan', null, 'bridge', { hooked }),
				link('lan1', 'br-lan', 'dsa', { enters }),
				link('lan2', 'br-lan', 'dsa', { enters })
			]
		},
		{
			interfaces: [],
			zone: 'wan',
			side: 'wan',
			links: [link('wan', null, 'ethernet', { hooked, enters })]
		}
	];
}

/** Of the healthy router with these files in their places: the whole answer. */
export function diagnosis(
	name: string,
	files: Files,
	expected: object,
	more: Partial<Pick<Case, 'bus' | 'older' | 'times' | 'processes' | 'input'>> = {}
): Case {
	return {
		name,
		files: { ...HEALTHY, '/sys/class/net/wan/type': '1\n', ...files },
		method: 'get_diagnosis',
		expected: { chains: chains(), findings: [], unanswered: [], ...expected },
		...more
	};
}
