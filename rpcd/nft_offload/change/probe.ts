// SPDX-License-Identifier: Apache-2.0
/**
 * Whether the kernel would take a flowtable over these devices, asked with `nft -c`, which changes nothing.
 *
 * nft says "No such file or directory" for a missing module, device or table alike, and "not supported" for a
 * driver that refuses `flags offload`: ask in this order, the module, the devices, a plain flowtable, its flags.
 */
import { run } from 'nft_offload.base.command';
import { NFT } from 'nft_offload.state.flowtable';

/** A refusal: whose fault it is and nft's first words about it. */
interface Refusal {
	devices: string[];
	reason: string;
	/** EBUSY: a driver lets one flowtable bind and no second one beside it (flow_block_cb_setup_simple). */
	busy: boolean;
}

/** Returns nft's first line when it refuses, null when it would take the flowtable. */
function refused(devices: string[], flags: string): string | null {
	const outcome = run(NFT, [
		'-c',
		`add table inet nft-offload-probe; add flowtable inet nft-offload-probe ft { hook ingress priority 0; devices = { "${join('", "', devices)}" }; ${flags}}`
	]);
	return outcome.status === 0 ? null : substr(trim(split(outcome.output, '\n')[0] ?? ''), 0, 256);
}

/** Asks for all devices at once, then for each alone. Where none alone is at fault, all are. */
function find_refusal(devices: string[], flags: string): Refusal | null {
	const reason = refused(devices, flags);
	if (reason == null) {
		return null;
	}
	const culprits = filter(devices, (device) => refused([device], flags) != null);
	return {
		devices: length(culprits) > 0 ? culprits : devices,
		reason: reason,
		busy: index(reason, 'resource busy') !== -1
	};
}

/** Why a software flowtable over the devices is refused; null when it is not. Names must be device names. */
function software_refusal(devices: string[]): Refusal | null {
	return find_refusal(devices, '');
}

/**
 * Why `flags offload` is refused on devices that take a plain flowtable; null when it is not. It binds the drivers for a moment:
 * ask only where nothing is bound, or a driver that lets no second flowtable bind refuses what works.
 */
function hardware_refusal(devices: string[]): Refusal | null {
	return find_refusal(devices, 'flags offload; ');
}

export { hardware_refusal, software_refusal };
export type { Refusal };
