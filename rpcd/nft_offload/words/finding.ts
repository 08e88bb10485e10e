// SPDX-License-Identifier: Apache-2.0
/** What the command line says of a finding: what is so, what comes of it, and the way out. */
import type { Finding, FindingOf } from '../../api/index.ts';
import { counted } from 'nft_offload.words.columns';
import { force_words } from 'nft_offload.words.policy';
import { drift_words } from 'nft_offload.words.verdict';

function by_program(program: string | null): string {
	return program == null ? '' : ` (${program})`;
}

const MISSES: Record<FindingOf<'misses_traffic'>['cause'], string> = {
	no_counter: 'the flowtable has no counter',
	accounting_off: 'accounting is off',
	hardware: 'the hardware does not count for it',
	upper_device: 'it counts on a device that offloaded packets pass by'
};

function finding_words(finding: Finding): string {
	switch (finding.code) {
		case 'not_covered':
			return `${finding.device}: what enters by ${join(', ', finding.missing)} stays on the CPU, since the flowtable does not hook it.`;
		case 'devices_differ':
			return drift_words(finding.missing, finding.surplus);
		case 'not_in_hardware':
			return `Set up for hardware, and nothing is in hardware; ${counted(finding.connections, 'connection')} in software. Choose Software.`;
		case 'ipv6_in_software':
			return `${counted(finding.connections, 'connection')} of IPv6 in software: the engine takes IPv4 alone.`;
		case 'shaped':
			return `${finding.kind} on ${finding.device}${by_program(finding.program)}: packets offloaded in ${finding.passed_by} pass it by (${finding.direction}). Choose ${finding.passed_by === 'hardware' ? 'Software' : 'Off'} to keep shaping.`;
		case 'shaped_on_cpu':
			return `${finding.kind} on ${finding.device}${by_program(finding.program)}: what enters there is shaped, but on the CPU.`;
		case 'access_points_hooked':
			return `${join(', ', finding.devices)} in the flowtable: a client that moves to another access point can stall.`;
		case 'client_moved':
			return `${finding.address} has moved from ${finding.old_port} to ${finding.new_port}: its offloaded connections may still go to the old port.`;
		case 'others_offload':
			return `Others offload beside firewall4: ${join(', ', finding.flowtables)} ${join(', ', finding.accelerators)}`;
		case 'options_owned':
			return `${finding.program} sets flow_offloading whenever it starts (${finding.file}): change it there.`;
		case 'policy_routing':
			return `${counted(finding.rules, 'rule')} by mark${by_program(finding.program)}: a connection that is offloaded keeps the route it began with.`;
		case 'inspected':
			return `${finding.program ?? 'A program'} reads forwarded packets${length(finding.chains) > 0 ? ` (${join(', ', finding.chains)})` : ''}: of offloaded connections it sees only the first ones.`;
		case 'counted':
			return `A ${finding.kind === 'header' ? 'rule that sets TTL or DSCP' : finding.kind} in ${join(', ', finding.chains)} misses what is offloaded.`;
		case 'logged':
			return `Rules in ${join(', ', finding.chains)} log: of offloaded connections only the first packets.`;
		case 'misses_traffic':
			return `${finding.program} misses what is offloaded: ${MISSES[finding.cause]}.`;
		case 'ipsec':
			return `IPsec (${finding.program}): its packets are never offloaded.`;
		case 'l2tp':
			return `Tunnels of L2TP or PPTP on ${join(', ', finding.devices)} are never offloaded, and hardware offloading has failed over them.`;
		case 'policy_not_in_force':
			return `Of the policy: ${force_words({ state: 'not_in_force', cause: finding.cause, reason: finding.reason })}`;
		case 'table_nearly_full':
			return `The connection table is nearly full: ${finding.count} of ${finding.maximum}. Then new connections are dropped: raise net.netfilter.nf_conntrack_max.`;
		case 'accounting_off':
			return 'The kernel counts no packets of connections: sysctl -w net.netfilter.nf_conntrack_acct=1.';
		case 'no_counter':
			return `${join(', ', finding.flowtables)} has no counter: figures of connections miss what it takes.`;
		case 'bridge_waits':
			return `The flowtable ${finding.flowtable} has no device: bridged packets stay on the CPU.`;
		case 'reloads':
			return `The firewall was loaded ${counted(length(finding.reloads), 'time')} within ${int(finding.seconds / 60)} min, and each time all connections began on the CPU anew.`;
		case 'known_bad':
			return `Known not to work here (${finding.entry}): ${join(', ', finding.threads)}`;
	}
}

export { finding_words };
