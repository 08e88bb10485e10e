// SPDX-License-Identifier: Apache-2.0
/** What proves the headline: what passes between two looks, by which path, and what it costs. */
import type { Status } from '../../../rpcd/api/index.ts';
import type { Passing } from '../lib/passing.ts';
import { isWanBare } from '../lib/uplinks.ts';
import { formatCount, formatThroughput } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { isSeen, type Sight } from './sight.ts';
import { seenText } from './texts.ts';

/** What two looks tell of the time between them; null where they do not, or not yet. */
export interface Moving {
	/** Closed connections carry nothing. */
	rates: Passing | null;
	/** Connections that could be offloaded, and those that are. */
	eligible: { all: number; offloaded: number } | null;
	/** The processor's load, from 0 to 1. */
	busy: number | null;
	/** Some that are offloaded are not counted: their path has more than is known. */
	uncounted: boolean;
}

/** Bytes per second below which the router's own talk is all there is. */
export const QUIET = 2500;

/** The lines below the headline. Always two where something is set up, so that what comes to be known moves nothing. */
export function proofOf(status: Status, sight: Sight, moving: Moving): string[] {
	if (sight === 'unknown' || sight === 'no_firewall') return [];
	const now = nowText(status, moving);
	return status.effective.mode === 'off' ? [now] : [now, eligibleText(status, moving)];
}

function nowText({ effective }: Status, { rates, busy, uncounted }: Moving): string {
	const processor = busy === null ? '' : fill(_('CPU %s'), percent(busy, 1));
	return fill(
		_('Now: %s'),
		[passingText(effective.mode !== 'off', rates, uncounted), processor]
			.filter((each) => each !== '')
			.join(', ')
	);
}

function passingText(on: boolean, rates: Moving['rates'], uncounted: boolean): string {
	if (rates === null) return uncounted ? _('not counted', 'throughput') : _('measuring…');
	const fast = rates.software + rates.hardware;
	const all = fast + rates.cpu + rates.kept;
	if (all < QUIET) return uncounted ? _('not counted', 'throughput') : _('next to no traffic');
	if (!on && fast === 0) return fill(_('%s, all by the CPU'), formatThroughput(all));
	// What is not counted would be on the fast side: the share is at least this.
	const share = fill(
		uncounted ? _('at least %s of %s offloaded') : _('%s of %s offloaded'),
		percent(fast, all),
		formatThroughput(all)
	);
	return rates.kept < QUIET ? share : fill(_('%s, %s on the CPU by choice'), share, percent(rates.kept, all));
}

/** Whole percents; all and nothing are said only of all and nothing. */
function percent(part: number, whole: number): string {
	const share = Math.round((100 * part) / whole);
	if (part > 0 && share === 0) return '< 1 %';
	return part < whole && share === 100 ? '> 99 %' : `${share} %`;
}

function eligibleText(status: Status, { eligible }: Moving): string {
	if (eligible === null) return isSeen(status) ? fill(_('Proof: %s.'), seenText(status)) : '\u00a0';
	if (eligible.all === 0) return _('No connection could be offloaded now.');
	return fill(
		isWanBare(status)
			? _('Proof: %s of %s eligible connections are offloaded, their uploads alone.')
			: _('Proof: %s of %s eligible connections are offloaded.'),
		formatCount(eligible.offloaded),
		formatCount(eligible.all)
	);
}
