// SPDX-License-Identifier: Apache-2.0
/** What the page says of a change, for each way it can end. */
import type { Mode, Verdict } from '../../../rpcd/api/index.ts';
import type { Outcome, UndoReason } from './state.ts';
import { _, fill } from '../ui/i18n.ts';
import { explainError } from '../ui/problem.ts';
import { explainRefusal } from './problem.ts';
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
			return reason.verdict === null
				? _('the firewall did not come to do what was asked.')
				: explainVerdict(reason.verdict);
	}
}

/** Only what a change can meet has words of its own; the page tells of the rest above. */
function explainVerdict(verdict: Verdict): string {
	switch (verdict.code) {
		case 'hardware_refused':
			return _('a driver refused hardware offloading, and the firewall fell back to software.');
		case 'ruleset_refused':
			return fill(_('the ruleset is refused: “%s”.'), verdict.reason);
		case 'option_refused':
			return fill(_('firewall4 refuses the value “%s” of the option %s.'), verdict.value, verdict.option);
		case 'reload_failed':
		case 'firewall_stopped':
			return _('the firewall could not be loaded.');
		case 'module_missing':
			return _('the kernel module nft_flow_offload is not loaded.');
		case 'nft_failed':
			return _('the kernel could not be asked what is set up.');
		case 'no_devices':
			return _('no device of any firewall zone exists.');
		case 'same':
		case 'config_unreadable':
		case 'no_firewall4':
		case 'not_reloaded':
		case 'devices_differ':
		case 'offloaded_by_others':
		case 'not_in_hardware':
		case 'uplink_not_covered':
		case 'partly_in_hardware':
		case 'nothing_to_offload':
			return _('the firewall did not come to do what was asked.');
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
				text: fill(_('The change to %s was reverted: %s'), modeName(mode), explainUndo(outcome.reason)),
				advice: _('The configuration is as it was before.')
			};
		case 'rolled_back':
			return {
				tone: 'warning',
				text: fill(
					_('The router reverted the change to %s by itself: %s'),
					modeName(mode),
					explainUndo(outcome.reason)
				),
				advice: _('The configuration is as it was before.')
			};
		case 'refused':
			return {
				tone: 'danger',
				text:
					outcome.error.problem === null
						? explainError(outcome.error)
						: explainRefusal(outcome.error.problem),
				advice: ''
			};
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
					_('It is unknown whether the change to %s was kept: %s'),
					modeName(mode),
					explainUndo(outcome.reason)
				),
				advice: _('Reload this page when the router can be reached, and look at what is configured.')
			};
	}
}
