// SPDX-License-Identifier: Apache-2.0
/** What the page says of a policy. A code without a text does not compile. */
import type { PolicyForce, PolicyOption, PolicyRule } from '../../../rpcd/api/index.ts';
import { policyCause } from '../ui/cause.ts';
import { formatCount } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import type { Explanation } from '../ui/names.ts';

/** What an admin can choose by. */
export type Condition = Exclude<PolicyOption, 'name' | 'enabled'>;

export function conditionName(condition: Condition): string {
	switch (condition) {
		case 'clients':
			return _('Clients: addresses or networks');
		case 'destinations':
			return _('Destinations: addresses or networks');
		case 'ports':
			return _('Ports of the destination');
		case 'src':
			return _('From the zone');
		case 'dest':
			return _('To the zone');
		case 'macs':
			return _('Who began it: MAC addresses');
		case 'dscp':
			return _('DSCP of what is sent');
		case 'mark':
			return _('Mark of the connection');
		case 'first_packets':
			return _('Until so many packets were sent');
		case 'family':
			return _('IP version');
		case 'protocol':
			return _('Protocol');
	}
}

/** What an admin writes there, as an example. */
export function exampleOf(condition: Condition): string {
	switch (condition) {
		case 'clients':
			return '192.168.1.50 fd00::/64';
		case 'destinations':
			return '203.0.113.0/24';
		case 'ports':
			return '443 5000-5010';
		case 'src':
			return 'lan';
		case 'dest':
			return 'wan';
		case 'macs':
			return '02:00:00:00:00:50';
		case 'dscp':
			return 'EF CS5 40';
		case 'mark':
			return '0x10/0xf0';
		case 'first_packets':
			return '30';
		case 'family':
		case 'protocol':
			return '';
	}
}

/** Which connections a rule means. */
export function ruleText(rule: PolicyRule): string {
	const parts = [
		rule.family === undefined ? '' : rule.family === 'ipv4' ? 'IPv4' : 'IPv6',
		rule.protocol === undefined ? '' : rule.protocol.toUpperCase(),
		rule.src === undefined ? '' : fill(_('from the zone %s'), rule.src),
		rule.dest === undefined ? '' : fill(_('to the zone %s'), rule.dest),
		rule.macs === undefined ? '' : fill(_('of %s'), rule.macs.join(', ')),
		rule.clients === undefined ? '' : fill(_('of %s'), rule.clients.join(', ')),
		rule.destinations === undefined ? '' : fill(_('to %s'), rule.destinations.join(', ')),
		rule.ports === undefined ? '' : fill(_('to port %s'), rule.ports.join(', ')),
		rule.dscp === undefined ? '' : fill(_('with DSCP %s'), rule.dscp.join(', ')),
		rule.mark === undefined ? '' : fill(_('with mark %s'), rule.mark),
		rule.first_packets === undefined
			? ''
			: fill(_('until they have sent %s packets'), formatCount(rule.first_packets))
	];
	return parts.filter((part) => part !== '').join(', ');
}

export function forceText(force: PolicyForce): Explanation {
	switch (force.state) {
		case 'empty':
			return { tone: 'good', text: _('No rule: whatever can be offloaded is.'), advice: '' };
		case 'off':
			return {
				tone: 'info',
				text: _('Nothing is offloaded now, so that there is nothing to choose.'),
				advice: ''
			};
		case 'in_force':
			return { tone: 'good', text: _('In force.'), advice: '' };
		case 'not_in_force':
			return {
				tone: 'warning',
				text: fill(_('Not in force: %s.'), policyCause(force.cause)),
				advice: force.reason
			};
	}
}
