// SPDX-License-Identifier: Apache-2.0
/** The hooked devices are others than a reload would hook: access points and modems come after the firewall. */
import type { FindingOf } from '../../../api/index.ts';
import { devices_drift } from 'nft_offload.state.drift';
import type { Situation } from 'nft_offload.why.situation';

function find_drift(situation: Situation): FindingOf<'devices_differ'>[] {
	const drift = situation.planned ? null : devices_drift(situation.evidence);
	return drift == null
		? []
		: [{ code: 'devices_differ', severity: 'warning', missing: drift.missing, surplus: drift.surplus }];
}

export { find_drift };
