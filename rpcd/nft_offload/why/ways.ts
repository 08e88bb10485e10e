// SPDX-License-Identifier: Apache-2.0
/** The ways from a chain's layer 3 device down to each device by which its packets enter, and leave as well. */
import type { Chain, Link } from '../../api/index.ts';

/** From above: the layer 3 device first, the lowest last. */
type Way = Link[];

/** A link by its device: only a conduit, to which no way leads, is in a chain twice. */
function link_of(chain: Chain, device: string | null): Link | null {
	return device == null ? null : (filter(chain.links, (link) => link.device === device)[0] ?? null);
}

function way_to(chain: Chain, lowest: Link): Way {
	const way: Way = [];
	for (let link: Link | null = lowest; link != null; link = link_of(chain, link.above)) {
		push(way, link);
	}
	return reverse(way);
}

function chain_ways(chain: Chain): Way[] {
	return map(
		filter(chain.links, (link) => link.enters != null),
		(lowest) => way_to(chain, lowest)
	);
}

/** Where a device is in a way; -1 where it is not. */
function place_in(way: Way, device: string): number {
	return index(
		map(way, (link) => link.device),
		device
	);
}

/** Whether packets that enter by a way meet a hook: see state/coverage. */
function is_taken(way: Way, hooked: string[]): boolean {
	return (
		index(hooked, way[0]?.device ?? '') !== -1 || index(hooked, way[length(way) - 1]?.device ?? '') !== -1
	);
}

/** Whether anything that enters by a chain is taken. */
function is_any_taken(chain: Chain, hooked: string[]): boolean {
	return length(filter(chain_ways(chain), (way) => is_taken(way, hooked))) > 0;
}

export { is_any_taken, is_taken, place_in, chain_ways };
export type { Way };
