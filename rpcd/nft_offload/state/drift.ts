// SPDX-License-Identifier: Apache-2.0
/** What is hooked against what a reload would hook. */
import type { Evidence } from 'nft_offload.state.evidence';
import { is_device_name } from 'nft_offload.state.zones';

interface Drift {
	missing: string[];
	surplus: string[];
}

/** Null where they are the same, or nobody knows what would be hooked. */
function devices_drift(evidence: Evidence): Drift | null {
	const hooked = evidence.effective.mode === 'off' ? null : evidence.hooked(evidence.effective.mode);
	// Names that we take for no device's are left out of what would be hooked, and so of what is.
	const is = filter(evidence.effective.devices, is_device_name);
	const would_be = hooked != null && hooked.known ? hooked.devices : is;
	const missing = filter(would_be, (device) => index(is, device) === -1);
	const surplus = filter(is, (device) => index(would_be, device) === -1);
	return length(missing) > 0 || length(surplus) > 0 ? { missing: missing, surplus: surplus } : null;
}

export { devices_drift };
