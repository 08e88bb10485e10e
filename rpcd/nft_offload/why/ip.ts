// SPDX-License-Identifier: Apache-2.0
/** The rules by which `ip` says that the kernel routes. */
import { number_or, word_behind, words_of } from 'nft_offload.base.value';

/** Tailscale's own packets carry this mark, and no forwarded ones (util/linuxfw, TailscaleBypassMark). */
const TAILSCALE = '0x80000/0xff0000';

interface RoutingRule {
	priority: number;
	words: string[];
	mark: string | null;
}

/** Those of `ip rule` that may be for what is forwarded, a line each: `1001:	from all fwmark 0x100/0x3f00 lookup 1`. */
function parse_routing_rules(text: string): RoutingRule[] {
	const rules = map(split(text, '\n'), (line): RoutingRule => {
		const words = words_of(line);
		return {
			priority: number_or(split(line, ':')[0] ?? '', 0),
			words: words,
			mark: word_behind(words, 'fwmark')
		};
	});
	return filter(rules, (rule) => rule.mark !== TAILSCALE);
}

export { parse_routing_rules };
