// SPDX-License-Identifier: Apache-2.0
/**
 * The rules that packets of forwarded connections come by once these are established, which is what an offloaded connection
 * misses: from the chains of the hooks prerouting, forward and postrouting on, up to the rule that accepts what is established.
 * What stands below that, as nearly all of firewall4's own rules do, only ever sees the first packets.
 */
import { in_time, start } from 'nft_offload.base.command';
import { time_for } from 'nft_offload.base.deadline';
import { each_text } from 'nft_offload.base.lines';
import { NFT } from 'nft_offload.state.flowtable';

/** Bytes of a listing that are read. The elements of sets are not in it. */
const LISTING_LIMIT = 4194304;
const LISTING_SECONDS = 5;
/** Chains that are jumped to from chains: nft allows 16 (NFT_JUMP_STACK_SIZE). */
const JUMP_DEPTH = 16;

interface Rule {
	/** Family, table and chain: `inet fw4 forward`. */
	chain: string;
	/** In nft's words, what stands between quotes left out. */
	text: string;
	comment: string;
}

interface Ruleset {
	/** False where nft did not answer in time. */
	whole: boolean;
	rules: Rule[];
	/** Flowtables without a device, `bridge fw4/fb`. */
	idle: string[];
}

interface NftChain {
	/** Whether it begins on the way of forwarded packets. */
	begins: boolean;
	rules: Rule[];
}

/** A listing while it is read. */
interface Parsing {
	table: string;
	/** The word that begins the block: `chain`, `flowtable`, `set`, ...; empty outside of all. */
	block: string;
	name: string;
	chains: Record<string, NftChain>;
	idle: string[];
	has_devices: boolean;
}

const ROUTED: Record<string, true> = { ip: true, ip6: true, inet: true };
const HOOKS = [' hook prerouting ', ' hook forward ', ' hook postrouting '];

/** A chain of the type nat sees the first packet of a connection alone. */
function begins_here(table: string, line: string): boolean {
	const family = split(table, ' ')[0] ?? '';
	return (
		exists(ROUTED, family) &&
		index(line, 'type nat ') === -1 &&
		length(filter(HOOKS, (hook) => index(line, hook) !== -1)) > 0
	);
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

function open_block(parsing: Parsing, words: string[]): void {
	parsing.block = words[0] ?? '';
	parsing.name = replace(words[1] ?? '', '"', '');
	parsing.has_devices = false;
	if (parsing.block === 'table') {
		parsing.table = `${words[1]} ${replace(words[2] ?? '', '"', '')}`;
		parsing.block = '';
	} else if (parsing.block === 'chain') {
		parsing.chains[`${parsing.table} ${parsing.name}`] = { begins: false, rules: [] };
	}
}

function close_block(parsing: Parsing): void {
	if (parsing.block === 'flowtable' && !parsing.has_devices) {
		push(parsing.idle, `${parsing.table}/${parsing.name}`);
	}
	parsing.block = '';
}

function read_rule_line(parsing: Parsing, line: string): void {
	const name = `${parsing.table} ${parsing.name}`;
	const chain = parsing.chains[name];
	if (parsing.block === 'flowtable') {
		parsing.has_devices = parsing.has_devices || index(line, 'devices = ') === 0;
	} else if (chain != null && parsing.block === 'chain') {
		if (index(line, 'type ') === 0 && index(line, ' hook ') !== -1) {
			chain.begins = begins_here(parsing.table, line);
		} else if (length(line) > 0) {
			push(chain.rules, rule_of(name, line));
		}
	}
}

function read_text(parsing: Parsing, text: string): void {
	const lines = split(text, '\n');
	for (let i = 0; i < length(lines); i++) {
		const line = trim(lines[i] ?? '');
		if (line === '}') {
			close_block(parsing);
		} else if (parsing.block === '' && substr(line, -1) === '{') {
			open_block(parsing, split(line, ' '));
		} else {
			read_rule_line(parsing, line);
		}
	}
}

/** Whether nothing of an established connection comes by what stands below: `ct state vmap { established : accept, ... }`, or the same with `accept`. */
function accepts_established(text: string): boolean {
	return (
		index(text, 'ct state ') === 0 &&
		(index(text, 'established : accept') !== -1 ||
			(index(text, 'established') !== -1 && index(text, ' accept') !== -1))
	);
}

/** Whether no established connection matches. */
function is_of_others(text: string): boolean {
	return (
		index(text, 'ct state new') !== -1 ||
		index(text, 'ct state invalid') !== -1 ||
		index(text, 'ct state untracked') !== -1
	);
}

/** The chains that a rule jumps to, in a verdict map or by itself. */
function targets_of(rule: Rule): string[] {
	const found: string[] = [];
	const table = substr(rule.chain, 0, rindex(rule.chain, ' '));
	map(['jump ', 'goto '], (word) =>
		map(slice(split(rule.text, word), 1), (rest) => {
			push(found, `${table} ${replace(split(rest, ' ')[0] ?? '', ',', '')}`);
		})
	);
	return found;
}

/** Adds the rules of a chain and of those it jumps to, each chain once. */
function follow(
	parsing: Parsing,
	name: string,
	seen: Record<string, true>,
	found: Rule[],
	jumps: number
): void {
	const chain = parsing.chains[name];
	if (chain == null || exists(seen, name) || jumps === 0) {
		return;
	}
	seen[name] = true;
	for (let i = 0; i < length(chain.rules); i++) {
		const rule = chain.rules[i];
		if (rule == null || accepts_established(rule.text)) {
			return;
		}
		if (!is_of_others(rule.text)) {
			push(found, rule);
			map(targets_of(rule), (target) => {
				follow(parsing, target, seen, found, jumps - 1);
			});
		}
	}
}

/** Asks nft, for the structure alone: neither counters nor the elements of sets. */
function rules_in_the_way(): Ruleset {
	const parsing: Parsing = { table: '', block: '', name: '', chains: {}, idle: [], has_devices: false };
	const seconds = time_for(LISTING_SECONDS);
	const listing = seconds > 0 ? start(NFT, ['-s', '-t', 'list', 'ruleset'], seconds) : null;
	if (listing == null) {
		return { whole: false, rules: [], idle: [] };
	}
	each_text(listing, LISTING_LIMIT, (text) => {
		read_text(parsing, text);
	});
	const whole = in_time(listing.close());
	const rules: Rule[] = [];
	const seen: Record<string, true> = {};
	map(keys(parsing.chains), (name) => {
		if (parsing.chains[name]?.begins === true) {
			follow(parsing, name, seen, rules, JUMP_DEPTH);
		}
	});
	return { whole: whole, rules: rules, idle: parsing.idle };
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
export type { Rule, Ruleset };
