// SPDX-License-Identifier: Apache-2.0
/** Combinations of hardware, kernel and mode that are known not to work: see known_list. */
import type { FindingOf } from '../../../api/index.ts';
import { list, read_file, read_line } from 'nft_offload.base.files';
import { board } from 'nft_offload.state.board';
import { COMBINATIONS } from 'nft_offload.why.findings.known_list';
import type { Combination } from 'nft_offload.why.findings.known_list';
import { first_running } from 'nft_offload.why.processes';
import { is_below } from 'nft_offload.why.situation';
import type { Situation } from 'nft_offload.why.situation';

/** Programs that listen on a device and see each packet of it. */
const CAPTURES = ['tcpdump', 'ntopng', 'netifyd', 'softflowd', 'darkstat', 'snort', 'suricata'];

/** Wireless Ethernet Dispatch: hardware offloading to Wi-Fi. */
function has_wed(): boolean {
	return (
		length(
			filter(
				['mt7915e', 'mt7996e'],
				(module) => index(['Y', '1'], read_line(`/sys/module/${module}/parameters/wed_enable`)) !== -1
			)
		) > 0
	);
}

/** Whether /etc/config/wireless has an access point that is on and without encryption. */
function has_open_network(): boolean {
	const cursor = require('uci').cursor();
	let found = false;
	if (cursor != null && cursor.load('/etc/config/wireless') === true) {
		cursor.foreach('wireless', 'wifi-iface', (section) => {
			found =
				found ||
				(section['mode'] === 'ap' &&
					section['disabled'] !== '1' &&
					(section['encryption'] ?? 'none') === 'none');
			return !found;
		});
	}
	return found;
}

/** Of MediaTek, 0x14c3. */
function has_pci_device(id: string): boolean {
	const folder = '/sys/bus/pci/devices';
	return (
		length(
			filter(
				list(folder),
				(name) =>
					read_line(`${folder}/${name}/vendor`) === '0x14c3' && read_line(`${folder}/${name}/device`) === id
			)
		) > 0
	);
}

/** A default route of IPv6: only then much goes by it. */
function has_ipv6_uplink(): boolean {
	const lines = split(read_file('/proc/net/ipv6_route', 262144) ?? '', '\n');
	const none = '00000000000000000000000000000000';
	return (
		length(
			filter(lines, (line) => index(line, `${none} 00 `) === 0 && index(split(line, ' '), 'lo') === -1)
		) > 0
	);
}

const CONDITIONS: Record<Combination['when'], (situation: Situation) => boolean> = {
	always: () => true,
	l2tp: (situation) => length(situation.l2tp()) > 0,
	ipv6: () => has_ipv6_uplink(),
	wed: () => has_wed(),
	wed_open: () => has_wed() && has_open_network(),
	wed_mt7916: () => has_wed() && has_pci_device('0x7906'),
	capture: (situation) =>
		length(
			filter(
				situation.chains,
				(chain) =>
					chain.links[0]?.kind === 'ppp' &&
					index(situation.evidence.uplinks ?? [], chain.links[0].device) !== -1
			)
		) > 0 && first_running(situation.running(), CAPTURES) != null,
	one_way: (situation) => !situation.planned && (situation.evidence.seen.one_way ?? 0) > 0
};

function is_combination_met(combination: Combination, situation: Situation, target: string): boolean {
	const targets = filter(combination.targets, (each) => index(target, each) === 0);
	const kernels = filter(
		combination.kernels,
		(range) => !is_below(situation.kernel, range[0]) && is_below(situation.kernel, range[1])
	);
	return (
		length(targets) > 0 &&
		length(kernels) > 0 &&
		index(combination.modes, situation.mode) !== -1 &&
		CONDITIONS[combination.when](situation)
	);
}

function find_known_bad(situation: Situation): FindingOf<'known_bad'>[] {
	const target = board().target;
	return map(
		filter(COMBINATIONS, (each) => is_combination_met(each, situation, target)),
		(each) => ({
			code: 'known_bad',
			severity: 'warning',
			entry: each.entry,
			threads: each.threads
		})
	);
}

export { find_known_bad };
