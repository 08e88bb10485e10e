// SPDX-License-Identifier: Apache-2.0
/** The chains of devices from each zone's layer 3 devices down to the wire, as sysfs and netifd link them. */
import type { Chain, Engine, Link, LinkKind, Path } from '../../api/index.ts';
import { read_line } from 'nft_offload.base.files';
import { below, entrances, is_present } from 'nft_offload.state.devices';
import type { Evidence } from 'nft_offload.state.evidence';
import { read_networks } from 'nft_offload.state.networks';
import type { Networks } from 'nft_offload.state.networks';
import type { SidedDevice } from 'nft_offload.state.sides';
import { link_kind } from 'nft_offload.why.kinds';

/** Links of one chain, and of all: a reply has room for them. No loop of devices outlives so many levels. */
const CHAIN_LINKS = 64;
const ALL_LINKS = 512;
const LEVELS_DOWN = 8;

/** What is the same of a device in every chain that has it. */
interface Known {
	kind: LinkKind;
	up: boolean | null;
	lower: string[];
}

function carrier_state(device: string): boolean | null {
	const told = read_line(`/sys/class/net/${device}/carrier`);
	return told === '1' ? true : told === '0' ? false : null;
}

/** What lies below a PPP device only netifd knows. */
function look_at(device: string, networks: Networks): Known {
	const kind = link_kind(device);
	const carrier = networks.carriers[device];
	return {
		kind: kind,
		up: carrier_state(device),
		lower: kind === 'ppp' ? (carrier != null && is_present(carrier) ? [carrier] : []) : sort(below(device))
	};
}

/** By which devices packets of a chain enter. Without firewall4's memory only netifd knows the carrier of a PPP device. */
function ways_in(evidence: Evidence, sided: SidedDevice, networks: Networks): string[] {
	const carrier = networks.carriers[sided.device];
	return evidence.memory.known || carrier == null || link_kind(sided.device) !== 'ppp'
		? sided.entrances
		: entrances(carrier, evidence.memory, {});
}

/** The path that the hooks give to what enters by a device: see state/coverage. An engine that is not there takes nothing. */
function path_of(
	evidence: Evidence,
	sided: SidedDevice,
	device: string,
	engine: Engine['engine'] | null
): Path {
	const hooked = evidence.effective.devices;
	const mode = evidence.effective.mode;
	return mode === 'off' || (index(hooked, device) === -1 && index(hooked, sided.device) === -1)
		? 'cpu'
		: mode === 'hardware' && engine === 'no'
			? 'software'
			: mode;
}

/** Those whose layer 3 device it is. */
function interfaces_on(networks: Networks, device: string): string[] {
	return map(
		filter(networks.networks, (each) => each.device === device),
		(each) => each.name
	);
}

/** What is on the way while the chains are walked. */
interface Walk {
	evidence: Evidence;
	networks: Networks;
	known: Record<string, Known>;
	/** Links that the reply has room for. */
	left: number;
	/** Of the chain under way. */
	sided: SidedDevice;
	ways: string[];
	links: Link[];
}

/** Adds a device and those below it. */
function add_link(walk: Walk, device: string, above: Link | null, levels: number): void {
	if (length(walk.links) >= CHAIN_LINKS || walk.left === 0 || levels === 0) {
		return;
	}
	walk.left -= 1;
	const told = walk.known[device] ?? look_at(device, walk.networks);
	walk.known[device] = told;
	const engine = filter(walk.evidence.engines, (each) => each.device === device)[0]?.engine ?? null;
	// A conduit carries every port's packets with a tag, which is no way in for any of them.
	const is_conduit = above != null && above.kind === 'dsa';
	const enters = !is_conduit && index(walk.ways, device) !== -1;
	const link: Link = {
		device: device,
		above: above == null ? null : above.device,
		kind: is_conduit ? 'conduit' : told.kind,
		up: told.up,
		hooked: index(walk.evidence.effective.devices, device) !== -1,
		enters: enters ? { path: path_of(walk.evidence, walk.sided, device, engine) } : null,
		engine: engine
	};
	push(walk.links, link);
	map(!enters || link.kind === 'dsa' ? told.lower : [], (lower) => {
		add_link(walk, lower, link, levels - 1);
	});
}

function chains_of(evidence: Evidence): Chain[] {
	const networks = read_networks(evidence.memory);
	const known: Record<string, Known> = {};
	let left = ALL_LINKS;
	return map(evidence.devices, (sided): Chain => {
		const walk: Walk = {
			evidence: evidence,
			networks: networks,
			known: known,
			left: left,
			sided: sided,
			ways: ways_in(evidence, sided, networks),
			links: []
		};
		add_link(walk, sided.device, null, LEVELS_DOWN);
		left = walk.left;
		return {
			interfaces: interfaces_on(networks, sided.device),
			zone: sided.zone,
			side: sided.side,
			links: walk.links
		};
	});
}

export { chains_of };
