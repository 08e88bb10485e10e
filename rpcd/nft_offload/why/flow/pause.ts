// SPDX-License-Identifier: Apache-2.0
/** For how long nothing has passed, by what is left of a connection's time. */
import type { Flow } from '../../../api/index.ts';
import { read_line } from 'nft_offload.base.files';
import { number_or } from 'nft_offload.base.value';

const SETTINGS = '/proc/sys/net/netfilter/';
/** Seconds for which the flowtable keeps what is idle, where the kernel shows no setting (nf_flow_table.h, NF_FLOW_TIMEOUT). */
const USUAL_WAIT = 30;

function setting(name: string, absent: number): number {
	return number_or(read_line(`${SETTINGS}${name}`), absent);
}

/** Seconds after which the flowtable drops a connection through which nothing passes. */
function flowtable_wait(protocol: string): number {
	return setting(protocol === 'udp' ? 'nf_flowtable_udp_timeout' : 'nf_flowtable_tcp_timeout', USUAL_WAIT);
}

/**
 * What the kernel may have given the connection with its last packet, in seconds (nf_conntrack_proto_tcp.c, _udp.c). What the flowtable
 * has dropped gets the same, less the time for which it waited (nf_flow_table_core.c, flow_offload_fixup_ct).
 */
function given_times(flow: Flow, line: string): number[] {
	if (flow.protocol === 'tcp') {
		return [
			setting('nf_conntrack_tcp_timeout_established', -1),
			// Data without an answer, and data sent anew.
			setting('nf_conntrack_tcp_timeout_unacknowledged', 300),
			setting('nf_conntrack_tcp_timeout_max_retrans', 300)
		];
	}
	const stream = setting('nf_conntrack_udp_timeout_stream', -1);
	return index(line, '[ASSURED]') === -1 ? [stream, setting('nf_conntrack_udp_timeout', -1)] : [stream];
}

/**
 * Seconds since the last packet, at the least; null where the line does not tell. Of several times that the kernel may have given,
 * the one counts by which it is the least.
 */
function paused(flow: Flow, line: string): number | null {
	const left = flow.timeout;
	if (left == null) {
		return null;
	}
	const pauses = filter(
		map(given_times(flow, line), (given) => given - left),
		(pause) => pause >= 0
	);
	let least: number | null = null;
	map(pauses, (pause) => {
		least = least == null || pause < least ? pause : least;
	});
	return least;
}

export { flowtable_wait, paused };
