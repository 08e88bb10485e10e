// SPDX-License-Identifier: Apache-2.0
/** set_mode: checks that a mode would work, then stages it in the caller's session. */
import type { Mode, OffloadOptions, Problem, StagedMode } from '../../api/index.ts';
import { devices_with, none_has_engine } from 'nft_offload.state.engines';
import { gather } from 'nft_offload.state.evidence';
import type { Evidence } from 'nft_offload.state.evidence';
import { mode_of, options_for } from 'nft_offload.state.firewall';
import { is_active } from 'nft_offload.state.module';
import { NFT } from 'nft_offload.state.flowtable';
import { flash_full } from 'nft_offload.change.flash';
import { apply_pending } from 'nft_offload.state.pending';
import { hardware_refusal, software_refusal } from 'nft_offload.change.probe';
import { is_problem } from 'nft_offload.base.problem';
import { put_back, read_staged, stage } from 'nft_offload.change.staging';
import type { Staged } from 'nft_offload.change.staging';

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

function same(a: OffloadOptions, b: OffloadOptions): boolean {
	return a.flow_offloading === b.flow_offloading && a.flow_offloading_hw === b.flow_offloading_hw;
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

/** Stages the options and reads them back; where they are not what was meant, puts them back as they were. */
function stage_verified(session: string | null, before: Staged, wanted: OffloadOptions): Staged | Problem {
	const after = stage(session, before, wanted) ?? read_staged(session);
	if (!is_problem(after) && after.section === before.section && same(after.options, wanted)) {
		return after;
	}
	put_back(session, before);
	return is_problem(after) ? after : { problem: 'stage_failed', reason: 'rpcd staged something else' };
}

/**
 * Stages a mode. `session` is the caller's ubus_rpc_session, null for a local caller; rpcd decides with it what
 * may be read and staged. Everything that can be known is checked before anything is touched; turning off needs
 * nothing of the kernel.
 */
function set_mode(mode: Mode, session: string | null): StagedMode | Problem {
	const evidence = gather();
	const fault = check_firewall(evidence);
	if (fault != null) {
		return fault;
	}
	const before = read_staged(session);
	if (is_problem(before)) {
		return before;
	}
	const plan = mode === 'off' ? { devices: [], unknown_engines: [] } : check_kernel(mode, evidence);
	if (is_problem(plan)) {
		return plan;
	}
	const refusal = flash_full() ?? (apply_pending() ? { problem: 'apply_pending' as const } : null);
	if (refusal != null) {
		return refusal;
	}
	const after = stage_verified(session, before, options_for(mode));
	if (is_problem(after)) {
		return after;
	}
	return {
		mode: mode,
		previous: mode_of(before.options),
		section: after.section,
		options: after.options,
		previous_options: before.options,
		devices: plan.devices,
		unknown_engines: plan.unknown_engines
	};
}

export { set_mode };
