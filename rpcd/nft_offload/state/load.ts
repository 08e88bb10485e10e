// SPDX-License-Identifier: Apache-2.0
/** What passed the router's devices and kept its processor busy. */
import type { CpuLoad, DeviceLoad, Load } from '../../api/index.ts';
import { now_ms } from 'nft_offload.base.clock';
import { zone_devices } from 'nft_offload.state.devices';
import { read_file } from 'nft_offload.base.files';
import { number_or, words_of } from 'nft_offload.base.value';

function lines_of(path: string): string[] {
	return split(read_file(path, 262144) ?? '', '\n');
}

/** The devices of default routes. Both tables give a route's destination in hexadecimal digits. */
function default_devices(): string[] {
	const ipv4 = map(lines_of('/proc/net/route'), words_of);
	const ipv6 = map(lines_of('/proc/net/ipv6_route'), words_of);
	const found: string[] = [];
	map(ipv4, (words) =>
		words[1] === '00000000' && words[7] === '00000000' ? push(found, words[0] ?? '') : null
	);
	map(ipv6, (words) =>
		words[0] === '00000000000000000000000000000000' && words[1] === '00' ? push(found, words[9] ?? '') : null
	);
	return filter(found, (name) => name !== 'lo');
}

/** Bytes received and sent by a device: `br-lan: 1 2 ...`, received first, sent from the ninth figure on. */
function device_loads(): DeviceLoad[] {
	const zones = zone_devices();
	const uplinks = default_devices();
	const found: DeviceLoad[] = [];
	map(lines_of('/proc/net/dev'), (line) => {
		const parts = split(line, ':');
		const name = trim(parts[0] ?? '');
		const figures = words_of(parts[1] ?? '');
		const zone = zones[name];
		if (zone != null && length(figures) >= 9) {
			push(found, {
				name: name,
				side: zone.masquerades || index(uplinks, name) !== -1 ? 'wan' : 'lan',
				rx_bytes: number_or(figures[0] ?? null, 0),
				tx_bytes: number_or(figures[8] ?? null, 0)
			});
		}
	});
	return found;
}

/** `cpu  user nice system idle iowait irq softirq steal guest guest_nice`; the guests' time is in the users' already. */
function cpu_load(): CpuLoad {
	const figures = map(slice(words_of(lines_of('/proc/stat')[0] ?? ''), 1, 9), (word) => number_or(word, 0));
	let total = 0;
	map(figures, (figure) => (total += figure));
	return { total: total, idle: (figures[3] ?? 0) + (figures[4] ?? 0), softirq: figures[6] ?? 0 };
}

function load(): Load {
	return { at_ms: now_ms(), devices: device_loads(), cpu: cpu_load() };
}

export { load };
