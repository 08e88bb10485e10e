// SPDX-License-Identifier: Apache-2.0
/** Where a connection begins and ends: at the router, at many, or behind one bridge. */
import type { Flow, FlowReason } from '../../../api/index.ts';
import { kernel_type } from 'nft_offload.state.devices';
import type { Route } from 'nft_offload.why.flow.route';

/**
 * The end at the router, if one is. What the router starts comes from its own address, and what it answers is answered by one: not what
 * goes to its address outside and is handed on (DNAT), nor what leaves with it (masquerading).
 */
function ends_at_router(
	flow: Flow,
	own: Record<string, true>,
	source: Route | null,
	destination: Route | null
): FlowReason | null {
	if (exists(own, flow.original.source) || (source != null && source.kind === 'local')) {
		return { code: 'local', end: 'source', address: flow.original.source };
	}
	return exists(own, flow.reply.source) || (destination != null && destination.kind === 'local')
		? { code: 'local', end: 'destination', address: flow.reply.source }
		: null;
}

/** 224.0.0.0/4, 255.255.255.255, ff00::/8, and what the router's routes call a broadcast address of its networks. */
function is_not_unicast(address: string, route: Route | null): boolean {
	const bytes = iptoarr(address) ?? [];
	const first = bytes[0] ?? 0;
	return (
		(length(bytes) === 4 && first >= 224 && (first < 240 || address === '255.255.255.255')) ||
		(length(bytes) === 16 && first === 255) ||
		(route != null && (route.kind === 'broadcast' || route.kind === 'multicast'))
	);
}

/**
 * Whether a bridge forwards it: both ends lie in one network of it, without NAT. It is in the table since bridged packets are handed to
 * netfilter (br_netfilter), or by rules of nft's family bridge (nf_conntrack_bridge), whatever is set now.
 */
function is_bridged(flow: Flow, source: Route, destination: Route): boolean {
	return (
		source.kind === 'unicast' &&
		destination.kind === 'unicast' &&
		source.device === destination.device &&
		source.direct &&
		destination.direct &&
		source.own_address === destination.own_address &&
		flow.original.source === flow.reply.destination &&
		flow.original.destination === flow.reply.source &&
		kernel_type(source.device) === 'bridge'
	);
}

export { ends_at_router, is_bridged, is_not_unicast };
