// SPDX-License-Identifier: Apache-2.0
/** Parts that the cases of get_diagnosis are made of. */
import type { Link, Mode } from '../../../rpcd/api/index.ts';
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

/** The two chains of the healthy router: as firewall4 of 24.10 and later hooks them for a mode. */
export function chains(mode: Mode = 'off', engine: Link['engine'] = null): { links: Link[] }[] {
	const enters = {
		path: mode === 'off' ? 'cpu' : mode === 'hardware' && engine === 'no' ? 'software' : mode
	} as const;
	const port = { enters, hooked: mode === 'hardware', engine };
	return [
		{
			...{ interfaces: [], zone: 'lan', side: 'lan' },
			links: [
				link('br-lan', null, 'bridge', { hooked: mode === 'software' }),
				link('lan1', 'br-lan', 'dsa', port),
				link('lan2', 'br-lan', 'dsa', port)
			]
		},
		{
			...{ interfaces: [], zone: 'wan', side: 'wan' },
			links: [link('wan', null, 'ethernet', { ...port, hooked: mode !== 'off' })]
		}
	];
}

/** Devices as sysfs shows them: `uevent`'s DEVTYPE, `type`, and what lies below. */
export function devices(
	given: Readonly<
		Record<string, { devtype?: string; type?: number; below?: readonly string[]; has?: string }>
	>
): Files {
	return Object.fromEntries(
		Object.entries(given).flatMap(([name, { devtype, type = 1, below = [], has }]) => {
			const folder = `/sys/class/net/${name}`;
			return [
				[`${folder}/uevent`, `${devtype === undefined ? '' : `DEVTYPE=${devtype}\n`}INTERFACE=${name}\n`],
				[`${folder}/type`, `${type.toString()}\n`],
				...below.map((lower) => [`${folder}/lower_${lower}`, ''] as const),
				...(has === undefined ? [] : [[`${folder}/${has}`, ''] as const])
			] as const;
		})
	);
}

/** firewall4's memory: zones by name with their devices, and networks with device and carrier. */
export function memory(
	zones: Readonly<Record<string, readonly string[]>>,
	networks: Readonly<Record<string, { device: string; physdev?: string }>>
): string {
	return JSON.stringify({
		zones: Object.entries(zones).map(([name, devices_pos]) => ({
			name,
			masq: name === 'wan',
			related_physdevs: Object.values(networks)
				.filter(({ device }) => devices_pos.includes(device))
				.flatMap(({ physdev }) => physdev ?? []),
			match_rules: [{ devices_pos }]
		})),
		ipsets: [],
		networks
	});
}

/** The default route by a device. */
export const routeBy = (device: string): string =>
	`Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n${device}\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n`;

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
		expected: { chains: chains(), findings: [], policy: false, unanswered: [], ...expected },
		...more
	};
}
