// SPDX-License-Identifier: Apache-2.0
/**
 * A policy in nft's language, made of numbers and of our own words alone: no name and no text of anybody's gets there.
 *
 * A packet of either direction has its connection offloaded, so each condition holds in both: `ct original …` and not `ip saddr`.
 */
import type { Family, PolicyRule } from '../../../api/index.ts';
import { ranges_of } from 'nft_offload.state.policy.decide';
import { prefix_text, prefixes_of } from 'nft_offload.state.policy.networks';
import { enabled_rules } from 'nft_offload.state.policy.rules';

const RULE_FAMILIES: Family[] = ['ipv4', 'ipv6'];
const FAMILY_WORDS: Record<Family, string> = { ipv4: 'ip', ipv6: 'ip6' };

function nft_set(items: string[]): string {
	return `{ ${join(', ', items)} }`;
}

/** Addresses by family, each as a set; empty where a family has none. */
function nft_addresses(texts: string[]): Record<Family, string> {
	const items: Record<Family, string[]> = { ipv4: [], ipv6: [] };
	map(prefixes_of(texts).all, (prefix) => push(items[prefix.family], prefix_text(prefix)));
	const as_set = (family: Family): string => (length(items[family]) === 0 ? '' : nft_set(items[family]));
	return { ipv4: as_set('ipv4'), ipv6: as_set('ipv6') };
}

/** Ports as a set, in which none overlap. */
function nft_ports(ports: string[]): string {
	const ranges = sort(ranges_of(ports), (a, b) => a.first - b.first);
	const items: string[] = [];
	let first = 0;
	let last = 0;
	const add = (): void => {
		if (first > 0) {
			push(items, first === last ? `${first}` : `${first}-${last}`);
		}
	};
	map(ranges, (range) => {
		if (first > 0 && range.first <= last + 1) {
			last = max(last, range.last);
		} else {
			add();
			first = range.first;
			last = range.last;
		}
	});
	add();
	return nft_set(items);
}

type List = 'clients' | 'destinations' | 'ports';

/** What rules may differ in to be one for nft: the first of these that they have. */
const LISTS: List[] = ['clients', 'destinations', 'ports'];

/** Rules that are one for nft: one of them, what its lists are for all, and their places in the file, from 1 on. */
interface Joined {
	rule: PolicyRule;
	lists: Record<List, string[] | null>;
	places: number[];
}

/** The conditions on addresses: of each family, and for clients of either end, one rule of nft. None can match where no family is left. */
function address_matches(joined: Joined): string[] {
	const rule = joined.rule;
	const lists = joined.lists;
	const clients = lists.clients == null ? null : nft_addresses(lists.clients);
	const destinations = lists.destinations == null ? null : nft_addresses(lists.destinations);
	if (clients == null && destinations == null) {
		return [rule.family == null ? '' : `meta nfproto ${rule.family} `];
	}
	const found: string[] = [];
	map(RULE_FAMILIES, (family) => {
		const of_clients = clients == null ? null : clients[family];
		const of_destinations = destinations == null ? null : destinations[family];
		if (of_clients === '' || of_destinations === '' || (rule.family != null && rule.family !== family)) {
			return;
		}
		const word = FAMILY_WORDS[family];
		const end = of_destinations == null ? '' : `ct original ${word} daddr ${of_destinations} `;
		map(of_clients == null ? [''] : ['original', 'reply'], (way) => {
			push(found, `${way === '' ? '' : `ct ${way} ${word} saddr ${of_clients} `}${end}`);
		});
	});
	return found;
}

/** What is the same in all rules that can be joined over a list, or over none. */
function common_key(rule: PolicyRule, list: List | null): string {
	const others = map(LISTS, (each) => (each === list ? list : (rule[each] ?? null)));
	return sprintf('%J', [rule.family ?? '', rule.protocol ?? '', rule.first_packets ?? 0, others]);
}

/**
 * The rules that are enabled, those that differ in one list alone as one: two sets in the kernel instead of hundreds, which every
 * load has to make, and every packet to look into. All return, so that their order decides nothing.
 */
function joined_rules(rules: PolicyRule[]): Joined[] {
	const joined: Joined[] = [];
	const found: Record<string, Joined> = {};
	for (let i = 0; i < length(rules); i++) {
		const rule = rules[i];
		if (rule == null || rule.enabled === false) {
			continue;
		}
		const list = filter(LISTS, (each) => rule[each] != null)[0] ?? null;
		const key = common_key(rule, list);
		const one = found[key] ?? {
			rule: rule,
			lists: {
				clients: rule.clients ?? null,
				destinations: rule.destinations ?? null,
				ports: rule.ports ?? null
			},
			places: []
		};
		if (length(one.places) === 0) {
			found[key] = one;
			push(joined, one);
		}
		push(one.places, i + 1);
		if (list != null) {
			const texts = length(one.places) === 1 ? [] : (one.lists[list] ?? []);
			map(rule[list] ?? [], (text) => push(texts, text));
			one.lists[list] = texts;
		}
	}
	return joined;
}

/** A comment of nft's holds 128 bytes. */
const PLACES_MOST = 16;

/** The rules of nft for what was joined. */
function nft_lines_of(joined: Joined): string[] {
	const rule = joined.rule;
	const protocol = rule.protocol == null ? '' : `meta l4proto ${rule.protocol} `;
	const ports = joined.lists.ports;
	const to_ports = ports == null ? '' : `ct original proto-dst ${nft_ports(ports)} `;
	const packets = rule.first_packets == null ? '' : `ct original packets < ${rule.first_packets} `;
	const more = length(joined.places) - PLACES_MOST;
	const places = join(', ', slice(joined.places, 0, PLACES_MOST)) + (more > 0 ? ` and ${more} more` : '');
	return map(
		address_matches(joined),
		(addresses) => `${addresses}${protocol}${to_ports}${packets}return comment "rule ${places}"`
	);
}

/** What our chain says, a rule of nft a line: whatever no rule keeps is offloaded. None where no rule is enabled. */
function chain_lines(rules: PolicyRule[]): string[] {
	const lines: string[] = [];
	map(joined_rules(rules), (joined) => map(nft_lines_of(joined), (line) => push(lines, line)));
	if (length(enabled_rules(rules)) > 0) {
		push(lines, 'flow add @ft');
	}
	return lines;
}

export { chain_lines };
