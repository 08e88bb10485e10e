// SPDX-License-Identifier: Apache-2.0
/** Rules that count or log forwarded packets, and miss those of offloaded connections. */
import type { FindingOf } from '../../../api/index.ts';
import { chains_with, has_word } from 'nft_offload.why.in_the_way';
import type { Rule } from 'nft_offload.why.in_the_way';
import type { Situation } from 'nft_offload.why.situation';

/** What a rule is for, where it does more than to count. firewall4 counts the packets of its own rules beside that. */
const PURPOSES = [
	'accept',
	'drop',
	'reject',
	'return',
	'jump',
	'goto',
	'vmap',
	'queue',
	'set',
	'log',
	'notrack',
	'xt'
];

/** `counter name ""`, a counter for each element of a set, or a rule that does nothing but count. */
function counts(rule: Rule): boolean {
	const text = rule.text;
	return (
		has_word(rule, 'counter') &&
		index(rule.comment, '!fw4') !== 0 &&
		(index(text, 'counter name') !== -1 || length(filter(PURPOSES, (word) => has_word(rule, word))) === 0)
	);
}

/** Packets that are dropped as well are of no offloaded connection. */
function logs(rule: Rule): boolean {
	return has_word(rule, 'log') && !has_word(rule, 'drop') && !has_word(rule, 'reject');
}

function find_counted(situation: Situation): FindingOf<'counted'>[] {
	const rules = situation.rules();
	const found: FindingOf<'counted'>[] = [];
	const add = (kind: 'quota' | 'counter', counting: Rule[], severity: 'warning' | 'notice'): void => {
		if (length(counting) > 0) {
			push(found, { code: 'counted', severity: severity, kind: kind, chains: chains_with(counting) });
		}
	};
	const quotas = filter(rules, (rule) => has_word(rule, 'quota'));
	add('quota', quotas, 'warning');
	add(
		'counter',
		filter(rules, (rule) => !has_word(rule, 'quota') && counts(rule)),
		'notice'
	);
	return found;
}

function find_logged(situation: Situation): FindingOf<'logged'>[] {
	const rules = filter(situation.rules(), logs);
	return length(rules) > 0 ? [{ code: 'logged', severity: 'notice', chains: chains_with(rules) }] : [];
}

export { find_counted, find_logged };
