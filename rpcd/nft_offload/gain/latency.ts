// SPDX-License-Identifier: Apache-2.0
/** How long the gateway takes to answer: the stock image's ping tells. */
import type { File } from 'fs';
import { run, start } from 'nft_offload.base.command';
import { is_array, is_object, is_text, matches, number_or } from 'nft_offload.base.value';
import { ask_interfaces } from 'nft_offload.state.netifd';

const PING = '/bin/ping';
/** Bytes of what it prints. */
const PRINTED = 4096;
/** How many echoes of a router at rest, within how many seconds. */
const FEW = 3;
const FEW_LIMIT = 6;

/** The gateway of the first default route of IPv4 that netifd knows; null where there is none. */
function gateway(): string | null {
	let found: string | null = null;
	map(ask_interfaces(), (each) => {
		const routes = each['route'];
		map(is_array(routes) ? filter(routes, is_object) : [], (route) => {
			const hop = route['nexthop'];
			const leads_out = route['target'] === '0.0.0.0' && route['mask'] === 0;
			if (leads_out && is_text(hop) && hop !== '0.0.0.0' && matches(hop, /[0-9.]{7,15}/)) {
				found ??= hop;
			}
		});
	});
	return found;
}

/** The median of what ping prints, in microseconds: `... seq=0 ttl=64 time=0.234 ms`; null where nothing came back. */
function median_in(text: string): number | null {
	const times = sort(
		map(slice(split(text, 'time='), 1), (piece) => {
			const parts = split(split(piece, ' ')[0] ?? '', '.');
			return number_or(parts[0] ?? null, 0) * 1000 + number_or(substr(`${parts[1] ?? ''}000`, 0, 3), 0);
		})
	);
	return times[int(length(times) / 2)] ?? null;
}

/** Of a router at rest. */
function latency_now(address: string | null): number | null {
	return address == null
		? null
		: median_in(run(PING, ['-c', `${FEW}`, '-W', '1', address], FEW_LIMIT).output);
}

/** Has it measured for so many seconds, beside all else. */
function begin_latency(address: string | null, seconds: number): File | null {
	return address == null
		? null
		: start(PING, ['-c', `${int(seconds / 2)}`, '-i', '2', '-W', '1', address], seconds + 4);
}

/** What was begun has ended. */
function end_latency(ping: File | null): number | null {
	if (ping == null) {
		return null;
	}
	const text = ping.read(PRINTED) ?? '';
	ping.close();
	return median_in(text);
}

export { begin_latency, end_latency, gateway, latency_now };
