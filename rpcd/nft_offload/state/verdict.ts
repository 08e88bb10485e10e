// SPDX-License-Identifier: Apache-2.0
/** The first reason why what is asked for is not what is, from the evidence alone. */
import type { Shortfall, Verdict } from '../../api/index.ts';
import { bare_uplinks } from 'nft_offload.state.coverage';
import { devices_drift } from 'nft_offload.state.drift';
import { devices_with, none_has_engine } from 'nft_offload.state.engines';
import type { Evidence } from 'nft_offload.state.evidence';
import { is_active } from 'nft_offload.state.module';

function refused(reason: string | null): Verdict | null {
	return reason == null ? null : { code: 'ruleset_refused', reason: reason };
}

/** Nothing is loaded, or firewall4 has no memory of the load that is there. Null where it is loading just now. */
function why_no_load(evidence: Evidence): Verdict | null {
	const loaded = evidence.effective.loaded;
	if (loaded && (evidence.memory.known || evidence.memory.cause === 'unreadable')) {
		return null;
	}
	if (!loaded && evidence.asked !== 'off' && !is_active(evidence.module)) {
		return { code: 'module_missing', loadable: evidence.module.state === 'loadable' };
	}
	if (evidence.is_loading()) {
		return loaded ? null : { code: 'firewall_stopped' };
	}
	return refused(evidence.refused()) ?? { code: loaded ? 'reload_failed' : 'firewall_stopped' };
}

/** Whether firewall4 has loaded the file since it was written. */
function is_loaded_since(evidence: Evidence): boolean {
	return evidence.memory.known && evidence.configuration.written <= evidence.memory.written;
}

/** The last load seems to have come to nothing, and what is set up is of the one before: told where the file is refused indeed. */
function why_without_effect(evidence: Evidence): Verdict | null {
	return evidence.without_effect && !evidence.is_loading() ? refused(evidence.refused()) : null;
}

/** Another mode is set up than the one asked for. */
function why_another_mode(evidence: Evidence): Verdict {
	if (evidence.effective.mode === 'off') {
		if (!is_active(evidence.module)) {
			return { code: 'module_missing', loadable: evidence.module.state === 'loadable' };
		}
		const hooked = evidence.hooked(evidence.asked);
		if (hooked.known && length(hooked.devices) === 0) {
			return { code: 'no_devices' };
		}
	}
	// firewall4 writes its memory long before nft has taken what it renders.
	const newer = evidence.memory.known && !is_loaded_since(evidence);
	if (newer || evidence.is_loading()) {
		return { code: 'not_reloaded' };
	}
	if (evidence.memory.known && evidence.asked === 'hardware' && evidence.effective.mode === 'software') {
		return (
			why_without_effect(evidence) ?? {
				code: 'hardware_refused',
				devices: devices_with(evidence.engines, 'no')
			}
		);
	}
	return refused(evidence.refused()) ?? { code: 'not_reloaded' };
}

/** Offloading is off. */
function what_else_forwards(evidence: Evidence): Verdict | null {
	return length(evidence.effective.foreign) > 0 || length(evidence.accelerators) > 0
		? {
				code: 'offloaded_by_others',
				flowtables: evidence.effective.foreign,
				accelerators: evidence.accelerators
			}
		: null;
}

/** What is hooked against what a reload would hook. */
function difference(evidence: Evidence): Verdict | null {
	const drift = devices_drift(evidence);
	return drift == null ? null : { code: 'devices_differ', missing: drift.missing, surplus: drift.surplus };
}

interface NoHardware {
	code: 'not_in_hardware';
	cause: 'no_engine' | 'none_taken' | 'unknown';
	connections: number;
}

/** Set up for hardware: what of it is not in hardware. */
function what_hardware_lacks(evidence: Evidence): NoHardware | null {
	const hardware = evidence.seen.hardware;
	const software = evidence.seen.software;
	const none = none_has_engine(evidence.engines);
	if (hardware.connections === 0 && (none || software.connections > 0)) {
		const some = length(devices_with(evidence.engines, 'yes')) > 0;
		return {
			code: 'not_in_hardware',
			cause: none ? 'no_engine' : some ? 'none_taken' : 'unknown',
			connections: software.connections
		};
	}
	return null;
}

function shortfalls(evidence: Evidence): Shortfall[] {
	const seen = evidence.seen;
	const no_ipv6 = seen.hardware.ipv6 === 0 && seen.software.ipv6 > 0;
	const others = seen.software.connections - (no_ipv6 ? seen.software.ipv6 : 0);
	const all: Shortfall[] = [
		{ code: 'unused', connections: seen.unused ?? 0 },
		{ code: 'one_way', connections: seen.one_way ?? 0 },
		{ code: 'ipv6_in_software', connections: no_ipv6 ? seen.software.ipv6 : 0 },
		{ code: 'in_software', connections: others },
		{ code: 'uncounted', connections: seen.uncounted }
	];
	return seen.hardware.connections === 0 ? [] : filter(all, (each) => each.connections > 0);
}

function nothing_to_offload(evidence: Evidence): Verdict | null {
	const seen = evidence.seen.software.connections + evidence.seen.hardware.connections;
	const cause =
		seen > 0
			? null
			: evidence.configuration.forwards === false
				? ('no_forwarding' as const)
				: evidence.leads_nowhere
					? ('no_default_route' as const)
					: null;
	return cause == null ? null : { code: 'nothing_to_offload', cause: cause };
}

/** The mode asked for is set up: what speaks against it. */
function what_speaks_against(evidence: Evidence): Verdict | null {
	if (evidence.effective.mode === 'off') {
		return what_else_forwards(evidence);
	}
	const is_hardware = evidence.effective.mode === 'hardware';
	const found =
		why_without_effect(evidence) ??
		(is_hardware ? what_hardware_lacks(evidence) : null) ??
		difference(evidence);
	if (found != null) {
		return found;
	}
	const bare = bare_uplinks(evidence.coverage, evidence.uplinks);
	if (length(bare) > 0) {
		return { code: 'uplink_not_covered', devices: bare };
	}
	const lacks = is_hardware ? shortfalls(evidence) : [];
	return length(lacks) > 0 ? { code: 'partly_in_hardware', shortfalls: lacks } : nothing_to_offload(evidence);
}

function verdict(evidence: Evidence): Verdict {
	const requested = evidence.configuration.requested;
	if (evidence.firewall !== 'fw4') {
		return { code: 'no_firewall4' };
	}
	if (!requested.readable) {
		return { code: 'config_unreadable' };
	}
	if (evidence.effective.error != null) {
		return { code: 'nft_failed' };
	}
	if (requested.refused != null) {
		return {
			code: 'option_refused',
			option: requested.refused.option,
			value: requested.refused.value
		};
	}
	const not_loaded = why_no_load(evidence);
	if (not_loaded != null) {
		return not_loaded;
	}
	return requested.mode === evidence.effective.mode
		? (what_speaks_against(evidence) ?? { code: 'same' })
		: why_another_mode(evidence);
}

export { verdict, what_hardware_lacks };
