// SPDX-License-Identifier: Apache-2.0
/** Whose MAC address is whose, by the kernel's table of neighbours. */
import type { PolicyRule } from '../../../api/index.ts';
import { short_address } from 'nft_offload.base.address';
import { run } from 'nft_offload.base.command';
import { IP } from 'nft_offload.base.ip';
import { word_behind, words_of } from 'nft_offload.base.value';
import { mac_of } from 'nft_offload.state.policy.header';

/** MAC addresses by address; none where no rule goes by one. A line: `192.168.1.50 dev br-lan lladdr 02:00:00:00:00:50 REACHABLE`. */
function neighbours_for(rules: PolicyRule[]): Record<string, string> {
	const found: Record<string, string> = {};
	const is_asked = length(filter(rules, (rule) => rule.macs != null)) > 0;
	map(is_asked ? split(run(IP, ['neigh']).output, '\n') : [], (line) => {
		const words = words_of(line);
		const mac = mac_of(word_behind(words, 'lladdr') ?? '');
		if (mac != null) {
			found[short_address(words[0] ?? '')] = mac;
		}
	});
	return found;
}

export { neighbours_for };
