// SPDX-License-Identifier: Apache-2.0
/**
 * Shapers that offloaded packets pass by, or that keep packets from being offloaded.
 *
 * In hardware no packet comes by a shaper. In software the kernel sends an offloaded packet through dev_queue_xmit() of one
 * device, and all those above that are passed by (net/netfilter/nf_flow_table_ip.c, nf_flow_offload_ip_hook):
 * - to the layer 3 device itself, as an ordinary packet goes, or
 * - directly (FLOW_OFFLOAD_XMIT_DIRECT), where the lowest device is hooked and there is a bridge on the way, or the flowtable has
 *   `flags offload`: to the uppermost VLAN or PPP device, or where there is none to the lowest (nft_flow_offload.c,
 *   nft_dev_path_info). Since Linux 6.19 to the lowest, and for VLANs and PPPoE as well.
 *
 * What enters goes through tc's ingress and then through netfilter's, where the flowtable is, of one device after the other from
 * the lowest up (net/core/dev.c, __netif_receive_skb_core). What comes back from an ifb device is marked to skip both
 * (drivers/net/ifb.c, ifb_ri_tasklet): the flowtable never sees it.
 */
import type { Finding, Link } from '../../../api/index.ts';
import { is_there } from 'nft_offload.base.files';
import { read_shapers } from 'nft_offload.state.qdiscs';
import type { Shaper } from 'nft_offload.state.qdiscs';
import { ask_program, is_below } from 'nft_offload.why.situation';
import type { Situation } from 'nft_offload.why.situation';
import { is_any_taken, is_taken, place_in, chain_ways } from 'nft_offload.why.ways';
import type { Way } from 'nft_offload.why.ways';

/** The kernel that sends directly by the lowest device. */
const DIRECT_BY_LOWEST = [6, 19, 0];

function is_tagging(link: Link): boolean {
	return link.kind === 'vlan' || link.kind === 'ppp';
}

/** Where in a way an offloaded packet is sent: what stands before it is passed by. */
function place_of_sending(way: Way, situation: Situation): number {
	const lowest = length(way) - 1;
	const old = is_below(situation.kernel, DIRECT_BY_LOWEST);
	const bridged = length(filter(way, (link) => link.kind === 'bridge')) > 0;
	const tagging = filter(way, is_tagging);
	const direct =
		index(situation.hooked, way[lowest]?.device ?? '') !== -1 &&
		(bridged || situation.mode === 'hardware' || (!old && length(tagging) > 0));
	if (!direct) {
		return 0;
	}
	const first = tagging[0];
	return old && first != null ? place_in(way, first.device) : lowest;
}

/** Whether what enters by a way is taken below a device of it. */
function is_taken_below(way: Way, place: number, situation: Situation): boolean {
	const lowest = length(way) - 1;
	return place < lowest && index(situation.hooked, way[lowest]?.device ?? '') !== -1;
}

/** Who has set a shaper up, as far as that leaves a trace. */
function shaper_program(situation: Situation, shaper: Shaper): string | null {
	return is_there(`/var/run/sqm/${shaper.device}.state`)
		? 'sqm'
		: exists(situation.running(), 'qosify')
			? 'qosify'
			: is_there('/etc/init.d/qosmate') && is_there('/etc/qosmate.sh')
				? 'qosmate'
				: null;
}

function finding_of(situation: Situation, shaper: Shaper, way: Way): Finding | null {
	const place = place_in(way, shaper.device);
	const others = filter(
		situation.chains,
		(chain) => chain.links[0]?.device !== way[0]?.device && is_any_taken(chain, situation.hooked)
	);
	const offloaded = shaper.direction === 'egress' ? length(others) > 0 : is_taken(way, situation.hooked);
	if (place === -1 || !offloaded) {
		return null;
	}
	const is_passed_by =
		shaper.direction === 'egress'
			? place < place_of_sending(way, situation)
			: is_taken_below(way, place, situation);
	const program = shaper_program(situation, shaper);
	if (situation.in_hardware || is_passed_by) {
		return {
			code: 'shaped',
			severity: 'warning',
			device: shaper.device,
			kind: shaper.kind,
			direction: shaper.direction,
			passed_by: situation.in_hardware ? 'hardware' : 'software',
			program: program
		};
	}
	return shaper.direction === 'ingress'
		? {
				code: 'shaped_on_cpu',
				severity: 'notice',
				device: shaper.device,
				kind: shaper.kind,
				program: program
			}
		: null;
}

function find_shapers(situation: Situation): Finding[] {
	const found: Finding[] = [];
	const shapers = read_shapers((path, words) => ask_program(situation, 'tc', path, words));
	map(shapers, (shaper) => {
		const of_ways: Finding[] = [];
		map(situation.chains, (chain) =>
			map(chain_ways(chain), (way) => {
				const finding = finding_of(situation, shaper, way);
				if (finding != null) {
					push(of_ways, finding);
				}
			})
		);
		map(slice(of_ways, 0, 1), (finding) => push(found, finding));
	});
	return found;
}

export { find_shapers };
