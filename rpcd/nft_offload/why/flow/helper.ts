// SPDX-License-Identifier: Apache-2.0
/**
 * Which rule gives a connection a helper. A connection's line does not tell that it has one; but a helper comes by a rule alone, and
 * to the first packet alone (nft_ct.c, nft_ct_helper_obj_eval), so that the rules that it meets on its way tell.
 */
import type { Flow, FlowReason } from '../../../api/index.ts';
import { judge_rule } from 'nft_offload.why.flow.packet';
import type { Packet } from 'nft_offload.why.flow.packet';
import type { NftChain, Ruleset } from 'nft_offload.why.ruleset';

type HelperReason = FlowReason & { code: 'helper' };

/** As deep as nft lets chains jump (NFT_JUMP_STACK_SIZE), and more rules than any packet meets. */
const JUMPS = 16;
const RULES = 20000;
/** Bytes of a rule that are told. */
const SHOWN = 256;
/** From here on a packet carries the addresses that a port forward gives it (nf_nat: NF_IP_PRI_NAT_DST). */
const AFTER_DSTNAT = -100;
/** Before this nobody knows the connection (NF_IP_PRI_CONNTRACK). */
const BEFORE_CONNTRACK = -200;

/** The helper of a connection, or that a rule may give it one of which nobody here knows whether it matches. */
interface Answered {
	helper: HelperReason | null;
	certain: boolean;
}

/** A way of a packet through the chains of a hook. */
interface Walk {
	ruleset: Ruleset;
	packet: Packet;
	left: number;
	found: HelperReason | null;
	/** A rule may have given it a helper. */
	doubtful: boolean;
	/** It is done with the chain of the hook, or may be. */
	over: boolean;
	may_be_over: boolean;
}

/** What comes of a rule that gives the helper of this name, surely or not. Not every name is one: there are maps of them. */
function take_helper(walk: Walk, chain: NftChain, name: string, rule: string, surely: boolean): void {
	const helper = walk.ruleset.helpers[`${chain.table}/${name}`];
	if (helper == null || !surely) {
		walk.doubtful = walk.doubtful || helper == null || helper.protocol === walk.packet.protocol;
	} else if (helper.protocol === walk.packet.protocol) {
		walk.found = {
			code: 'helper',
			helper: helper.type,
			chain: `${chain.table} ${chain.name}`,
			rule: substr(rule, 0, SHOWN)
		};
	}
}

/** Whether there is a helper for this protocol in a table, which a map of verdicts may lead to. */
function has_helper(walk: Walk, table: string): boolean {
	const named = filter(keys(walk.ruleset.helpers), (name) => {
		const helper = walk.ruleset.helpers[name];
		return index(name, `${table}/`) === 0 && helper != null && helper.protocol === walk.packet.protocol;
	});
	return length(named) > 0;
}

/** Goes through a chain until a helper is found, or it is certain that the packet leaves it. `comes`: whether it surely comes here. */
function walk_chain(walk: Walk, chain: NftChain, comes: boolean, depth: number): void {
	let here = comes;
	for (let i = 0; i < length(chain.rules) && walk.found == null && !walk.over; i++) {
		const rule = chain.rules[i] ?? '';
		const judged = judge_rule(walk.packet, rule);
		const action = judged.action;
		walk.left -= 1;
		if (walk.left <= 0) {
			walk.over = true;
			walk.doubtful = true;
		} else if (judged.matches !== 'no') {
			const surely = judged.matches === 'yes' && here && !walk.may_be_over;
			if (action.does === 'helper') {
				take_helper(walk, chain, action.name, rule, surely);
			} else if (action.does === 'anything') {
				walk.doubtful = walk.doubtful || has_helper(walk, chain.table);
				walk.may_be_over = true;
			} else if (action.does === 'accept') {
				walk.over = surely;
				walk.may_be_over = true;
			} else if (action.does === 'jump' || action.does === 'goto') {
				const target = walk.ruleset.chains[`${chain.table}/${action.chain}`];
				if (target != null && depth < JUMPS) {
					walk_chain(walk, target, surely, depth + 1);
				}
			}
			if (action.does === 'return' || action.does === 'goto') {
				if (surely) {
					return;
				}
				here = false;
			}
		}
	}
}

/** Whether the packet comes to a chain, of its hook and family. */
function is_met(chain: NftChain, packet: Packet): boolean {
	const family = split(chain.table, ' ')[0];
	return (
		(chain.hook === 'prerouting' || chain.hook === 'forward') &&
		chain.priority > BEFORE_CONNTRACK &&
		(family === 'inet' ||
			(family === 'ip' && packet.family === 'ipv4') ||
			(family === 'ip6' && packet.family === 'ipv6'))
	);
}

/** A packet, before and after a port forward has changed where it goes. */
function packet_of(
	flow: Flow,
	state: Packet['state'],
	comes_by: string | null,
	goes_by: string | null,
	forwarded: boolean
): Packet {
	return {
		state: state,
		family: flow.family,
		protocol: flow.protocol,
		source: flow.original.source,
		destination: forwarded ? flow.reply.source : flow.original.destination,
		source_port: flow.original.source_port,
		destination_port: forwarded ? flow.reply.source_port : flow.original.destination_port,
		comes_by: comes_by,
		goes_by: goes_by
	};
}

/** The helper that a forwarded connection has by these rules, if any. */
function helper_of(ruleset: Ruleset, flow: Flow, comes_by: string | null, goes_by: string | null): Answered {
	const chains = values(ruleset.chains);
	let certain = true;
	for (let i = 0; i < length(chains); i++) {
		const chain = chains[i];
		if (chain == null) {
			continue;
		}
		const forwarded = chain.hook === 'forward' || chain.priority > AFTER_DSTNAT;
		const walk: Walk = {
			ruleset: ruleset,
			packet: packet_of(flow, 'new', comes_by, goes_by, forwarded),
			left: RULES,
			found: null,
			doubtful: false,
			over: false,
			may_be_over: false
		};
		if (is_met(chain, walk.packet)) {
			walk_chain(walk, chain, true, 0);
		}
		if (walk.found != null) {
			return { helper: walk.found, certain: true };
		}
		certain = certain && !walk.doubtful;
	}
	return { helper: null, certain: certain };
}

export { helper_of, packet_of };
