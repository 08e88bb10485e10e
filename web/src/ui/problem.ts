// SPDX-License-Identifier: Apache-2.0
/** What the page says of what went wrong, for each code of the contract. A code without a text does not compile. */
import type { Problem } from '../../../rpcd/api/index.ts';
import { _, fill } from './i18n.ts';
import type { UbusError } from '../lib/ubus/index.ts';

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
					'Hardware offloading is refused by the driver of: %s. firewall4 would silently fall back to software. Nothing was changed.'
				),
				problem.devices.join(', ')
			);
		case 'flowtable_refused':
			return fill(
				_('The kernel refuses a flowtable over %s: %s. Nothing was changed.'),
				problem.devices.join(', '),
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
				'A change waits for its confirmation. Nothing can be changed here until it has been confirmed or rolled back.'
			);
		case 'stage_failed':
			return fill(_('The change could not be staged: %s. Nothing was applied.'), problem.reason);
		case 'no_conntrack':
			return fill(
				_('The kernel shows no list of connections on this router. Install the package %s to see them.'),
				problem.install
			);
		case 'job_running':
			return _('The router is installing already, or its package manager is still busy from the last time.');
		case 'job_not_started':
			return fill(_('The installation could not be started: %s'), problem.reason);
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
			return _('Your session has expired. Reload this page to log in again.');
		case 'denied':
			return _('Your session may not do this.');
		case 'aborted':
		case 'http':
		case 'protocol':
		case 'rpc':
		case 'status':
		case 'problem':
			return fill(_('The router answered with an error: %s'), error.message);
	}
}
