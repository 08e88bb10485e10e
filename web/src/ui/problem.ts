// SPDX-License-Identifier: Apache-2.0
/** What the page says of what went wrong. The problems of a change alone have their texts there. */
import type { Problem } from '../../../rpcd/api/index.ts';
import { _, fill } from './i18n.ts';
import { UbusStatus, type UbusError } from '../lib/ubus/index.ts';

export function explainProblem(problem: Problem): string {
	switch (problem.problem) {
		case 'bad_request':
			return fill(_('The router did not understand the request: %s'), problem.reason);
		case 'unknown_method':
			return _(
				'The router does not know this request: the installed package is of another version than this page. Reload the page.'
			);
		case 'unknown_argument':
			return fill(_('The router does not know the argument %s.'), problem.argument);
		case 'invalid_argument':
			return fill(_('%s must be %s.'), problem.argument, problem.expected);
		case 'apply_pending':
			return _(
				'A “Save & Apply” of somebody waits for its confirmation. Nothing can be changed here before it has been confirmed or rolled back.'
			);
		case 'no_conntrack':
			return fill(
				_('The kernel shows no list of connections on this router. Install the package %s to see them.'),
				problem.install
			);
		case 'no_answer':
			return fill(
				_('%s gave no answer in time: the router is very busy, or something hangs.'),
				problem.program
			);
		case 'job_running':
			return _('The router is installing already, or its package manager is still busy from the last time.');
		case 'job_not_started':
			return fill(_('The installation could not be started: %s'), problem.reason);
		case 'internal':
			return fill(_('The router reports an internal fault: %s'), problem.reason);
		case 'no_firewall4':
		case 'config_unreadable':
		case 'config_unavailable':
		case 'no_defaults':
		case 'module_missing':
		case 'policy_refused':
		case 'policy_rules_refused':
		case 'firewall_stopped':
		case 'no_devices':
		case 'hardware_refused':
		case 'no_engine':
		case 'hardware_busy':
		case 'flowtable_refused':
		case 'flash_full':
		case 'edit_failed':
		case 'config_changed':
		case 'change_running':
		case 'comparison_running':
		case 'no_comparison':
		case 'no_change':
		case 'not_set_up':
		case 'not_guarded':
		case 'change_not_started':
			return answered(problem.problem);
	}
}

const answered = (what: string) => fill(_('The router answered with an error: %s'), what);

/** What went wrong between this page and the router. */
export function explainError(error: UbusError): string {
	if (error.problem !== null) return explainProblem(error.problem);
	switch (error.kind) {
		case 'network':
			return _('The router cannot be reached.');
		case 'timeout':
			return _('The router did not answer in time.');
		case 'unanswered':
			return fill(
				_(
					'The router gave no answer to %s: it had worked on it for 30 seconds, or its program crashed. It may be very busy.'
				),
				error.call
			);
		case 'expired':
			return _('Your session has expired. Reload this page to log in again.');
		case 'denied':
			return _('Your session may not do this.');
		case 'status':
			return isLost(error)
				? _(
						'rpcd on the router has lost what this page asks, as it can when it is reloaded. On the router, run: /etc/init.d/rpcd reload'
					)
				: answered(error.message);
		case 'aborted':
		case 'http':
		case 'protocol':
		case 'rpc':
		case 'problem':
			return answered(error.message);
	}
}

/** Nobody on the bus has our object, though rpcd knows the session: see rpcd/nft_offload/change/reachable.ts. */
const isLost = ({ fault, call }: UbusError): boolean =>
	fault.kind === 'status' && fault.status === UbusStatus.NotFound && call.startsWith('luci.nft-offload.');
