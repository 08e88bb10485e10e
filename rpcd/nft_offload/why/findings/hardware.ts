// SPDX-License-Identifier: Apache-2.0
/** Set up for hardware, and what of it is not there: as the verdict says it. */
import type { FindingOf } from '../../../api/index.ts';
import { none_has_engine } from 'nft_offload.state.engines';
import { what_hardware_lacks } from 'nft_offload.state.verdict';
import type { Situation } from 'nft_offload.why.situation';

function find_no_hardware(situation: Situation): FindingOf<'not_in_hardware'>[] {
	if (situation.planned) {
		return none_has_engine(situation.engines)
			? [{ code: 'not_in_hardware', severity: 'warning', cause: 'no_engine', connections: 0 }]
			: [];
	}
	const lack = situation.mode === 'hardware' ? what_hardware_lacks(situation.evidence) : null;
	return lack == null
		? []
		: [
				{
					code: 'not_in_hardware',
					severity: 'warning',
					cause: lack.cause,
					connections: lack.connections
				}
			];
}

function find_ipv6_in_software(situation: Situation): FindingOf<'ipv6_in_software'>[] {
	const seen = situation.evidence.seen;
	return !situation.planned &&
		situation.mode === 'hardware' &&
		seen.hardware.connections > 0 &&
		seen.hardware.ipv6 === 0 &&
		seen.software.ipv6 > 0
		? [{ code: 'ipv6_in_software', severity: 'notice', connections: seen.software.ipv6 }]
		: [];
}

export { find_ipv6_in_software, find_no_hardware };
