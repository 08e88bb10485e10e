// SPDX-License-Identifier: Apache-2.0
/**
 * Whether a rule can match what a flowtable takes: packets of established connections of TCP and UDP that the router forwards, without
 * the flags that open or end one (nf_flow_table_ip.c, nf_flow_state_check). What is not understood here may match.
 */
import { is_not_unicast } from 'nft_offload.why.flow.ends';

/** What a word of a condition says in the place of a value: that it is another one, a part of it, or nothing that is listed. */
const NO_VALUES = ['', '!=', '!', '&', '.', 'vmap', 'map', 'set'];

/** The values that a condition asks for, of which any will do; null where the rule has none such, or they are not understood. */
function values_behind(text: string, words: string): string[] | null {
	const rest = split(` ${text} `, ` ${words} `)[1] ?? '';
	const set = match(rest, /^[{]([^}]*)[}]/);
	// In a set of values joined by dots, those of the words right before it stand last.
	const found =
		set == null
			? [split(rest, ' ')[0] ?? '']
			: map(split(set[1] ?? '', ','), (item) => trim(pop(split(item, ' . ')) ?? ''));
	const strange = filter(found, (item) => index(NO_VALUES, item) !== -1 || index(item, '@') === 0);
	return length(strange) > 0 ? null : found;
}

/** Whether one of these conditions asks for values of which none fits. */
function asks_for_others(text: string, conditions: string[], fits: (value: string) => boolean): boolean {
	const failing = filter(conditions, (words) => {
		const found = values_behind(text, words);
		return found != null && length(filter(found, fits)) === 0;
	});
	return length(failing) > 0;
}

/** `new`, `new,untracked`, or `!= established`. */
function is_of_state(text: string): boolean {
	return (
		asks_for_others(text, ['ct state'], (value) => index(value, 'established') !== -1) ||
		match(text, /ct state != ([{] )?established/) != null
	);
}

/** `& (fin | syn | rst) == syn` or `syn / fin,syn,rst` ask for all that they name, `syn,rst` for any of it. */
function asks_for_flags(text: string): boolean {
	const told = match(text, /tcp flags (& [^=!]*== [(]?)?([a-z,]+)( [/|])?/);
	const flags = told == null ? [] : split(told[2] ?? '', ',');
	const passing = filter(flags, (flag) => index(['fin', 'syn', 'rst'], flag) === -1);
	const all = told != null && (length(told[1] ?? '') > 0 || length(told[3] ?? '') > 0);
	return all ? length(passing) < length(flags) : length(flags) > 0 && length(passing) === 0;
}

function is_link_local(address: string): boolean {
	const bytes = iptoarr(address) ?? [];
	return length(bytes) === 16 && bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;
}

/** Whether nothing is forwarded to it: an address, or the first of a network or a range. */
function is_kept(value: string, is_own: (address: string) => boolean): boolean {
	const first = split(split(value, '/')[0] ?? '', '-')[0] ?? '';
	return is_not_unicast(first, null) || is_link_local(first) || is_own(value);
}

/**
 * Whether no packet that the flowtable takes matches. `translated`: whether packets carry the addresses by now that they are handed on
 * with; before that, what the router masquerades comes back to its own address.
 */
function is_of_others(text: string, translated: boolean, is_own: (address: string) => boolean): boolean {
	const matching = split(text, ' reject')[0] ?? '';
	return (
		is_of_state(text) ||
		asks_for_flags(text) ||
		match(matching, /(^| )(icmp|icmpv6|igmp) (type|code) /) != null ||
		asks_for_others(
			text,
			['meta l4proto', 'ip protocol', 'ip6 nexthdr'],
			(value) => index(['tcp', 'udp', '6', '17'], value) !== -1
		) ||
		asks_for_others(
			text,
			['fib daddr type', 'fib daddr . iif type'],
			(value) =>
				index(['broadcast', 'multicast', 'anycast'], value) === -1 && (value !== 'local' || !translated)
		) ||
		asks_for_others(text, ['meta pkttype'], (value) => index(['broadcast', 'multicast'], value) === -1) ||
		asks_for_others(
			text,
			['ip daddr', 'ip6 daddr'],
			(value) => !is_kept(value, (address) => translated && is_own(address))
		) ||
		// DHCP stays in its network.
		asks_for_others(text, ['udp dport'], (value) => index(['67', '68', '546', '547'], value) === -1)
	);
}

export { is_of_others };
