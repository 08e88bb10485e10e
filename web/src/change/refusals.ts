// SPDX-License-Identifier: Apache-2.0
/** Why the router changes nothing, for each code of the contract. A code without a text does not compile. */
import type { Problem } from '../../../rpcd/api/index.ts';
import { _, fill } from '../ui/i18n.ts';
import { explainProblem } from '../ui/problem.ts';
import { whose } from '../ui/watched.ts';

export function explainRefusal(problem: Problem): string {
	switch (problem.problem) {
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
			return _(
				'The firewall is not running, so that it is unknown which devices it would use. Start it first.'
			);
		case 'policy_refused':
			return fill(
				_('Rule “%s” of the policy: %s must be %s.'),
				problem.name,
				problem.option,
				problem.expected
			);
		case 'policy_rules_refused':
			return fill(_('nft refuses the rules of the policy: %s'), problem.reason);
		case 'no_devices':
			return _('No device of any firewall zone exists, so firewall4 would offload nothing.');
		case 'hardware_refused':
			return fill(
				_(
					'Hardware offloading is refused by the driver of: %s. firewall4 would silently fall back to software. Nothing was changed.'
				),
				problem.devices.join(', ')
			);
		case 'no_engine':
			return fill(
				_(
					'None of these devices has a flow engine: %s. The firewall would be set up for hardware, and nothing would be in hardware. Nothing was changed; choose Software.'
				),
				problem.devices.join(', ')
			);
		case 'hardware_busy':
			return fill(
				_(
					'The driver of %s is busy and takes no second flowtable, as each reload of the firewall needs it: hardware offloading would be lost at the next one. Nothing was changed.'
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
		case 'edit_failed':
			return fill(
				_('The two options in /etc/config/firewall cannot be changed: %s. Nothing was changed.'),
				problem.reason
			);
		case 'config_changed':
			return _('The firewall configuration was changed meanwhile; review it again.');
		case 'change_running':
			return fill(
				_('A change of %s is under way already. Nothing else can be changed before it has ended.'),
				whose(problem.by)
			);
		case 'no_change':
			return _('This change is not under way any more.');
		case 'not_set_up':
			return _('The mode is not set up yet, so there is nothing to keep.');
		case 'not_guarded':
			return fill(
				_(
					'What would take the change back, at its end or after a restart, is not ready: %s. Nothing was changed.'
				),
				problem.reason
			);
		case 'change_not_started':
			return fill(_('The change could not be started: %s. Nothing was changed.'), problem.reason);
		case 'bad_request':
		case 'unknown_method':
		case 'unknown_argument':
		case 'invalid_argument':
		case 'apply_pending':
		case 'no_answer':
		case 'comparison_running':
		case 'no_comparison':
		case 'no_conntrack':
		case 'job_running':
		case 'job_not_started':
		case 'internal':
			return explainProblem(problem);
	}
}
