// SPDX-License-Identifier: Apache-2.0
/** By which devices the router reaches the two ends of a connection, as `ip` says. */
import type { Family } from '../../../api/index.ts';
import { run } from 'nft_offload.base.command';
import { IP } from 'nft_offload.base.ip';
import { word_behind, words_of } from 'nft_offload.base.value';
import { is_present } from 'nft_offload.state.devices';
import { is_device_name } from 'nft_offload.state.zones';
import { parse_routing_rules } from 'nft_offload.why.ip';

/** The kernel's own rules: 0 for `local`, this for `main`, and one more behind it. netifd's for lost prefixes come later still. */
const MAIN_RULE = 32766;

interface Route {
	/** What is special about the address to this router. */
	kind: 'local' | 'broadcast' | 'multicast' | 'unicast';
	device: string;
	/** Whether it is reached without a gateway. */
	direct: boolean;
	/** The router's own address towards it: another one for each network. */
	own_address: string | null;
}

/** `local`, `broadcast` and `multicast` stand before the address; other words there mean that there is no way. */
function kind_of_route(first: string): Route['kind'] | null {
	return first === 'local' || first === 'broadcast' || first === 'multicast'
		? first
		: iptoarr(first) != null
			? 'unicast'
			: null;
}

/** Reads `8.8.8.8 via 10.1.1.2 dev wan  src 10.1.1.1`, of which ip-full says more, and busybox the same (25.12, both run). */
function read_route(output: string): Route | null {
	const words = words_of(split(output, '\n')[0] ?? '');
	const kind = kind_of_route(words[0] ?? '');
	const device = word_behind(words, 'dev');
	return kind == null || !is_device_name(device) || !is_present(device)
		? null
		: {
				kind: kind,
				device: device,
				direct: index(words, 'via') === -1,
				own_address: word_behind(words, 'src')
			};
}

function family_words(family: Family): string[] {
	return family === 'ipv6' ? ['-6'] : [];
}

/** The route to an address, as the kernel tells it; null where there is none, or nobody says. Link-local addresses lie behind every device. */
function route_to(family: Family, address: string, more: string[]): Route | null {
	if (index(address, 'fe80:') === 0) {
		return null;
	}
	const words = family_words(family);
	map(['route', 'get', address], (word) => push(words, word));
	map(more, (word) => push(words, word));
	const answer = run(IP, words);
	return answer.status === 0 ? read_route(answer.output) : null;
}

/** The route of what is forwarded from a sender: rules look at where it comes from, and so do routes of IPv6 (netifd: `default from PREFIX`). */
function forwarded_to(family: Family, address: string, sender: string, comes_by: Route): Route | null {
	return route_to(family, address, ['from', sender, 'iif', comes_by.device]);
}

interface Ends {
	source: Route | null;
	destination: Route | null;
}

/**
 * How the kernel routes what it forwards between two ends. The way to the source as the router's own packets take it tells where it
 * comes by; of two ends in one network these ways are kept, since they alone name the router's address there.
 */
function routes_between(family: Family, source: string, destination: string): Ends {
	const to_source = route_to(family, source, []);
	const to_destination = route_to(family, destination, []);
	const one_network =
		to_source != null &&
		to_destination != null &&
		to_source.direct &&
		to_destination.direct &&
		to_source.device === to_destination.device;
	if (one_network) {
		return { source: to_source, destination: to_destination };
	}
	const onward =
		to_source != null && to_source.kind === 'unicast'
			? forwarded_to(family, destination, source, to_source)
			: to_destination;
	const back =
		onward != null && onward.kind === 'unicast' ? forwarded_to(family, source, destination, onward) : null;
	return { source: back ?? to_source, destination: onward };
}

/** What `ip` cannot be asked for: busybox's knows no more of a packet than its ends and its device. */
const UNASKED = ['fwmark', 'tos', 'ipproto', 'sport', 'dport'];

/** Whether rules by a mark, a port or the like come before the main table: then nobody knows the uplink. */
function is_routed_by_policy(family: Family): boolean {
	const words = family_words(family);
	push(words, 'rule');
	const answer = run(IP, words);
	const ours = filter(answer.status === 0 ? parse_routing_rules(answer.output) : [], (rule) => {
		const unasked = filter(UNASKED, (word) => index(rule.words, word) !== -1);
		return rule.priority > 0 && rule.priority < MAIN_RULE && length(unasked) > 0;
	});
	return length(ours) > 0;
}

export { is_routed_by_policy, routes_between };
export type { Route };
