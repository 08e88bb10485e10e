// SPDX-License-Identifier: Apache-2.0
/** The transaction by which the include has nft put our chain in the place of firewall4's rule. */
import type { Effective } from '../../api/index.ts';
import { COMMENT, POLICY_CHAIN, POLICY_RULE } from 'nft_offload.state.policy.forward';
import type { Placed } from 'nft_offload.state.policy.zones';

/** The flowtable as it is, set up once more: what was offloaded before is decided anew. */
function flowtable_lines(effective: Effective): string[] {
	const devices = map(effective.devices, (device) => `"${device}"`);
	const counter = effective.counter ? ' counter;' : '';
	const flags = effective.mode === 'hardware' ? ' flags offload;' : '';
	return [
		'delete flowtable inet fw4 ft',
		`add flowtable inet fw4 ft { hook ingress priority 0; devices = { ${join(', ', devices)} };${counter}${flags} }`
	];
}

/**
 * The transaction that puts our chain in the place of the rule that has this handle, which is firewall4's, or ours of before; with the flowtable, or, where a
 * driver binds no second one beside the first, without: then what is offloaded already stays so.
 */
function transaction_text(
	rules: Placed,
	stamp: string,
	place: number,
	effective: Effective,
	with_flowtable: boolean
): string {
	const chain = `inet fw4 ${POLICY_CHAIN}`;
	const text = slice(rules.defines);
	map(
		[`add chain ${chain}`, `flush chain ${chain}`, `delete rule inet fw4 forward handle ${place}`],
		(line) => push(text, line)
	);
	map(with_flowtable ? flowtable_lines(effective) : [], (line) => push(text, line));
	map(rules.lines, (line) => push(text, `add rule ${chain} ${line}`));
	push(text, `insert rule inet fw4 forward ${POLICY_RULE} comment "${COMMENT}${stamp}"`);
	return `${join('\n', text)}\n`;
}

export { transaction_text };
