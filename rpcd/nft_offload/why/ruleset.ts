// SPDX-License-Identifier: Apache-2.0
/** The kernel's chains, helpers and idle flowtables, from the text of `nft -s -t list ruleset`: neither counters nor what is in the sets. */
import { in_time, start } from 'nft_offload.base.command';
import { time_for } from 'nft_offload.base.deadline';
import { each_text } from 'nft_offload.base.lines';
import { number_or, word_behind, words_of } from 'nft_offload.base.value';
import { NFT } from 'nft_offload.state.flowtable';

/** Seconds. */
const LIST_LIMIT = 5;
/** Bytes: firewall4's own rules have 10 KiB. */
const RULES_LIMIT = 2097152;

interface NftChain {
	/** `inet fw4` */
	table: string;
	name: string;
	/** `filter`, `nat`, ..., and `prerouting`, `forward`, ...; null for a chain that others jump to. */
	type: string | null;
	hook: string | null;
	/** Chains of a hook run in this order. */
	priority: number;
	/** Each a line. */
	rules: string[];
}

/** An object that a rule gives to connections: `type "ftp" protocol tcp`. */
interface NftHelper {
	type: string;
	protocol: string;
}

/** By their table and name: `inet fw4/forward`. */
interface Ruleset {
	chains: Record<string, NftChain>;
	helpers: Record<string, NftHelper>;
	/** Flowtables without a device. */
	idle: string[];
}

/** nft's names of the usual priorities (nftables: src/rule.c, std_prios). */
const PRIORITIES: Record<string, number> = {
	raw: -300,
	mangle: -150,
	dstnat: -100,
	filter: 0,
	security: 50,
	srcnat: 100
};

/** Reads `filter`, `-100`, or `mangle + 10`. */
function read_priority(text: string): number {
	const words = words_of(text);
	const base = PRIORITIES[words[0] ?? ''] ?? number_or(words[0] ?? '', 0);
	const more = number_or(words[2] ?? '', 0);
	return words[1] === '-' ? base - more : words[1] === '+' ? base + more : base;
}

function bare(name: string): string {
	return replace(name, '"', '');
}

/** What the lines that were read lie in. */
interface Place {
	table: string;
	chain: NftChain | null;
	helper: NftHelper | null;
	/** The name of a flowtable, as long as no device of it was read. */
	flowtable: string | null;
}

function read_helper(helper: NftHelper, words: string[]): void {
	if (words[0] === 'type' && words[2] === 'protocol') {
		helper.type = bare(words[1] ?? '');
		helper.protocol = words[3] ?? '';
	}
}

/** `type filter hook forward priority filter; policy drop;`, or a rule. */
function read_in_chain(chain: NftChain, line: string): void {
	if (index(line, 'type ') === 0 && index(line, ' hook ') !== -1) {
		const words = words_of(line);
		chain.type = words[1] ?? null;
		chain.hook = word_behind(words, 'hook');
		chain.priority = read_priority(split(split(line, ' priority ')[1] ?? '', ';')[0] ?? '');
	} else if (length(line) > 0) {
		push(chain.rules, line);
	}
}

function read_ruleset_line(ruleset: Ruleset, place: Place, line: string): void {
	// Most lines are rules, which are kept as they are.
	const opens = substr(line, -1) === '{';
	const words = opens || place.helper != null ? words_of(line) : [];
	if (opens && words[0] === 'table') {
		place.table = `${words[1]} ${bare(words[2] ?? '')}`;
	} else if (opens && words[0] === 'chain') {
		const name = bare(words[1] ?? '');
		place.chain = { table: place.table, name: name, type: null, hook: null, priority: 0, rules: [] };
		ruleset.chains[`${place.table}/${name}`] = place.chain;
	} else if (opens && words[0] === 'ct' && words[1] === 'helper') {
		place.helper = { type: '', protocol: '' };
		ruleset.helpers[`${place.table}/${bare(words[2] ?? '')}`] = place.helper;
	} else if (opens && words[0] === 'flowtable') {
		place.flowtable = `${place.table}/${bare(words[1] ?? '')}`;
	} else if (line === '}') {
		if (place.flowtable != null) {
			push(ruleset.idle, place.flowtable);
		}
		place.chain = null;
		place.helper = null;
		place.flowtable = null;
	} else if (index(line, 'devices = ') === 0) {
		place.flowtable = null;
	} else if (place.helper != null) {
		read_helper(place.helper, words);
	} else if (place.chain != null) {
		read_in_chain(place.chain, line);
	}
}

/** Asks the kernel; null where nft does not answer, or lists more than anybody reads. */
function read_ruleset(): Ruleset | null {
	const seconds = time_for(LIST_LIMIT);
	const listing = seconds === 0 ? null : start(NFT, ['-s', '-t', 'list', 'ruleset'], seconds);
	if (listing == null) {
		return null;
	}
	const ruleset: Ruleset = { chains: {}, helpers: {}, idle: [] };
	const place: Place = { table: '', chain: null, helper: null, flowtable: null };
	const reading = each_text(listing, RULES_LIMIT, (text) => {
		map(split(text, '\n'), (line) => {
			read_ruleset_line(ruleset, place, trim(line));
		});
	});
	const status = listing.close();
	return in_time(status) && status === 0 && reading.ended ? ruleset : null;
}

export { bare, read_ruleset };
export type { NftChain, Ruleset };
