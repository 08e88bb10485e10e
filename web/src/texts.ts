// SPDX-License-Identifier: Apache-2.0
/** What the page says, for each code of the contract. A code without a text does not compile. */
import type { Mode, Path, Problem, Status, Verdict } from '../../rpcd/api.ts';
import type { Outcome, UndoReason } from './change/state.ts';
import { _, fill } from './i18n.ts';
import type { UbusError } from './ubus/index.ts';

export function modeName(mode: Mode): string {
	switch (mode) {
		case 'off':
			return _('Off');
		case 'software':
			return _('Software');
		case 'hardware':
			return _('Hardware');
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

/** Where the packets of a connection go. */
export function pathName(path: Path): string {
	switch (path) {
		case 'cpu':
			return _('CPU');
		case 'software':
			return _('Software');
		case 'hardware':
			return _('Hardware');
	}
}

/** The headline: the path that the router's packets take now. */
export function effectiveHeadline(mode: Mode): string {
	switch (mode) {
		case 'off':
			return _('Packets take the CPU path');
		case 'software':
			return _('Packets take the software fast path');
		case 'hardware':
			return _('Packets take the hardware fast path');
	}
}

/** `good`: as asked for. `info`: as asked for, and nothing is accelerated. `warning`: not as asked for. */
export type Tone = 'good' | 'info' | 'warning' | 'danger';

export interface Explanation {
	tone: Tone;
	text: string;
	/** What the admin can do; empty where there is nothing to do. */
	advice: string;
}

const deviceList = (devices: string[]) => devices.join(', ');

export function explainVerdict(status: Status): Explanation {
	const verdict = status.verdict;
	switch (verdict.code) {
		case 'same':
			return explainSame(status);
		case 'config_unreadable':
			return {
				tone: 'danger',
				text: _('The firewall configuration cannot be read, so nobody knows what is asked for.'),
				advice: _('Mend /etc/config/firewall; nothing can be changed here before that.')
			};
		case 'no_firewall4':
			return {
				tone: 'info',
				text: _(
					'This router does not use firewall4. Flow offloading of its firewall cannot be shown or changed here.'
				),
				advice: _('firewall4 is the firewall of OpenWrt 22.03 and later.')
			};
		case 'nft_failed':
			return {
				tone: 'danger',
				text: _('The kernel could not be asked what is in effect.'),
				advice: status.effective.error ?? ''
			};
		case 'firewall_stopped':
			return {
				tone: 'danger',
				text: _('The firewall is not running, so nothing is offloaded and nothing is protected.'),
				advice: _('Start it under System > Startup, and read the system log if it does not start.')
			};
		case 'module_missing':
			return explainMissingModule(verdict);
		case 'no_devices':
			return {
				tone: 'warning',
				text: _(
					'Offloading is asked for, but no device of any firewall zone exists; firewall4 then offloads nothing and says nothing.'
				),
				advice: _('Assign the interfaces to firewall zones, or bring them up.')
			};
		case 'hardware_refused':
			return {
				tone: 'warning',
				text:
					verdict.devices.length > 0
						? fill(
								_('Hardware offloading is asked for, but the driver of %s refuses it; firewall4 fell back.'),
								deviceList(verdict.devices)
							)
						: _('Hardware offloading is asked for, but the drivers refuse it; firewall4 fell back.'),
				advice: _('Choose Software: it is what runs now, and then the configuration says so.')
			};
		case 'not_reloaded':
			return {
				tone: 'warning',
				text: _('The configuration was changed, and the firewall has not been reloaded since.'),
				advice: _('Restart the firewall under System > Startup.')
			};
	}
}

function explainSame(status: Status): Explanation {
	if (status.requested.readable && status.requested.hardware_alone) {
		return {
			tone: 'warning',
			text: _('Hardware offloading is set without offloading itself, so firewall4 ignores it.'),
			advice: _('Choose Hardware or Off to make it plain.')
		};
	}
	return status.effective.mode === 'off'
		? { tone: 'info', text: _('As configured: flow offloading is off.'), advice: '' }
		: { tone: 'good', text: _('As configured: what is asked for is what the kernel does.'), advice: '' };
}

function explainMissingModule(verdict: Extract<Verdict, { code: 'module_missing' }>): Explanation {
	return {
		tone: 'danger',
		text: _('Offloading is asked for, but the kernel module nft_flow_offload is not loaded.'),
		advice: verdict.loadable
			? _('The module is installed: load it with modprobe nft_flow_offload, or restart the router.')
			: _('Install the package kmod-nft-offload.')
	};
}

export function explainProblem(problem: Problem): string {
	switch (problem.problem) {
		case 'bad_request':
			return fill(_('The router did not understand the request: %s'), problem.reason);
		case 'unknown_method':
			return _(
				'The router does not know this request. The installed package may be older than this page: reload it.'
			);
		case 'unknown_argument':
			return fill(_('The router does not know the argument %s.'), problem.argument);
		case 'invalid_argument':
			return fill(_('%s must be %s.'), problem.argument, problem.expected);
		case 'no_firewall4':
			return _('This router does not use firewall4, so there is nothing to switch.');
		case 'config_unreadable':
			return problem.line > 0
				? fill(_('/etc/config/firewall cannot be read: %s, line %s.'), problem.reason, problem.line)
				: fill(_('/etc/config/firewall cannot be read: %s.'), problem.reason);
		case 'config_unavailable':
			return fill(_('/etc/config/firewall is not available: %s'), problem.reason);
		case 'no_defaults':
			return _('/etc/config/firewall has no “defaults” section to hold the choice.');
		case 'module_missing':
			return problem.loadable
				? _(
						'The kernel module nft_flow_offload is installed but not loaded. With offloading on, the firewall would not load at all.'
					)
				: _(
						'The kernel module nft_flow_offload is missing. With offloading on, the firewall would not load at all. Install kmod-nft-offload first.'
					);
		case 'firewall_stopped':
			return _('The firewall is not running, so nobody knows which devices it would use. Start it first.');
		case 'no_devices':
			return _('No device of any firewall zone exists, so firewall4 would offload nothing.');
		case 'hardware_refused':
			return fill(
				_(
					'The driver of %s refuses hardware offloading. firewall4 would silently fall back to software. Nothing was changed.'
				),
				deviceList(problem.devices)
			);
		case 'flowtable_refused':
			return fill(
				_('The kernel refuses a flowtable over %s: %s. Nothing was changed.'),
				deviceList(problem.devices),
				problem.reason
			);
		case 'flash_full':
			return fill(
				_(
					'Only %s KiB are free on the flash, %s are needed. On a full flash the firewall configuration would be lost. Nothing was changed.'
				),
				problem.free_kib,
				problem.needed_kib
			);
		case 'not_permitted':
			return _('Your session may not change the firewall.');
		case 'apply_pending':
			return _(
				'Another change waits for its confirmation. Try again when it has been confirmed or rolled back.'
			);
		case 'stage_failed':
			return fill(_('The change could not be staged: %s. It has been taken back.'), problem.reason);
		case 'no_conntrack':
			return fill(
				_('The kernel shows no list of connections on this router. Install the package %s to see them.'),
				problem.install
			);
		case 'internal':
			return fill(_('The router reports an internal fault: %s'), problem.reason);
	}
}

/** What went wrong between this page and the router. */
export function explainError(error: UbusError): string {
	if (error.problem !== null) return explainProblem(error.problem);
	switch (error.kind) {
		case 'network':
			return _('The router cannot be reached.');
		case 'timeout':
			return _('The router did not answer in time.');
		case 'expired':
			return _('Your session has expired. Log in again.');
		case 'denied':
			return _('Your session may not do this.');
		default:
			return fill(_('The router answered with an error: %s'), error.message);
	}
}

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
			return { tone: 'info', text: _('Cancelled. Nothing was applied, and nothing is staged.'), advice: '' };
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
