// SPDX-License-Identifier: Apache-2.0
/**
 * What passed the router's devices and kept its processor busy. A packet that the flowtable takes is counted on the lowest
 * device where it enters and on the one where it leaves, and on none above (measured: a download of 414,511 KiB through wan.7
 * over wan moved wan by that, wan.7 and br-lan by nothing).
 */
import type { CpuLoad, DeviceLoad, Load, Mode } from '../../api/index.ts';
import { now_ms } from 'nft_offload.base.clock';
import { read_file } from 'nft_offload.base.files';
import { number_or, words_of } from 'nft_offload.base.value';
import type { SidedDevice } from 'nft_offload.state.sides';

function lines_of(path: string): string[] {
	return split(read_file(path, 262144) ?? '', '\n');
}

/** What a device has received and sent since it came. */
interface DeviceCounters {
	rx_bytes: number;
	rx_packets: number;
	tx_bytes: number;
	tx_packets: number;
}

/** By device: `br-lan: 1 2 ...`, received first, sent from the ninth figure on. */
function device_counters(): Record<string, DeviceCounters> {
	const found: Record<string, DeviceCounters> = {};
	map(lines_of('/proc/net/dev'), (line) => {
		const parts = split(line, ':');
		const figures = words_of(parts[1] ?? '');
		if (length(figures) >= 10) {
			found[trim(parts[0] ?? '')] = {
				rx_bytes: number_or(figures[0] ?? null, 0),
				rx_packets: number_or(figures[1] ?? null, 0),
				tx_bytes: number_or(figures[8] ?? null, 0),
				tx_packets: number_or(figures[9] ?? null, 0)
			};
		}
	});
	return found;
}

/** The device to count at for each way in; a lowest device that leads both ways tells no side, and is left to those above it. */
function counted_devices(devices: SidedDevice[], mode: Mode): DeviceLoad[] {
	const sides: Record<string, 'lan' | 'wan' | 'both'> = {};
	map(devices, (above) =>
		map(above.entrances, (device) => {
			sides[device] = (sides[device] ?? above.side) === above.side ? above.side : 'both';
		})
	);
	const found: Record<string, DeviceLoad> = {};
	const add = (name: string, side: 'lan' | 'wan', offloaded: DeviceLoad['offloaded']): void => {
		found[name] = found[name] ?? {
			name: name,
			side: side,
			rx_bytes: 0,
			tx_bytes: 0,
			offloaded: mode === 'off' ? 'yes' : offloaded
		};
	};
	map(devices, (above) =>
		map(above.entrances, (device) => {
			if (sides[device] === 'both') {
				add(above.device, above.side, 'no');
			} else {
				add(device, above.side, mode === 'hardware' ? 'unknown' : 'yes');
			}
		})
	);
	return values(found);
}

function device_loads(devices: SidedDevice[], mode: Mode): DeviceLoad[] {
	const figures = device_counters();
	const found: DeviceLoad[] = [];
	map(counted_devices(devices, mode), (device) => {
		const own = figures[device.name];
		if (own != null) {
			device.rx_bytes = own.rx_bytes;
			device.tx_bytes = own.tx_bytes;
			push(found, device);
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

function load(devices: SidedDevice[], mode: Mode): Load {
	return { at_ms: now_ms(), devices: device_loads(devices, mode), cpu: cpu_load() };
}

export { counted_devices, device_counters, load };
export type { DeviceCounters };
