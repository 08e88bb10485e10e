// SPDX-License-Identifier: Apache-2.0
/** Rules that count, limit, change or log forwarded packets, and miss those of offloaded connections. */
import type { FindingOf } from '../../../api/index.ts';
import { chains_with, has_word } from 'nft_offload.why.in_the_way';
import type { Rule } from 'nft_offload.why.in_the_way';
import type { Situation } from 'nft_offload.why.situation';

/** What a rule is for, where it does more than to count. firewall4 counts the packets of its own rules beside that. */
const PURPOSES = ['accept', 'return', 'jump', 'goto', 'vmap', 'queue', 'set', 'log', 'notrack', 'xt'];

/** Packets that it drops are of no offloaded connection. */
function drops(rule: Rule): boolean {
	return has_word(rule, 'drop') || has_word(rule, 'reject');
}

/** `counter name ""`, a counter for each element of a set, or a rule that does nothing but count. */
function counts(rule: Rule): boolean {
	const text = rule.text;
	return (
		has_word(rule, 'counter') &&
		index(rule.comment, '!fw4') !== 0 &&
		!drops(rule) &&
		(index(text, 'counter name') !== -1 || length(filter(PURPOSES, (word) => has_word(rule, word))) === 0)
	);
}

function logs(rule: Rule): boolean {
	return has_word(rule, 'log') && !drops(rule);
}

type Kind = FindingOf<'counted'>['kind'];

/** What a rule does that it has to do to each packet: `limit rate over 100 kbytes/second drop`, `ip ttl set 65`, ... */
function kind_of(rule: Rule): Kind | null {
	return has_word(rule, 'quota')
		? 'quota'
		: has_word(rule, 'limit') && has_word(rule, 'over') && drops(rule)
			? 'limit'
			: match(rule.text, /(ttl|hoplimit|dscp) set /) != null
				? 'header'
				: counts(rule)
					? 'counter'
					: null;
}

const COUNTED_KINDS: Kind[] = ['quota', 'limit', 'header', 'counter'];

function find_counted(situation: Situation): FindingOf<'counted'>[] {
	const found: FindingOf<'counted'>[] = [];
	map(COUNTED_KINDS, (kind) => {
		const rules = filter(situation.rules(), (rule) => kind_of(rule) === kind);
		if (length(rules) > 0) {
			push(found, {
				code: 'counted',
				severity: kind === 'counter' ? 'notice' : 'warning',
				kind: kind,
				chains: chains_with(rules)
			});
		}
	});
	return found;
}

function find_logged(situation: Situation): FindingOf<'logged'>[] {
	const rules = filter(situation.rules(), logs);
	return length(rules) > 0 ? [{ code: 'logged', severity: 'notice', chains: chains_with(rules) }] : [];
}

export { find_counted, find_logged };
