// SPDX-License-Identifier: Apache-2.0
/** Programs that are handed forwarded packets by a queue: of an offloaded connection they see the first packets alone. */
import type { FindingOf } from '../../../api/index.ts';
import { read_file, read_line } from 'nft_offload.base.files';
import { words_of } from 'nft_offload.base.value';
import { first_running } from 'nft_offload.why.processes';
import { chains_with, has_word } from 'nft_offload.why.in_the_way';
import type { Situation } from 'nft_offload.why.situation';

/** They do nothing but take packets from a queue: zapret, youtubeUnblock. */
const TAKERS = ['nfqws', 'nfqws2', 'youtubeUnblock'];

/**
 * The program behind the first queue that somebody listens to: `  200  4711 0 2 65531 0 0 0 1`. The second figure is the number of
 * its netlink socket, which the kernel makes its process's (nfnetlink_queue.c, seq_show; af_netlink.c, netlink_autobind).
 */
function listener(): string | null {
	const text = read_file('/proc/net/netfilter/nfnetlink_queue', 4096) ?? '';
	const process = words_of(split(text, '\n')[0] ?? '')[1] ?? '';
	const name = match(process, /^[0-9]+$/) == null ? '' : read_line(`/proc/${process}/comm`);
	return length(name) > 0 ? name : null;
}

function find_inspected(situation: Situation): FindingOf<'inspected'>[] {
	const rules = filter(situation.rules(), (rule) => has_word(rule, 'queue'));
	const program = first_running(situation.running(), TAKERS);
	return length(rules) > 0 || program != null
		? [
				{
					code: 'inspected',
					severity: 'warning',
					program: program ?? listener(),
					chains: chains_with(rules)
				}
			]
		: [];
}

export { find_inspected };
