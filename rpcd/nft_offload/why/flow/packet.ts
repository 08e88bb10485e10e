// SPDX-License-Identifier: Apache-2.0
/**
 * Whether a rule of nft's matches a packet, as far as its words tell. Of what is not understood here (marks, named sets, MAC
 * addresses, ...) nobody claims that it matches.
 */
import type { Family } from '../../../api/index.ts';
import { is_integer, words_of } from 'nft_offload.base.value';
import { is_named_by } from 'nft_offload.state.zones';
import { is_within } from 'nft_offload.why.flow.network';
import { bare } from 'nft_offload.why.ruleset';

/** A packet of what a connection's initiator sends, as a chain sees it. A device that is not known is null. */
interface Packet {
	state: 'new' | 'established';
	family: Family;
	protocol: string;
	source: string;
	destination: string;
	source_port: number | null;
	destination_port: number | null;
	comes_by: string | null;
	goes_by: string | null;
}

type Answer = 'yes' | 'no' | 'unknown';

/** What a rule does with the packet that it matches. Others than these change nothing here. */
type Action =
	| { does: 'jump' | 'goto'; chain: string }
	| { does: 'helper'; name: string }
	| { does: 'accept' | 'return' }
	/** A map of verdicts that is not understood: it may do any of this. */
	| { does: 'anything' }
	| { does: 'nothing' };

interface Judged {
	matches: Answer;
	action: Action;
}

/** Blank-separated words, with `{ a, b }` as one, and without a comment or a log's prefix, which may hold anything. */
function rule_words(rule: string): string[] {
	const text = replace(split(rule, ' comment "')[0] ?? '', /log prefix "[^"]*"/, 'log');
	const found: string[] = [];
	let set: string[] | null = null;
	map(words_of(text), (word) => {
		if (set != null) {
			push(set, word);
		} else if (word === '{') {
			set = [word];
		} else {
			push(found, word);
		}
		if (set != null && word === '}') {
			push(found, join(' ', set));
			set = null;
		}
	});
	return found;
}

function items_of(value: string): string[] {
	return index(value, '{') === 0
		? map(split(replace(replace(value, '{', ''), '}', ''), ','), (item) => trim(item))
		: [value];
}

function negated(answer: Answer): Answer {
	return answer === 'yes' ? 'no' : answer === 'no' ? 'yes' : 'unknown';
}

/** One no is enough. */
function both(a: Answer, b: Answer): Answer {
	return a === 'no' || b === 'no' ? 'no' : a === 'unknown' || b === 'unknown' ? 'unknown' : 'yes';
}

/** Yes with one of the items; unknown where one of the others is. */
function any_of(value: string, test: (item: string) => Answer): Answer {
	const answers = map(items_of(value), test);
	return index(answers, 'yes') !== -1 ? 'yes' : index(answers, 'unknown') !== -1 ? 'unknown' : 'no';
}

/** `"wg*"` has all that begin so. */
function is_named(device: string | null, item: string): Answer {
	return device == null || index(item, '@') === 0
		? 'unknown'
		: is_named_by(bare(item), device)
			? 'yes'
			: 'no';
}

function is_address(address: string, item: string): Answer {
	const within = is_within(address, item);
	return within == null ? 'unknown' : within ? 'yes' : 'no';
}

/** A number, or `5060-5070`. */
function is_port(port: number | null, item: string): Answer {
	const ends = split(item, '-');
	const first = int(ends[0] ?? '');
	const last = int(ends[1] ?? ends[0] ?? '');
	return port == null || !is_integer(first) || !is_integer(last)
		? 'unknown'
		: port >= first && port <= last
			? 'yes'
			: 'no';
}

/** nft prints names; a number is one of `6` and `17` at least. */
function is_protocol(protocol: string, item: string): Answer {
	const name = item === '6' ? 'tcp' : item === '17' ? 'udp' : item;
	return index(name, '@') === 0 ? 'unknown' : name === protocol ? 'yes' : 'no';
}

/** Whether something is as its words say: `iifname`, `ip saddr`, `tcp dport`, ... Null where these words are not known here. */
function subject_test(packet: Packet, first: string, second: string): ((item: string) => Answer) | null {
	const named = `${first} ${second}`;
	if (named === 'meta l4proto' || named === 'ip protocol' || named === 'ip6 nexthdr') {
		return (item) => is_protocol(packet.protocol, item);
	}
	if (named === 'meta nfproto') {
		return (item) => (item === packet.family ? 'yes' : 'no');
	}
	if (first === 'ip' || first === 'ip6') {
		const fits = (first === 'ip') === (packet.family === 'ipv4');
		const address = second === 'saddr' ? packet.source : second === 'daddr' ? packet.destination : null;
		return address == null ? null : (item) => (fits ? is_address(address, item) : 'no');
	}
	if ((first === 'tcp' || first === 'udp' || first === 'th') && (second === 'sport' || second === 'dport')) {
		const fits = first === 'th' || first === packet.protocol;
		const port = second === 'sport' ? packet.source_port : packet.destination_port;
		return (item) => (fits ? is_port(port, item) : 'no');
	}
	return named === 'ct state' ? (item) => (index(item, packet.state) !== -1 ? 'yes' : 'no') : null;
}

/** The device of `iifname` or `oifname`; null for other words. */
function device_test(packet: Packet, word: string): ((item: string) => Answer) | null {
	return word === 'iifname' || word === 'iif'
		? (item) => is_named(packet.comes_by, item)
		: word === 'oifname' || word === 'oif'
			? (item) => is_named(packet.goes_by, item)
			: null;
}

/** Another family or protocol than the packet's matches nothing, not even what is said not to be. */
function is_of_another(packet: Packet, first: string): boolean {
	return (
		(first === 'ip' && packet.family !== 'ipv4') ||
		(first === 'ip6' && packet.family !== 'ipv6') ||
		((first === 'tcp' || first === 'udp') && first !== packet.protocol)
	);
}

function action_at(words: string[], i: number): Action | null {
	const word = words[i];
	if (word === 'jump' || word === 'goto') {
		return { does: word, chain: bare(words[i + 1] ?? '') };
	}
	if (word === 'accept' || word === 'return') {
		return { does: word };
	}
	// No drop and no reject has met a connection that is there.
	return word === 'drop' || word === 'reject' ? { does: 'nothing' } : null;
}

/** The answer to one of a rule's conditions. */
function answer_to(
	packet: Packet,
	first: string,
	test: (item: string) => Answer,
	inverted: boolean,
	value: string
): Answer {
	if (is_of_another(packet, first)) {
		return 'no';
	}
	const answer = any_of(value, test);
	return inverted ? negated(answer) : answer;
}

/** By a map of verdicts, `{ 21 : jump ftp, 69 : accept }`: what the packet's key has, or nothing. */
function judge_map(verdicts: string, test: (item: string) => Answer): Judged {
	const pairs = map(items_of(verdicts), (item) => split(item, ' : '));
	const answers = map(pairs, (pair) => (length(pair) === 2 ? test(pair[0] ?? '') : 'unknown'));
	const at = index(answers, 'yes');
	return index(answers, 'unknown') !== -1
		? { matches: 'unknown', action: { does: 'anything' } }
		: at === -1
			? { matches: 'no', action: { does: 'nothing' } }
			: { matches: 'yes', action: action_at(words_of(pairs[at]?.[1] ?? ''), 0) ?? { does: 'nothing' } };
}

/** What a rule says of a packet, and does with it. */
function judge_rule(packet: Packet, rule: string): Judged {
	const words = rule_words(rule);
	let matches: Answer = 'yes';
	let action: Action = { does: 'nothing' };
	let i = 0;
	while (i < length(words)) {
		const word = words[i] ?? '';
		const next = words[i + 1] ?? '';
		const by_device = device_test(packet, word);
		const test = by_device ?? subject_test(packet, word, next);
		const done = action_at(words, i);
		if (word === 'ct' && next === 'helper' && words[i + 2] === 'set') {
			action = { does: 'helper', name: bare(words[i + 3] ?? '') };
			i += 4;
		} else if (done != null) {
			action = done;
			i += done.does === 'jump' || done.does === 'goto' ? 2 : 1;
		} else if (test != null) {
			const at = i + (by_device == null ? 2 : 1);
			const inverted = words[at] === '!=';
			const value = words[inverted ? at + 1 : at] ?? '';
			const joined = words[i - 1] === '.' || value === '.';
			i = (inverted ? at + 1 : at) + 1;
			if (value === 'vmap' && !is_of_another(packet, word)) {
				const judged = judge_map(words[i] ?? '', joined ? () => 'unknown' : test);
				return { matches: both(matches, judged.matches), action: judged.action };
			}
			matches = both(matches, joined ? 'unknown' : answer_to(packet, word, test, inverted, value));
		} else {
			matches = word === 'counter' || word === 'log' ? matches : both(matches, 'unknown');
			i += 1;
		}
	}
	return { matches: matches, action: action };
}

export { both, judge_rule };
export type { Answer, Packet };
