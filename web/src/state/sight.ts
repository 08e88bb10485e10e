// SPDX-License-Identifier: Apache-2.0
/** What the headline says of packets: only what was seen of them. What is asked for and set up stands below. */
import type { Path, Status } from '../../../rpcd/api/index.ts';
import { _, fill } from '../ui/i18n.ts';
import type { Passing } from '../lib/passing.ts';
import { pathName } from '../ui/names.ts';

export type Sight =
	/** The kernel could not be asked, or has no firewall4. */
	| 'unknown'
	| 'no_firewall'
	| 'cpu'
	/** firewall4 offloads nothing, and something else does, or may. */
	| 'others'
	/** Set up, and nothing seen. */
	| 'nothing_yet'
	/** Set up, and what passes now is on the CPU: all of it, or most. */
	| 'all_on_cpu'
	| 'most_on_cpu'
	/** Most of it is there by the policy. */
	| 'most_kept'
	| 'software'
	/** Set up for hardware. */
	| 'not_in_hardware'
	| 'hardware';

/** `rates`: what passes now; null where nobody knows. */
export function sightOf(status: Status, rates: Passing | null = null): Sight {
	const sight = sightOfConnections(status);
	if (rates === null || !SET_UP.includes(sight)) return sight;
	const fast = rates.software + rates.hardware;
	const { cpu, kept } = rates;
	if (kept >= WORTH_A_WORD && kept > fast + cpu) return 'most_kept';
	if (cpu < WORTH_A_WORD || fast >= cpu) return sight;
	return fast + kept < cpu / 100 ? 'all_on_cpu' : 'most_on_cpu';
}

/** What is no news where all that passes takes the CPU path. */
const SET_UP: readonly Sight[] = ['nothing_yet', 'software', 'hardware'];

/** Bytes per second that the CPU forwards anyway: what ends at the router is among them. */
const WORTH_A_WORD = 125_000;

function sightOfConnections(status: Status): Sight {
	const { firewall, effective, seen, verdict } = status;
	if (firewall !== 'fw4' || effective.error !== null) return 'unknown';
	if (!effective.loaded) return 'no_firewall';
	if (effective.mode === 'off') return othersOf(status).length > 0 ? 'others' : 'cpu';
	if (seen.hardware.connections > 0) return 'hardware';
	const inSoftware = seen.software.connections > 0;
	if (verdict.code === 'not_in_hardware' || (effective.mode === 'hardware' && inSoftware))
		return 'not_in_hardware';
	return inSoftware ? 'software' : 'nothing_yet';
}

/** What may forward past the CPU path and is not firewall4's. */
const othersOf = ({ effective, accelerators }: Status) => [...effective.foreign, ...accelerators];

export function headline(status: Status, sight: Sight): string {
	switch (sight) {
		case 'unknown':
			return _('Status unknown');
		case 'no_firewall':
			return _('No firewall is loaded: nothing is filtered');
		case 'cpu':
			return _('Packets take the CPU path');
		case 'others':
			return fill(
				isSeen(status)
					? _('Packets are offloaded by %s, not by firewall4')
					: _('Packets may be offloaded by %s, not by firewall4'),
				othersOf(status).join(', ')
			);
		case 'nothing_yet':
			return _('Set up, nothing offloaded yet');
		case 'all_on_cpu':
			return _('Set up, but what passes now takes the CPU path');
		case 'most_on_cpu':
			return _('Set up, but most of what passes now takes the CPU path');
		case 'most_kept':
			return _('Set up, and your policy keeps most of what passes now on the CPU');
		case 'software':
			return _('Packets take the software fast path');
		case 'not_in_hardware':
			return _('Set up for hardware, nothing in hardware');
		case 'hardware':
			return _('Packets take the hardware fast path');
	}
}

export interface Badge {
	/** Null where no path was seen. */
	path: Path | null;
	text: string;
}

export function badgeOf(status: Status, sight: Sight): Badge {
	switch (sight) {
		case 'unknown':
			return { path: null, text: '?' };
		case 'nothing_yet':
			return { path: null, text: _('Set up', 'offloading') };
		case 'others':
			return isSeen(status) ? badge('software') : { path: null, text: '?' };
		case 'no_firewall':
		case 'cpu':
		case 'all_on_cpu':
		case 'most_on_cpu':
		case 'most_kept':
			return badge('cpu');
		case 'software':
		case 'hardware':
			return badge(sight);
		case 'not_in_hardware':
			return isSeen(status) ? badge('software') : { path: null, text: _('Set up', 'offloading') };
	}
}

const badge = (path: Path): Badge => ({ path, text: pathName(path) });

export const isSeen = ({ seen }: Status) => seen.software.connections + seen.hardware.connections > 0;
