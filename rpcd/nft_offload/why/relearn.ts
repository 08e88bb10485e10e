// SPDX-License-Identifier: Apache-2.0
/**
 * relearn_flows: has the flowtable learn its connections anew. The firewall is reloaded, which makes another flowtable: the next packet
 * of each connection goes through the CPU, and brings it back. Nothing else does that without harm:
 *
 * - `conntrack -D` takes the connection itself. Run on 6.12 (25.12.2), the download of a client behind masquerading stood still for
 *   good: what the server sends on is nobody's, and the firewall drops it. Without NAT it does so, too, until the client sends.
 * - OpenWrt's kernels up to 5.10 (22.03) take an address written to /proc/net/nf_conntrack, and do the same to all connections of it,
 *   marked or not (pending-5.10/600-netfilter_conntrack_flush.patch; not in 5.15 and later).
 * - A device that is taken down loses its flows (nf_flow_table_cleanup), and its link.
 */
import type { ProblemOf, RelearnArguments, Relearning } from '../../api/index.ts';
import { long_address, short_address } from 'nft_offload.base.address';
import { now_us } from 'nft_offload.base.clock';
import { in_time } from 'nft_offload.base.command';
import { conntrack_source, open_table } from 'nft_offload.base.conntrack.table';
import { TO_THE_END, each_text } from 'nft_offload.base.lines';
import { is_problem } from 'nft_offload.base.problem';
import { read_flowtables } from 'nft_offload.state.flowtable';
import { load_firewall } from 'nft_offload.state.load_firewall';
import { running_change } from 'nft_offload.state.pending';

const MARK_END = 'OFFLOAD]';

/** What a line with this address at either end has in it. */
function spellings_of(client: string): string[] {
	const long = long_address(client);
	const found: string[] = [];
	map(long == null ? [client] : [short_address(client), long], (address) =>
		push(found, `src=${address} `, `dst=${address} `)
	);
	return found;
}

/** How many connections are marked, and of these how many have an end there; null where nobody lists them. */
function count_marked(client: string | null): { all: number; concerned: number } | null {
	const source = conntrack_source();
	const table = source === 'none' ? null : open_table(source);
	if (table == null) {
		return null;
	}
	const wanted = client == null ? [] : spellings_of(client);
	const names_client = (text: string): boolean =>
		length(filter(wanted, (spelling) => index(text, spelling) !== -1)) > 0;
	const counted = { all: 0, concerned: 0 };
	each_text(table, TO_THE_END, (text) => {
		const marked = length(split(text, MARK_END)) - 1;
		counted.all += marked;
		if (marked > 0 && names_client(text)) {
			const lines = filter(split(text, '\n'), (line) => index(line, MARK_END) !== -1);
			counted.concerned += length(filter(lines, names_client));
		}
	});
	if (client == null) {
		counted.concerned = counted.all;
	}
	return in_time(table.close()) ? counted : null;
}

function relearn_flows(
	wanted: RelearnArguments
):
	| Relearning
	| ProblemOf<'change_running'>
	| ProblemOf<'firewall_stopped'>
	| ProblemOf<'no_firewall4'>
	| ProblemOf<'no_answer'> {
	const started = now_us();
	const running = running_change();
	if (running != null) {
		return running;
	}
	const before = read_flowtables();
	if (before.error == null && !before.loaded) {
		return { problem: 'firewall_stopped' };
	}
	const counted = count_marked(wanted.client ?? null);
	const load = load_firewall();
	if (is_problem(load)) {
		return load;
	}
	const after = read_flowtables();
	return {
		concerned: counted == null ? null : counted.concerned,
		reached: counted == null ? null : counted.all,
		relearning: after.handle != null && after.handle !== before.handle,
		mode_before: before.mode,
		mode: after.mode,
		load: load,
		took_us: now_us() - started
	};
}

export { relearn_flows };
