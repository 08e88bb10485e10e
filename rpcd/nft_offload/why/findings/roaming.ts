// SPDX-License-Identifier: Apache-2.0
/** Clients that move between hooked ports of a bridge: where that can happen, and where it has. */
import type { Chain, FindingOf, Link } from '../../../api/index.ts';
import { moved_clients } from 'nft_offload.why.findings.bridge_clients';
import { is_mended } from 'nft_offload.why.findings.stale_ports';
import type { Situation } from 'nft_offload.why.situation';

/** The hooked ports of a chain's bridges, where a bridge has two and more of them: with one, nobody can move. */
function hooked_ports(chain: Chain, situation: Situation): Link[] {
	const found: Link[] = [];
	map(
		filter(chain.links, (link) => link.kind === 'bridge'),
		(bridge) => {
			const ports = filter(
				chain.links,
				(link) => link.above === bridge.device && index(situation.hooked, link.device) !== -1
			);
			map(length(ports) > 1 ? ports : [], (port) => push(found, port));
		}
	);
	return found;
}

function find_roaming(
	situation: Situation
): (FindingOf<'access_points_hooked'> | FindingOf<'client_moved'>)[] {
	const ports: Link[] = [];
	map(situation.chains, (chain) =>
		map(hooked_ports(chain, situation), (link) => {
			if (length(filter(ports, (each) => each.device === link.device)) === 0) {
				push(ports, link);
			}
		})
	);
	const moved = situation.planned ? [] : moved_clients(ports);
	const points = filter(ports, (link) => link.kind === 'wlan');
	if ((length(points) === 0 && length(moved) === 0) || is_mended()) {
		return [];
	}
	const found: (FindingOf<'access_points_hooked'> | FindingOf<'client_moved'>)[] = map(moved, (each) => ({
		code: 'client_moved',
		severity: 'warning',
		address: split(each.client, ' ')[1] ?? '',
		old_port: each.old_port,
		new_port: each.new_port
	}));
	if (length(points) > 0) {
		push(found, {
			code: 'access_points_hooked',
			severity: 'notice',
			devices: map(points, (link) => link.device)
		});
	}
	return found;
}

export { find_roaming };
