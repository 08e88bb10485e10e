// SPDX-License-Identifier: Apache-2.0
/**
 * A policy in nft's language, made of numbers and of our own words alone: no name and no text of anybody's gets there.
 *
 * A packet of either direction has its connection offloaded, so each condition holds in both: `ct original …` and not `ip saddr`.
 */
import type { Effective, Family, PolicyRule } from '../../../api/index.ts';
import { ranges_of } from 'nft_offload.state.policy.decide';
import { prefix_text, prefixes_of } from 'nft_offload.state.policy.networks';
import { COMMENT, POLICY_CHAIN, POLICY_RULE } from 'nft_offload.state.policy.forward';

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

/** The conditions on addresses: of each family, and for clients of either end, one rule of nft. None can match where no family is left. */
function address_matches(rule: PolicyRule): string[] {
	const clients = rule.clients == null ? null : nft_addresses(rule.clients);
	const destinations = rule.destinations == null ? null : nft_addresses(rule.destinations);
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

/** The rules of nft for one rule, which is the so-manieth of the file. */
function nft_lines_of(rule: PolicyRule, number: number): string[] {
	const protocol = rule.protocol == null ? '' : `meta l4proto ${rule.protocol} `;
	const ports = rule.ports == null ? '' : `ct original proto-dst ${nft_ports(rule.ports)} `;
	const packets = rule.first_packets == null ? '' : `ct original packets < ${rule.first_packets} `;
	return map(
		address_matches(rule),
		(addresses) => `${addresses}${protocol}${ports}${packets}return comment "rule ${number}"`
	);
}

/** What our chain says, a rule of nft a line: whatever no rule keeps is offloaded. None where no rule is enabled. */
function chain_lines(rules: PolicyRule[]): string[] {
	const lines: string[] = [];
	let enabled = 0;
	for (let i = 0; i < length(rules); i++) {
		const rule = rules[i];
		if (rule != null && rule.enabled !== false) {
			enabled += 1;
			map(nft_lines_of(rule, i + 1), (line) => push(lines, line));
		}
	}
	if (enabled > 0) {
		push(lines, 'flow add @ft');
	}
	return lines;
}

/** The flowtable as it is, set up once more: what was offloaded before is decided anew. */
function flowtable_lines(effective: Effective): string[] {
	const devices = map(effective.devices, (device) => `"${device}"`);
	const counter = effective.counter ? ' counter;' : '';
	const flags = effective.mode === 'hardware' ? ' flags offload;' : '';
	return [
		'delete flowtable inet fw4 ft',
		`add flowtable inet fw4 ft { hook ingress priority 0; devices = ${nft_set(devices)};${counter}${flags} }`
	];
}

/**
 * The transaction that puts our chain in the place of the rule that has this handle, which is firewall4's, or ours of before; with the flowtable, or, where a
 * driver binds no second one beside the first, without: then what is offloaded already stays so.
 */
function transaction_text(
	rules: PolicyRule[],
	stamp: string,
	place: number,
	effective: Effective,
	with_flowtable: boolean
): string {
	const chain = `inet fw4 ${POLICY_CHAIN}`;
	const lines = [
		`add chain ${chain}`,
		`flush chain ${chain}`,
		`delete rule inet fw4 forward handle ${place}`
	];
	map(with_flowtable ? flowtable_lines(effective) : [], (line) => push(lines, line));
	map(chain_lines(rules), (line) => push(lines, `add rule ${chain} ${line}`));
	push(lines, `insert rule inet fw4 forward ${POLICY_RULE} comment "${COMMENT}${stamp}"`);
	return `${join('\n', lines)}\n`;
}

export { chain_lines, transaction_text };
