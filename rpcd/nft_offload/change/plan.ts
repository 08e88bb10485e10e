// SPDX-License-Identifier: Apache-2.0
/** Whether a mode would work: what is asked of firewall4 and of the kernel before it is set up. */
import type { Mode, Problem } from '../../api/index.ts';
import { hardware_refusal, software_refusal } from 'nft_offload.change.probe';
import { devices_with, none_has_engine } from 'nft_offload.state.engines';
import type { Evidence } from 'nft_offload.state.evidence';
import { NFT } from 'nft_offload.state.flowtable';
import { is_active } from 'nft_offload.state.module';

function is_refused(evidence: Evidence): boolean {
	const requested = evidence.configuration.requested;
	return requested.readable && requested.refused != null;
}

/** What the checks found out about a mode that would work. */
interface Plan {
	devices: string[];
	unknown_engines: string[];
}

/**
 * Whether hardware would work. A flow engine in no device is a no, whatever the kernel says: OpenWrt's takes the flag for
 * any. Where the engine is unknown only packets will tell.
 */
function check_hardware(evidence: Evidence, devices: string[]): Plan | Problem {
	const engines = evidence.engines_of(devices);
	if (none_has_engine(engines)) {
		return { problem: 'no_engine', devices: devices };
	}
	const refusal = evidence.effective.mode === 'hardware' ? null : hardware_refusal(devices);
	if (refusal != null) {
		return refusal.timed_out
			? { problem: 'no_answer', program: NFT }
			: { problem: refusal.busy ? 'hardware_busy' : 'hardware_refused', devices: refusal.devices };
	}
	return { devices: devices, unknown_engines: devices_with(engines, 'unknown') };
}

/** Whether the kernel would do it: its module, the devices, their drivers, in this order since nft's words do not tell them apart. */
function check_kernel(mode: Mode, evidence: Evidence): Plan | Problem {
	const module = evidence.module;
	if (!is_active(module)) {
		return { problem: 'module_missing', loadable: module.state === 'loadable' };
	}
	const hooked = evidence.hooked(mode);
	if (!hooked.known) {
		// Where a bad value is why nobody knows, a good one is what mends it.
		return evidence.effective.loaded || is_refused(evidence)
			? { devices: [], unknown_engines: [] }
			: { problem: 'firewall_stopped' };
	}
	if (length(hooked.devices) === 0) {
		return { problem: 'no_devices' };
	}
	const refusal = software_refusal(hooked.devices);
	if (refusal != null) {
		return refusal.timed_out
			? { problem: 'no_answer', program: NFT }
			: { problem: 'flowtable_refused', devices: refusal.devices, reason: refusal.reason };
	}
	return mode === 'hardware'
		? check_hardware(evidence, hooked.devices)
		: { devices: hooked.devices, unknown_engines: [] };
}

/** Whether libuci and firewall4 would take a change at all. */
function check_firewall(evidence: Evidence): Problem | null {
	if (evidence.firewall !== 'fw4') {
		return { problem: 'no_firewall4' };
	}
	const requested = evidence.configuration.requested;
	return requested.readable
		? null
		: { problem: 'config_unreadable', reason: requested.reason, line: requested.line };
}

/**
 * What the router would do with a mode, or what stands in its way. All that can be known is asked before anything is touched;
 * turning off needs nothing of the kernel.
 */
function plan_for(mode: Mode, evidence: Evidence): Plan | Problem {
	const fault = check_firewall(evidence);
	return fault ?? (mode === 'off' ? { devices: [], unknown_engines: [] } : check_kernel(mode, evidence));
}

export { plan_for };
export type { Plan };
