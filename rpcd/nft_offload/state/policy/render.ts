// SPDX-License-Identifier: Apache-2.0
/**
 * A policy in nft's language, made of numbers and of our own words alone: no text of anybody's gets there but the names of zones.
 *
 * A packet of either direction has its connection offloaded, so each condition has to hold in both: `ct original …` and not
 * `ip saddr`. By a zone they differ, and what comes back has the two exchanged. Who sends a packet, and its DSCP, are of one
 * direction: these are looked for in what the initiator sends, and what comes back offloads nothing of what they may keep.
 */
import type { Family, PolicyRule, RuleList } from '../../../api/index.ts';
import { sorted_set } from 'nft_offload.base.value';
import { ranges_of } from 'nft_offload.state.policy.decide';
import { dscp_of, mac_of, mark_of } from 'nft_offload.state.policy.header';
import { prefix_text, prefixes_of } from 'nft_offload.state.policy.networks';
import { enabled_rules } from 'nft_offload.state.policy.rules';
import { ZONE_WORD } from 'nft_offload.state.policy.zones';

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

/** What rules may differ in to be one for nft: the first of these that they have. */
const LISTS: RuleList[] = ['clients', 'destinations', 'ports', 'macs', 'dscp'];

/** Rules that are one for nft: one of them, what its lists are for all, and their places in the file, from 1 on. */
interface Joined {
	rule: PolicyRule;
	lists: Record<RuleList, string[] | null>;
	places: number[];
}

/** What a packet's device and headers have to be, by its direction: the same for both where a rule does not ask. */
function packet_matches(joined: Joined, family_word: string): string[] {
	const rule = joined.rule;
	const macs = joined.lists.macs;
	const dscp = joined.lists.dscp;
	if (rule.src == null && rule.dest == null && macs == null && dscp == null) {
		return [''];
	}
	const zone = (word: string, name: string | undefined): string =>
		name == null ? '' : `${word} ${ZONE_WORD}${name} `;
	const senders = macs == null ? [] : sorted_set(map(macs, (mac) => mac_of(mac) ?? ''));
	const values = dscp == null ? [] : sorted_set(map(dscp, (each) => `${dscp_of(each)}`));
	const sender = macs == null ? '' : `ether saddr ${nft_set(senders)} `;
	const value = dscp == null ? '' : `${family_word} dscp ${nft_set(values)} `;
	return [
		`ct direction original ${zone('iifname', rule.src)}${zone('oifname', rule.dest)}${sender}${value}`,
		`ct direction reply ${zone('iifname', rule.dest)}${zone('oifname', rule.src)}`
	];
}

/**
 * What rules of nft begin with: direction, family, addresses. For each direction, family, and, with clients, either end there is one.
 * None can match where no family is left.
 */
function beginnings_of(joined: Joined): string[] {
	const rule = joined.rule;
	const lists = joined.lists;
	const clients = lists.clients == null ? null : nft_addresses(lists.clients);
	const destinations = lists.destinations == null ? null : nft_addresses(lists.destinations);
	const has_addresses = clients != null || destinations != null;
	if (!has_addresses && lists.dscp == null) {
		const family = rule.family == null ? '' : `meta nfproto ${rule.family} `;
		return map(packet_matches(joined, ''), (packet) => `${packet}${family}`);
	}
	const found: string[] = [];
	map(RULE_FAMILIES, (family) => {
		const of_clients = clients == null ? null : clients[family];
		const of_destinations = destinations == null ? null : destinations[family];
		if (of_clients === '' || of_destinations === '' || (rule.family != null && rule.family !== family)) {
			return;
		}
		const word = FAMILY_WORDS[family];
		const any = has_addresses ? '' : `meta nfproto ${family} `;
		const end = of_destinations == null ? '' : `ct original ${word} daddr ${of_destinations} `;
		map(packet_matches(joined, word), (packet) =>
			map(of_clients == null ? [''] : ['original', 'reply'], (way) => {
				const client = way === '' ? '' : `ct ${way} ${word} saddr ${of_clients} `;
				push(found, `${packet}${any}${client}${end}`);
			})
		);
	});
	return found;
}

/** What is the same in all rules that can be joined over a list, or over none. */
function common_key(rule: PolicyRule, list: RuleList | null): string {
	const others = map(LISTS, (each) => (each === list ? list : (rule[each] ?? null)));
	return sprintf('%J', [
		rule.family ?? '',
		rule.protocol ?? '',
		rule.src ?? '',
		rule.dest ?? '',
		rule.mark ?? '',
		rule.first_packets ?? 0,
		others
	]);
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
				ports: rule.ports ?? null,
				macs: rule.macs ?? null,
				dscp: rule.dscp ?? null
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

function nft_mark(text: string | undefined): string {
	const mark = text == null ? null : mark_of(text);
	return mark == null ? '' : sprintf('ct mark & 0x%x == 0x%x ', mark.mask, mark.value);
}

/** A comment of nft's holds 128 bytes. */
const PLACES_MOST = 16;

/** The rules of nft for what was joined. */
function nft_lines_of(joined: Joined): string[] {
	const rule = joined.rule;
	const ports = joined.lists.ports;
	// No other comes here; but nft 1.0.2 of OpenWrt 22.03 takes ports of named protocols alone.
	const protocols = rule.protocol ?? (ports == null ? null : '{ tcp, udp }');
	const protocol = protocols == null ? '' : `meta l4proto ${protocols} `;
	const to_ports = ports == null ? '' : `ct original proto-dst ${nft_ports(ports)} `;
	const marked = nft_mark(rule.mark);
	// From 1 on: where nobody counts nft reads 0 (nft_ct.c), and would keep each connection for good. nft 1.0.2 takes no range of one.
	const most = (rule.first_packets ?? 0) - 1;
	const packets = most < 1 ? '' : `ct original packets ${most === 1 ? '1' : `1-${most}`} `;
	const more = length(joined.places) - PLACES_MOST;
	const places = join(', ', slice(joined.places, 0, PLACES_MOST)) + (more > 0 ? ` and ${more} more` : '');
	return map(
		beginnings_of(joined),
		(beginning) => `${beginning}${protocol}${to_ports}${marked}${packets}return comment "rule ${places}"`
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
