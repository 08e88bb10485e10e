// SPDX-License-Identifier: Apache-2.0
/** The chains of devices from each zone's layer 3 devices down to the wire, as sysfs links them. */
import type { Chain, Link, LinkKind } from '../../api/index.ts';
import { read_line } from 'nft_offload.base.files';
import { below, kernel_type } from 'nft_offload.state.devices';
import type { Evidence } from 'nft_offload.state.evidence';
import type { SidedDevice } from 'nft_offload.state.sides';

/** No loop of devices outlives so many links. */
const LINKS = 64;

const KINDS: Record<string, LinkKind> = {
	bridge: 'bridge',
	vlan: 'vlan',
	dsa: 'dsa',
	wlan: 'wlan',
	ppp: 'ppp'
};

function kind_of(device: string): LinkKind {
	return KINDS[kernel_type(device)] ?? 'ethernet';
}

function carrier_state(device: string): boolean | null {
	const told = read_line(`/sys/class/net/${device}/carrier`);
	return told === '1' ? true : told === '0' ? false : null;
}

function chain_of(evidence: Evidence, sided: SidedDevice): Chain {
	const hooked = evidence.effective.devices;
	const covered = filter(evidence.coverage, (each) => each.device === sided.device)[0];
	const links: Link[] = [];
	// It calls itself: in ucode an arrow function has no name yet while it is made.
	function add(device: string, above: string | null): void {
		if (length(links) >= LINKS) {
			return;
		}
		const enters = index(sided.entrances, device) !== -1;
		const on_cpu = covered == null || index(covered.missing, device) !== -1;
		push(links, {
			device: device,
			above: above,
			kind: kind_of(device),
			up: carrier_state(device),
			hooked: index(hooked, device) !== -1,
			enters: enters
				? { path: on_cpu || evidence.effective.mode === 'off' ? 'cpu' : evidence.effective.mode }
				: null,
			engine: filter(evidence.engines, (each) => each.device === device)[0]?.engine ?? null
		});
		if (!enters) {
			map(below(device), (lower) => {
				add(lower, device);
			});
		}
	}
	add(sided.device, null);
	return { interfaces: [], zone: sided.zone, side: sided.side, links: links };
}

function chains_of(evidence: Evidence): Chain[] {
	return map(evidence.devices, (sided) => chain_of(evidence, sided));
}

export { chains_of };
