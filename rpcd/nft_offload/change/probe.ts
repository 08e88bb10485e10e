// SPDX-License-Identifier: Apache-2.0
/**
 * Whether the kernel would take a flowtable over these devices, asked with `nft -c`, which changes nothing.
 *
 * nft says "No such file or directory" for a missing module, device or table alike, and "not supported" for a
 * driver that refuses `flags offload`: ask in this order, the module, the devices, a plain flowtable, its flags.
 */
import { run } from 'nft_offload.base.command';
import type { Outcome } from 'nft_offload.base.command';
import { NFT } from 'nft_offload.state.flowtable';

/** A refusal: whose fault it is and nft's first words about it. Nobody's where nft gave no answer. */
interface Refusal {
	devices: string[];
	reason: string;
	/** EBUSY: a driver lets one flowtable bind and no second one beside it (flow_block_cb_setup_simple). */
	busy: boolean;
	timed_out: boolean;
}

function ask(devices: string[], flags: string): Outcome {
	return run(NFT, [
		'-c',
		`add table inet nft-offload-probe; add flowtable inet nft-offload-probe ft { hook ingress priority 0; devices = { "${join('", "', devices)}" }; ${flags}}`
	]);
}

/** Asks for all devices at once, then for each alone. Where none alone is at fault, all are. */
function find_refusal(devices: string[], flags: string): Refusal | null {
	const outcome = ask(devices, flags);
	if (outcome.status === 0) {
		return null;
	}
	const reason = substr(trim(split(outcome.output, '\n')[0] ?? ''), 0, 256);
	if (outcome.timed_out) {
		return { devices: [], reason: reason, busy: false, timed_out: true };
	}
	const culprits = filter(devices, (device) => {
		const alone = ask([device], flags);
		return alone.status !== 0 && !alone.timed_out;
	});
	return {
		devices: length(culprits) > 0 ? culprits : devices,
		reason: reason,
		busy: index(lc(reason), 'resource busy') !== -1,
		timed_out: false
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
