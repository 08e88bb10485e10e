// SPDX-License-Identifier: Apache-2.0
/** The rules of firewall4's chain forward that offload, from the text of `nft -a list chain inet fw4 forward`. */
import { run } from 'nft_offload.base.command';
import { is_integer } from 'nft_offload.base.value';
import { NFT } from 'nft_offload.state.flowtable';

/** What firewall4 of 22.03 to 25.12 writes, as nft lists it: unconditional, and once (templates/ruleset.uc). */
const OWN_RULE = 'meta l4proto { tcp, udp } flow add @ft';
/** What takes its place: our chain decides. */
const POLICY_CHAIN = 'nft_offload_policy';
const POLICY_RULE = `meta l4proto { tcp, udp } jump ${POLICY_CHAIN}`;
/** What our rule's comment says, before the stamp of the file that it was made of. */
const COMMENT = 'nft-offload ';

interface Forwarding {
	/** The handle of firewall4's own rule; null where it is not there, or not once. */
	own: number | null;
	/** How many rules offload without our chain. */
	offloads: number;
	/** The handle of ours, and the stamp of its policy; null where it is not there. */
	ours: { handle: number; stamp: string } | null;
}

function parse_forward(text: string): Forwarding {
	const found: Forwarding = { own: null, offloads: 0, ours: null };
	map(split(text, '\n'), (line) => {
		const parts = split(trim(line), ' # handle ');
		const rule = parts[0] ?? '';
		const handle = int(parts[1] ?? '');
		if (!is_integer(handle)) {
			return;
		}
		if (index(rule, ' @ft') !== -1) {
			found.offloads += 1;
			found.own = rule === OWN_RULE && found.offloads === 1 ? handle : null;
		} else if (index(rule, POLICY_RULE) === 0) {
			const stamp = split(split(rule, COMMENT)[1] ?? '', '"')[0] ?? '';
			found.ours = { handle: handle, stamp: stamp };
		}
	});
	return found;
}

/** Asks the kernel; null where it does not answer, or has no such chain. */
function read_forward(): Forwarding | null {
	const answer = run(NFT, ['-a', 'list', 'chain', 'inet', 'fw4', 'forward']);
	return answer.status === 0 ? parse_forward(answer.output) : null;
}

export { COMMENT, POLICY_CHAIN, POLICY_RULE, read_forward };
export type { Forwarding };
