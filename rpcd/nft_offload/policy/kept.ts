// SPDX-License-Identifier: Apache-2.0
/** How many connections a policy keeps on the CPU now, and how many are offloaded all the same. */
import type { Policy, PolicyRule } from '../../api/index.ts';
import { parse_line } from 'nft_offload.base.conntrack.line';
import { conntrack_source, open_table } from 'nft_offload.base.conntrack.table';
import { each_text } from 'nft_offload.base.lines';
import { deciders_of, is_told, keeper_of, known_for } from 'nft_offload.state.policy.decide';
import { enabled_rules } from 'nft_offload.state.policy.rules';

/** Bytes of the table, some 10,000 connections: each is parsed, which a slow router takes seconds for. */
const TABLE_LIMIT = 2097152;

/** @param counts whether the rules are in force: otherwise they keep nothing */
function count_kept(rules: PolicyRule[], counts: boolean): Pick<Policy, 'kept' | 'escaped' | 'whole'> {
	const kept: (number | null)[] = map(rules, (rule) => (counts && is_told(rule) ? 0 : null));
	const source = !counts || length(enabled_rules(rules)) === 0 ? 'none' : conntrack_source();
	const table = source === 'none' ? null : open_table(source);
	if (table == null) {
		return { kept: kept, escaped: 0, whole: true };
	}
	const deciders = deciders_of(rules);
	const known = known_for(rules);
	let escaped = 0;
	const reading = each_text(table, TABLE_LIMIT, (text) => {
		map(split(text, '\n'), (line) => {
			const flow = parse_line(line);
			const keeper = flow == null ? -1 : keeper_of(deciders, known, flow, line);
			if (flow != null && keeper !== -1) {
				if (flow.path === 'cpu') {
					kept[keeper] = (kept[keeper] ?? 0) + 1;
				} else {
					escaped += 1;
				}
			}
		});
	});
	table.close();
	return { kept: kept, escaped: escaped, whole: reading.ended };
}

export { count_kept };
