// SPDX-License-Identifier: Apache-2.0
/** A router to test with: set up for software, as configured, and nothing seen yet. */
import type { Status } from '../../rpcd/api/index.ts';

export function status(part: Partial<Status> = {}): Status {
	return {
		firewall: 'fw4',
		requested: { readable: true, mode: 'software', hardware_alone: false, refused: null },
		effective: {
			mode: 'software',
			loaded: true,
			devices: ['br-lan', 'wan'],
			counter: true,
			handle: 5,
			foreign: [],
			foreign_uncounted: [],
			error: null
		},
		seen: {
			whole: true,
			software: { connections: 0, ipv6: 0, bytes: 0 },
			hardware: { connections: 0, ipv6: 0, bytes: 0 },
			one_way: null,
			unused: null,
			uncounted: 0,
			tables: []
		},
		coverage: [],
		engines: [],
		accelerators: [],
		verdict: { code: 'same' },
		module: { name: 'nft_flow_offload', state: 'loaded' },
		package: { manager: 'apk', name: 'kmod-nft-offload', version: '6.12' },
		conntrack: { count: 1, maximum: 65536, accounting: true, source: 'procfs' },
		board: {
			model: '',
			hostname: '',
			kernel: '',
			distribution: '',
			version: '',
			revision: '',
			target: ''
		},
		apply_pending: false,
		change: null,
		uptime: 100,
		took_us: 1000,
		...part
	};
}
