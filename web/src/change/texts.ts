// SPDX-License-Identifier: Apache-2.0
/** What the page says of the end of a change, for each way it can end. A code without a text does not compile. */
import type {
	ChangeOutcome,
	ChangeReport,
	Mode,
	OffloadOptions,
	PolicyForce,
	RevertReason,
	Verdict
} from '../../../rpcd/api/index.ts';
import { policyCause } from '../ui/cause.ts';
import { _, fill } from '../ui/i18n.ts';
import { modeName, type Explanation } from '../ui/names.ts';
import { modeInText } from './names.ts';
import { whose } from '../ui/watched.ts';
import type { LostChange } from './state.ts';

export function explainOutcome(report: ChangeReport, outcome: ChangeOutcome): Explanation {
	switch (outcome.code) {
		case 'kept':
			return {
				tone: outcome.proved ? 'good' : 'info',
				text: [
					fill(_('Changed to %s.'), modeName(report.mode)),
					outcome.proved ? provedText(report.mode) : _('No packets were seen to prove that it works.')
				].join(' '),
				advice: fill(_('Kept by %s.'), whose(outcome.by))
			};
		case 'reverted':
			return {
				tone: outcome.loaded ? 'warning' : 'danger',
				text: explainRevert(report, outcome.reason),
				advice: revertedText(report, outcome.loaded)
			};
		case 'superseded':
			return {
				tone: 'warning',
				text: fill(
					_('The change to %s ended, since somebody has set the options otherwise meanwhile: %s.'),
					modeName(report.mode),
					optionsText(outcome.options)
				),
				advice: _('They were left as they are.')
			};
		case 'not_written':
			return {
				tone: 'danger',
				text: fill(_('The change to %s could not be saved: %s'), modeName(report.mode), outcome.reason),
				advice: _('/etc/config/firewall is as it was before.')
			};
	}
}

/** What is configured and set up after the way back. */
function revertedText({ way_back }: ChangeReport, loaded: boolean): string {
	if (way_back !== null)
		return loaded
			? _('firewall4 refuses the value that was there before: Off is configured instead.')
			: _(
					'firewall4 refuses the value that was there before: Off is configured instead, but the firewall has not loaded it. See below what is set up.'
				);
	return loaded
		? _('The configuration is as it was before.')
		: _(
				'The configuration is as it was before, but the firewall has not loaded it. See below what is set up.'
			);
}

/** What the router wrote down of a change before it restarted cannot be read. */
export function explainLost({ mode }: LostChange): Explanation {
	return {
		tone: 'danger',
		text: _(
			'The router restarted during a change of the mode, and what it had written down of it cannot be read: it could not go back.'
		),
		advice:
			mode === null
				? _('See below what is configured and set up.')
				: fill(
						_('/etc/config/firewall says %s now. If that is not what you want, change it.'),
						modeName(mode)
					)
	};
}

/** The router does not know of the change any more. */
export function explainForgotten(report: ChangeReport): Explanation {
	return {
		tone: 'warning',
		text: fill(
			_('How the change to %s ended is unknown: the router has no word of it.'),
			modeName(report.mode)
		),
		advice: _('See below what is configured and set up.')
	};
}

/** That the router went back, and why. */
export function explainRevert(report: ChangeReport, reason: RevertReason): string {
	const { mode, trial } = report;
	const previous = modeName(report.previous);
	const what = modeInText(mode);
	switch (reason.code) {
		case 'asked':
			return trial
				? fill(
						_('The trial of %s was ended by %s, and the router went back to %s.'),
						what,
						whose(reason.by),
						previous
					)
				: fill(
						_('The change to %s was taken back by %s, and the router went back to %s.'),
						modeName(mode),
						whose(reason.by),
						previous
					);
		case 'time_over':
			return trial
				? fill(_('The trial of %s is over, and the router went back to %s.'), what, previous)
				: fill(
						_('Nobody kept the change to %s in time, and the router went back to %s.'),
						modeName(mode),
						previous
					);
		case 'not_in_effect':
			return fill(
				_('%s did not come into effect: %s. The router went back to %s.'),
				modeName(mode),
				verdictText(reason.verdict),
				previous
			);
		case 'policy_not_in_force':
			return fill(
				_('The policy did not come into force: %s. The router went back.'),
				forceText(reason.force)
			);
		case 'restarted':
			return trial
				? fill(_('The router restarted during the trial of %s and went back to %s.'), what, previous)
				: fill(
						_('The router restarted during the change to %s and went back to %s.'),
						modeName(mode),
						previous
					);
		case 'stopped':
			return trial
				? fill(
						_('The trial of %s was stopped, as an upgrade or removal does, and the router went back to %s.'),
						what,
						previous
					)
				: fill(
						_('The change to %s was stopped, as an upgrade or removal does, and the router went back to %s.'),
						modeName(mode),
						previous
					);
	}
}

/** Why the router is going back, while it does. */
export function explainReverting(reason: RevertReason): string {
	switch (reason.code) {
		case 'asked':
			return fill(_('Asked for by %s.'), whose(reason.by));
		case 'time_over':
			return _('The time is over, and nobody kept the change.');
		case 'not_in_effect':
			return fill(_('The mode did not come into effect: %s.'), verdictText(reason.verdict));
		case 'policy_not_in_force':
			return fill(_('The policy did not come into force: %s.'), forceText(reason.force));
		case 'restarted':
			return _('The router restarted meanwhile.');
		case 'stopped':
			return _('The package is being upgraded or removed, or the firmware is.');
	}
}

/** Only what a change can meet has words of its own. */
function forceText(force: PolicyForce): string {
	if (force.state !== 'not_in_force') return force.state;
	return force.cause === 'no_rule'
		? policyCause(force.cause)
		: force.reason || _('the firewall did not load it');
}

/** What packets did to prove a mode. */
export function provedText(mode: Mode): string {
	switch (mode) {
		case 'off':
			return _('Packets were seen to pass through the CPU, both ways.');
		case 'software':
			return _('Packets were seen to take the software fast path, both ways.');
		case 'hardware':
			return _('Packets were seen to take the hardware fast path, both ways.');
	}
}

function optionsText(options: OffloadOptions): string {
	return (['flow_offloading', 'flow_offloading_hw'] as const)
		.map((name) => {
			const value = options[name];
			return value === null ? fill(_('%s absent'), name) : `${name} '${value}'`;
		})
		.join(', ');
}

/** Only what a change can meet has words of its own; the page tells of the rest below. */
function verdictText(verdict: Verdict): string {
	switch (verdict.code) {
		case 'hardware_refused':
			return _('a driver refused hardware offloading, and the firewall fell back to software');
		case 'ruleset_refused':
			return fill(_('the ruleset is refused: “%s”'), verdict.reason);
		case 'option_refused':
			return fill(_('firewall4 refuses the value “%s” of the option %s'), verdict.value, verdict.option);
		case 'config_unreadable':
			return _('/etc/config/firewall cannot be read');
		case 'reload_failed':
		case 'firewall_stopped':
			return _('the firewall could not be loaded');
		case 'module_missing':
			return _('the kernel module nft_flow_offload is not loaded');
		case 'nft_failed':
			return _('the kernel could not be asked what is set up');
		case 'no_devices':
			return _('no device of any firewall zone exists');
		case 'same':
		case 'no_firewall4':
		case 'not_reloaded':
		case 'devices_differ':
		case 'offloaded_by_others':
		case 'not_in_hardware':
		case 'uplink_not_covered':
		case 'partly_in_hardware':
		case 'nothing_to_offload':
			return _('the firewall did not come to do what was asked');
	}
}
