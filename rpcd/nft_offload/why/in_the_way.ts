// SPDX-License-Identifier: Apache-2.0
/**
 * The rules that packets of forwarded connections come by once these are established, which is what an offloaded connection
 * misses: from the chains of the hooks prerouting, forward and postrouting on, up to the rule that accepts what is established.
 * What stands below that, as nearly all of firewall4's own rules do, only ever sees the first packets.
 */
import { own_addresses } from 'nft_offload.base.address';
import { is_of_others } from 'nft_offload.why.offloadable';
import { once } from 'nft_offload.why.once';
import type { NftChain, Ruleset } from 'nft_offload.why.ruleset';

/** Chains that are jumped to from chains: nft allows 16 (NFT_JUMP_STACK_SIZE). */
const JUMP_DEPTH = 16;
/** Up to here a packet carries the address that it came with: the router's own, where it is masqueraded (NF_IP_PRI_NAT_DST). */
const DSTNAT = -100;

interface Rule {
	/** Family, table and chain: `inet fw4 forward`. */
	chain: string;
	/** In nft's words, what stands between quotes left out. */
	text: string;
	comment: string;
}

const ROUTED: Record<string, true> = { ip: true, ip6: true, inet: true };
const HOOKS: Record<string, true> = { prerouting: true, forward: true, postrouting: true };

/** Whether it begins on the way of forwarded packets. A chain of the type nat sees the first packet of a connection alone. */
function begins_here(chain: NftChain): boolean {
	const family = split(chain.table, ' ')[0] ?? '';
	return exists(ROUTED, family) && chain.type !== 'nat' && chain.hook != null && exists(HOOKS, chain.hook);
}

function rule_of(chain: string, line: string): Rule {
	const parts = split(line, '"');
	const bare: string[] = [];
	for (let i = 0; i < length(parts); i += 2) {
		push(bare, parts[i] ?? '');
	}
	const told = split(line, 'comment "')[1] ?? '';
	return { chain: chain, text: join('""', bare), comment: split(told, '"')[0] ?? '' };
}

/** Whether nothing of an established connection comes by what stands below: `ct state vmap { established : accept, ... }`, or the same with `accept`. */
function accepts_established(text: string): boolean {
	return (
		index(text, 'ct state ') === 0 &&
		(index(text, 'established : accept') !== -1 ||
			(index(text, 'established') !== -1 && index(text, ' accept') !== -1))
	);
}

/** The chains of a table that a rule jumps to, in a verdict map or by itself. */
function targets_of(table: string, rule: Rule): string[] {
	const found: string[] = [];
	map(['jump ', 'goto '], (word) =>
		map(slice(split(rule.text, word), 1), (rest) => {
			push(found, `${table}/${replace(split(rest, ' ')[0] ?? '', ',', '')}`);
		})
	);
	return found;
}

/** A way through the chains, from one of a hook on. */
interface Way {
	ruleset: Ruleset;
	seen: Record<string, true>;
	/** Whether packets carry the addresses by now that they are handed on with. */
	translated: boolean;
	is_own: (address: string) => boolean;
	found: Rule[];
}

/** Adds the rules of a chain and of those it jumps to, each chain once. */
function follow(way: Way, name: string, jumps: number): void {
	const chain = way.ruleset.chains[name];
	if (chain == null || exists(way.seen, name) || jumps === 0) {
		return;
	}
	way.seen[name] = true;
	for (let i = 0; i < length(chain.rules); i++) {
		const rule = rule_of(`${chain.table} ${chain.name}`, chain.rules[i] ?? '');
		if (accepts_established(rule.text)) {
			return;
		}
		if (!is_of_others(rule.text, way.translated, way.is_own)) {
			push(way.found, rule);
			map(targets_of(chain.table, rule), (target) => {
				follow(way, target, jumps - 1);
			});
		}
	}
}

function rules_in_the_way(ruleset: Ruleset): Rule[] {
	const rules: Rule[] = [];
	const own = once(own_addresses);
	const is_own = (address: string): boolean => exists(own(), address);
	map(keys(ruleset.chains), (name) => {
		const chain = ruleset.chains[name];
		if (chain != null && begins_here(chain)) {
			const translated = chain.hook !== 'prerouting' || chain.priority > DSTNAT;
			follow(
				{ ruleset: ruleset, seen: {}, translated: translated, is_own: is_own, found: rules },
				name,
				JUMP_DEPTH
			);
		}
	});
	return rules;
}

/** Whether a statement is in a rule: as a word of its own. */
function has_word(rule: Rule, word: string): boolean {
	return index(split(rule.text, ' '), word) !== -1;
}

/** How many chains a finding names. */
const NAMED = 16;

/** The chains of those rules, none twice. */
function chains_with(rules: Rule[]): string[] {
	const found: string[] = [];
	map(rules, (rule) => {
		if (index(found, rule.chain) === -1) {
			push(found, rule.chain);
		}
	});
	return slice(found, 0, NAMED);
}

export { chains_with, has_word, rules_in_the_way };
export type { Rule };
