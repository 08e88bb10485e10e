// SPDX-License-Identifier: Apache-2.0
/** What the page says of a change, for each way it can end. */
import type { Mode } from '../../../rpcd/api/index.ts';
import type { Outcome, UndoReason } from './state.ts';
import { _, fill } from '../ui/i18n.ts';
import { explainError } from '../ui/problem.ts';
import { modeName, type Explanation } from '../ui/names.ts';

/** Why a change is taken back. */
export function explainUndo(reason: UndoReason): string {
	switch (reason.code) {
		case 'asked':
			return _('you asked for it.');
		case 'unreachable':
			return _('the router could not be reached afterwards.');
		case 'file_differs':
			return _('the file that was written is not what was meant.');
		case 'not_in_effect':
			return reason.verdict?.code === 'hardware_refused'
				? _('the drivers refused hardware offloading, and the firewall fell back.')
				: _('the firewall did not come to do what was asked.');
	}
}

export function explainOutcome(mode: Mode, outcome: Outcome): Explanation {
	switch (outcome.code) {
		case 'kept':
			return {
				tone: 'good',
				text: fill(
					_('Changed to %s: verified in the kernel and in the file, and confirmed.'),
					modeName(mode)
				),
				advice: ''
			};
		case 'cancelled':
			return { tone: 'info', text: _('Cancelled. Nothing was applied.'), advice: '' };
		case 'undone':
			return {
				tone: 'warning',
				text: fill(_('The change to %s was taken back: %s'), modeName(mode), explainUndo(outcome.reason)),
				advice: _('The configuration is as it was before.')
			};
		case 'rolled_back':
			return {
				tone: 'warning',
				text: fill(
					_('The router took the change to %s back by itself: %s'),
					modeName(mode),
					explainUndo(outcome.reason)
				),
				advice: _('The configuration is as it was before.')
			};
		case 'refused':
			return { tone: 'danger', text: explainError(outcome.error), advice: '' };
		case 'busy':
			return {
				tone: 'warning',
				text: _('Somebody else’s change waits for its confirmation. Nothing of yours was applied.'),
				advice: _('Try again in a minute and a half, when it has been confirmed or rolled back.')
			};
		case 'overtaken':
			return {
				tone: 'warning',
				text: _('The configuration changed while you were reading. Nothing was applied.'),
				advice: _('Review the change again.')
			};
		case 'uncertain':
			return {
				tone: 'danger',
				text: fill(
					_('Nobody knows whether the change to %s was kept: %s'),
					modeName(mode),
					explainUndo(outcome.reason)
				),
				advice: _('Reload this page when the router can be reached, and look at what is configured.')
			};
	}
}

export function modeDescription(mode: Mode): string {
	switch (mode) {
		case 'off':
			return _(
				'Each packet goes through the whole firewall. The slowest path, and the one that works with every traffic shaper.'
			);
		case 'software':
			return _(
				'Established TCP and UDP connections skip most of the firewall. Less CPU for each packet, on any hardware. Not fully compatible with QoS/SQM.'
			);
		case 'hardware':
			return _(
				'The network chip forwards established connections by itself, with next to no CPU. Only some chips can, and traffic shaping does not see these packets.'
			);
	}
}
