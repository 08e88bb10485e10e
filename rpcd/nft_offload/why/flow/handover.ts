// SPDX-License-Identifier: Apache-2.0
/** Whether firewall4's rules hand a connection over to its flowtable. Its own rule for that stands first, but admins put others before it, or have it ask for more. */
import { both, judge_rule } from 'nft_offload.why.flow.packet';
import type { Answer, Packet } from 'nft_offload.why.flow.packet';
import type { Ruleset } from 'nft_offload.why.ruleset';

const hands = (rule: string): boolean => match(rule, /(^| )flow (add|offload) @ft/) != null;

/** By the rules that this packet of an established connection meets: older nft has `flow offload`. Unknown where another chain may hand it over. */
function handed_over(ruleset: Ruleset, packet: Packet): Answer {
	const others = filter(
		values(ruleset.chains),
		(chain) =>
			chain.table === 'inet fw4' && chain.name !== 'forward' && length(filter(chain.rules, hands)) > 0
	);
	const rules = ruleset.chains['inet fw4/forward']?.rules ?? [];
	let found: Answer = length(others) > 0 ? 'unknown' : 'no';
	let comes: Answer = 'yes';
	for (let i = 0; i < length(rules) && found !== 'yes'; i++) {
		const rule = rules[i] ?? '';
		const judged = judge_rule(packet, split(rule, 'flow ')[0] ?? '');
		const reached = both(comes, judged.matches);
		const does = judged.action.does;
		if (reached !== 'no' && hands(rule)) {
			found = reached;
		} else if (reached !== 'no' && does !== 'nothing') {
			// What stands in another chain is not looked at.
			comes = reached === 'yes' && (does === 'accept' || does === 'return') ? 'no' : 'unknown';
		}
	}
	return found;
}

export { handed_over };
