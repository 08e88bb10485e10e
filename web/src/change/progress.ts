// SPDX-License-Identifier: Apache-2.0
/** What the page says of a change while it runs. */
import type { ChangeReport, Mode, Proof, RevertObstacle } from '../../../rpcd/api/index.ts';
import { _, fill } from '../ui/i18n.ts';
import { modeName } from '../ui/names.ts';
import { explainReverting, provedText } from './texts.ts';
import type { RunningChange, Sight } from './state.ts';

/** Milliseconds that a proof is waited for before the admin is asked, and the share of the time that it may take. */
const PATIENCE = 10_000;
const SHARE = 1 / 3;

/** The way of a change, and how far it is. */
export const STEPS = ['starting', 'loading', 'proving', 'ended'] as const;

export function stepName(step: (typeof STEPS)[number], mode: Mode): string {
	switch (step) {
		case 'starting':
			return _('Save', 'step');
		case 'loading':
			return _('Load the firewall');
		case 'proving':
			return mode === 'off' ? _('See packets pass') : _('See packets take the fast path');
		case 'ended':
			return _('Keep', 'change');
	}
}

export function titleOf({ state, report }: RunningChange): string {
	if (state === 'reverting') return fill(_('Going back to %s'), modeName(report.previous));
	return report.trial
		? fill(_('Trial of %s'), modeName(report.mode))
		: fill(_('Changing to %s'), modeName(report.mode));
}

/** What the router does now. */
export function doingText(change: RunningChange): string {
	switch (change.state) {
		case 'starting':
			return _('Saving /etc/config/firewall…');
		case 'loading':
			return _('Loading the firewall…');
		case 'proving':
			return proofText(change.report, change.proof);
		case 'reverting':
			return [explainReverting(change.reason), obstacleText(change.waits_for)].join(' ');
	}
}

function proofText({ mode, trial }: ChangeReport, { lacks, looks, needed }: Proof): string {
	switch (lacks) {
		case null:
			return trial ? provedText(mode) : `${provedText(mode)} ${_('Keeping the change…')}`;
		case 'connections':
			return mode === 'off'
				? _('Set up. No forwarded connection has been seen yet.')
				: _('Set up. No forwarded connection has been seen on the fast path yet.');
		case 'movement':
			return fill(
				_('Set up. Packets have to be seen moving both ways at %s looks; so far at %s.'),
				needed,
				looks
			);
		case 'counters':
			return _('Set up. The kernel counts no packets on this router, so that nobody can see them move.');
		case 'policy':
			return _('Set up. Connections that the policy keeps on the CPU are still offloaded.');
	}
}

function obstacleText(obstacle: RevertObstacle): string {
	if (obstacle === null) return _('Restoring the configuration…');
	switch (obstacle.code) {
		case 'firewall':
			return _('The configuration is restored; the firewall has not loaded it yet.');
		case 'apply':
			return _(
				'A “Save & Apply” of somebody waits for its confirmation: the router goes back when that has ended.'
			);
		case 'file':
			return fill(_('/etc/config/firewall cannot be written: %s. The router keeps trying.'), obstacle.reason);
	}
}

/** Whether an admin has to say whether it works, since nobody else can. */
export function isQuestion(sight: Sight, refused: boolean, now: number): boolean {
	if (sight.step !== 'running' || sight.change.state !== 'proving') return false;
	const { report, proof } = sight.change;
	if (report.trial) return false;
	if (refused || proof.lacks === 'counters') return true;
	return (
		proof.lacks !== null && now - sight.timing.since >= Math.min(PATIENCE, report.seconds * 1000 * SHARE)
	);
}
