// SPDX-License-Identifier: Apache-2.0
/** What the command line says of a reason why a connection is on its path. */
import type { FlowReason } from '../../api/index.ts';

function reason_words(reason: FlowReason): string {
	switch (reason.code) {
		case 'offloaded':
			return `on the fast path, in ${reason.path}${reason.one_way ? ', one direction alone' : ''}`;
		case 'gone':
			return 'not in the table any more';
		case 'not_set_up':
			return 'nothing is set up to take it';
		case 'no_rule':
			return 'no rule of the chain forward offloads it: the rules were changed';
		case 'local':
			return `the router itself is its ${reason.end} (${reason.address})`;
		case 'not_unicast':
			return `${reason.address} is broadcast or multicast`;
		case 'protocol':
			return `${reason.protocol} is neither TCP nor UDP`;
		case 'one_direction':
			return 'nothing has come back yet';
		case 'tcp_state':
			return `TCP is not established: ${reason.state}`;
		case 'helper':
			return `the helper ${reason.helper} reads its packets (${reason.rule})`;
		case 'bridged':
			return `both ends are reached by ${reason.device}: bridged, not routed`;
		case 'policy':
			return `${reason.certain ? '' : 'perhaps '}by your policy: ${reason.rule}${reason.first_packets == null ? '' : `, until it has sent ${reason.first_packets} packets`}`;
		case 'ipsec':
			return 'its packets go through IPsec';
		case 'no_forwarding':
			return `no forwarding from ${reason.source_zone} to ${reason.destination_zone}`;
		case 'not_covered':
			return `what enters by ${join(', ', reason.missing)} (${reason.device}) meets no hook`;
		case 'timed_out':
			return `it paused for longer than ${reason.seconds} s, and was taken out`;
		case 'few_packets':
			return `only ${reason.packets} packets so far`;
		case 'idle':
			return `it has sent nothing for ${reason.seconds} s`;
	}
}

export { reason_words };
