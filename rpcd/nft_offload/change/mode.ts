// SPDX-License-Identifier: Apache-2.0
/** set_mode: checks that a mode would work, then stages it in the caller's session. */
import type { Mode, OffloadOptions, Problem, StagedMode } from '../../api/index.ts';
import { hooked_devices } from 'nft_offload.state.devices';
import { firewall_kind, mode_of, options_for, read_requested } from 'nft_offload.state.firewall';
import { flash_full } from 'nft_offload.change.flash';
import { module_state } from 'nft_offload.state.module';
import { apply_pending } from 'nft_offload.state.pending';
import { hardware_refusal, software_refusal } from 'nft_offload.state.probe';
import { is_problem } from 'nft_offload.base.problem';
import { put_back, read_staged, stage } from 'nft_offload.change.staging';
import type { Staged } from 'nft_offload.change.staging';

/** Whether the kernel would do it: its module, the devices, their drivers, in this order since nft's words do not tell them apart. */
function check_kernel(mode: Mode): string[] | Problem {
	const module = module_state();
	if (module.state === 'missing' || module.state === 'loadable') {
		return { problem: 'module_missing', loadable: module.state === 'loadable' };
	}
	const hooked = hooked_devices(mode);
	if (!hooked.known) {
		return { problem: 'firewall_stopped' };
	}
	if (length(hooked.devices) === 0) {
		return { problem: 'no_devices' };
	}
	const refusal = software_refusal(hooked.devices);
	if (refusal != null) {
		return { problem: 'flowtable_refused', devices: refusal.devices, reason: refusal.reason };
	}
	const unwilling = mode === 'hardware' ? hardware_refusal(hooked.devices) : null;
	return unwilling == null ? hooked.devices : { problem: 'hardware_refused', devices: unwilling.devices };
}

function same(a: OffloadOptions, b: OffloadOptions): boolean {
	return a.flow_offloading === b.flow_offloading && a.flow_offloading_hw === b.flow_offloading_hw;
}

/** Whether libuci and firewall4 would take a change at all. */
function check_firewall(): Problem | null {
	if (firewall_kind() !== 'fw4') {
		return { problem: 'no_firewall4' };
	}
	const requested = read_requested();
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
	const fault = check_firewall();
	if (fault != null) {
		return fault;
	}
	const before = read_staged(session);
	if (is_problem(before)) {
		return before;
	}
	const devices = mode === 'off' ? [] : check_kernel(mode);
	if (is_problem(devices)) {
		return devices;
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
		devices: devices
	};
}

export { set_mode };
