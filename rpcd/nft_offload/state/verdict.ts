// SPDX-License-Identifier: Apache-2.0
/** Why what is asked for is not what is in effect. */
import type { ModuleState, Requested, Status, Verdict } from '../../api/index.ts';
import type { Hooked } from 'nft_offload.state.devices';
import type { InEffect } from 'nft_offload.state.flowtable';

/** What the verdict is made of. The functions cost a look into sysfs or a run of nft, and are called only when they matter. */
interface Findings {
	firewall: Status['firewall'];
	requested: Requested;
	kernel: InEffect;
	module: ModuleState;
	hooked: () => Hooked;
	/** The devices that refuse `flags offload`. */
	refusing: () => string[];
}

/** Nothing is offloaded although it is asked for. */
function why_not_at_all(findings: Findings): Verdict {
	if (!findings.kernel.loaded) {
		return { code: 'firewall_stopped' };
	}
	if (findings.module.state === 'missing' || findings.module.state === 'loadable') {
		return { code: 'module_missing', loadable: findings.module.state === 'loadable' };
	}
	const hooked = findings.hooked();
	if (hooked.known && length(hooked.devices) === 0) {
		return { code: 'no_devices' };
	}
	return { code: 'not_reloaded' };
}

/** Software is in effect although hardware is asked for. */
function why_not_in_hardware(findings: Findings): Verdict {
	const devices = findings.refusing();
	return length(devices) > 0 ? { code: 'hardware_refused', devices: devices } : { code: 'not_reloaded' };
}

function verdict(findings: Findings): Verdict {
	const requested = findings.requested;
	const effective = findings.kernel.effective;
	if (findings.firewall !== 'fw4') {
		return { code: 'no_firewall4' };
	}
	if (!requested.readable) {
		return { code: 'config_unreadable' };
	}
	if (effective.error != null) {
		return { code: 'nft_failed' };
	}
	if (requested.mode === effective.mode) {
		return { code: 'same' };
	}
	if (effective.mode === 'off') {
		return why_not_at_all(findings);
	}
	return requested.mode === 'hardware' ? why_not_in_hardware(findings) : { code: 'not_reloaded' };
}

export { verdict };
export type { Findings };
