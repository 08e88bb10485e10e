// SPDX-License-Identifier: Apache-2.0
/**
 * Whether packets that enter by a device find a hook (nft_flow_offload.c, nft_dev_forward_path and nft_dev_path_info): the
 * kernel follows the path down to the lowest device. If that is in the flowtable, packets entering there are taken; else the
 * layer 3 device itself must be in it, or that direction stays on the CPU while the connection is marked and counts all of
 * its bytes.
 */
import type { Coverage } from '../../api/index.ts';
import type { SidedDevice } from 'nft_offload.state.sides';

function coverage_of(devices: SidedDevice[], hooked: string[]): Coverage[] {
	const is_hooked = (device: string): boolean => index(hooked, device) !== -1;
	return map(devices, (sided): Coverage => {
		const by = filter(sided.entrances, is_hooked);
		const whole = is_hooked(sided.device);
		if (whole && index(by, sided.device) === -1) {
			push(by, sided.device);
		}
		return {
			device: sided.device,
			zone: sided.zone,
			side: sided.side,
			by: by,
			missing: whole ? [] : filter(sided.entrances, (device) => !is_hooked(device))
		};
	});
}

/** The uplinks of which nothing is covered: those of default routes, or, where there is none, of zones that masquerade. */
function bare_uplinks(coverage: Coverage[], uplinks: string[] | null): string[] {
	const routed = uplinks ?? [];
	const bare = filter(
		coverage,
		(each) =>
			length(each.by) === 0 &&
			length(each.missing) > 0 &&
			(length(routed) > 0 ? index(routed, each.device) !== -1 : each.side === 'wan')
	);
	return map(bare, (each) => each.device);
}

export { bare_uplinks, coverage_of };
