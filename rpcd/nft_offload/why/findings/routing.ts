// SPDX-License-Identifier: Apache-2.0
/** Rules that route by a mark. The flowtable keeps the route that a connection had when it was offloaded. */
import type { FindingOf } from '../../../api/index.ts';
import { in_time, start } from 'nft_offload.base.command';
import { IP } from 'nft_offload.base.ip';
import { time_for } from 'nft_offload.base.deadline';
import { read_file } from 'nft_offload.base.files';
import { each_text } from 'nft_offload.base.lines';
import { word_behind, words_of } from 'nft_offload.base.value';
import { parse_routing_rules } from 'nft_offload.why.ip';
import { first_running } from 'nft_offload.why.processes';
import { ask_program } from 'nft_offload.why.situation';
import type { Situation } from 'nft_offload.why.situation';

/** How many marks are named. */
const MARKS = 16;

interface MarkRule {
	mark: string;
	table: string;
}

/** A rule with `not` is for packets without the mark, and they keep to it. */
function rules_by_mark(text: string): MarkRule[] {
	const found: MarkRule[] = [];
	map(parse_routing_rules(text), (rule) => {
		if (rule.mark != null && index(rule.words, 'not') === -1) {
			push(found, { mark: rule.mark, table: word_behind(rule.words, 'lookup') ?? '' });
		}
	});
	return found;
}

/** pbr names its tables; mwan3 has scripts that watch its interfaces. */
function routing_program(situation: Situation, rules: MarkRule[]): string | null {
	const of_pbr = filter(rules, (rule) => index(rule.table, 'pbr_') === 0);
	return length(of_pbr) > 0
		? 'pbr'
		: first_running(situation.running(), ['mwan3rtmon', 'mwan3track']) != null
			? 'mwan3'
			: null;
}

/** Bytes of the routing tables that are looked through. */
const TABLES_LIMIT = 262144;

/**
 * Whether there is a table of routes besides those every router has, since a rule for an empty one changes nothing: for IPv4 the
 * kernel names them (fib_trie.c, fib_table_print), for IPv6 it shows the routes of all tables in one, of which a second uplink tells.
 */
function other_tables(): { ipv4: boolean; ipv6: boolean } {
	const named = index(read_file('/proc/net/fib_trie', TABLES_LIMIT) ?? '', 'Id ') !== -1;
	const uplinks: Record<string, true> = {};
	map(split(read_file('/proc/net/ipv6_route', TABLES_LIMIT) ?? '', '\n'), (line) => {
		const words = words_of(line);
		if (length(words) === 10 && words[1] === '00' && words[9] !== 'lo') {
			uplinks[words[9] ?? ''] = true;
		}
	});
	return { ipv4: named, ipv6: named || length(keys(uplinks)) > 1 };
}

/** Every router has them, and an unmarked packet comes to them, too. */
const USUAL = ['local', 'main', 'default', 'unspec'];
/** Seconds for a listing of all routes. */
const ROUTES_SECONDS = 3;

/**
 * The tables that lead anywhere: those with a route to another link than the loopback device, as that of a transparent proxy is. All
 * are listed, since busybox shows no single table of IPv6 but the main one: `default via 10.0.0.2 dev wan table 100`. What begins with
 * a word (`local`, `unreachable`, ...) or a blank (`nexthop`, below its route) is no such route.
 */
function leading_tables(situation: Situation, family: string): Record<string, true> {
	const found: Record<string, true> = {};
	const seconds = time_for(ROUTES_SECONDS);
	const listing = seconds === 0 ? null : start(IP, [family, 'route', 'show', 'table', 'all'], seconds);
	if (listing == null) {
		return found;
	}
	each_text(listing, TABLES_LIMIT, (text) => {
		map(split(text, '\n'), (line) => {
			const words = words_of(line);
			const first = words[0] ?? '';
			const table = word_behind(words, 'table');
			const goes = first === 'default' || iptoarr(split(first, '/')[0] ?? '') != null;
			if (goes && table != null && word_behind(words, 'dev') !== 'lo') {
				found[table] = true;
			}
		});
	});
	if (!in_time(listing.close())) {
		push(situation.unanswered, 'ip');
	}
	return found;
}

/** The rules of a family that lead marked packets elsewhere. */
function mark_rules(situation: Situation, family: string, words: string[]): MarkRule[] {
	const rules = filter(
		rules_by_mark(ask_program(situation, 'ip', IP, words)),
		(rule) => index(USUAL, rule.table) === -1
	);
	const tables = length(rules) === 0 ? {} : leading_tables(situation, family);
	return filter(rules, (rule) => exists(tables, rule.table));
}

function find_policy_routing(situation: Situation): FindingOf<'policy_routing'>[] {
	const tables = other_tables();
	const rules = tables.ipv4 ? mark_rules(situation, '-4', ['rule']) : [];
	map(tables.ipv6 ? mark_rules(situation, '-6', ['-6', 'rule']) : [], (rule) => push(rules, rule));
	const marks: string[] = [];
	map(rules, (rule) => {
		if (index(marks, rule.mark) === -1) {
			push(marks, rule.mark);
		}
	});
	return length(rules) === 0
		? []
		: [
				{
					code: 'policy_routing',
					severity: 'warning',
					rules: length(rules),
					marks: slice(marks, 0, MARKS),
					program: routing_program(situation, rules)
				}
			];
}

export { find_policy_routing };
