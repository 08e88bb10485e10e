// SPDX-License-Identifier: Apache-2.0
/** Why a connection is on its path, for each reason of the contract. A code without a text does not compile. */
import type { FlowCheck, FlowReason } from '../../../rpcd/api/index.ts';
import { formatCount } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';

export interface ReasonText {
	text: string;
	/** What would change it; empty where nothing would. */
	advice: string;
}

const reason = (text: string, advice = ''): ReasonText => ({ text, advice });

export function explainReason(why: FlowReason): ReasonText {
	switch (why.code) {
		case 'offloaded':
			if (why.path === 'software') return reason(_('It is offloaded in software.'));
			return why.one_way === true
				? reason(
						_('It is offloaded in hardware, in one direction: the other one goes in software.'),
						_('A limit of the chip or its driver.')
					)
				: reason(_('It is offloaded in hardware.'));
		case 'gone':
			return reason(_('It is gone: the router knows it no more.'));
		case 'not_set_up':
			return reason(
				_('No flowtable is set up: all connections stay on the CPU.'),
				_('Choose Software or Hardware above.')
			);
		case 'no_rule':
			return reason(
				_('A flowtable is set up, but no rule hands this connection to it.'),
				_('The firewall’s rules were changed, in a template or by another program.')
			);
		case 'local':
			return reason(
				fill(_('It ends at the router itself (%s), which forwards none of it.'), why.address),
				_('Only what passes through the router can be offloaded.')
			);
		case 'not_unicast':
			return reason(fill(_('%s is a broadcast or multicast address: never offloaded.'), why.address));
		case 'protocol':
			return reason(
				fill(_('%s is never offloaded: the flowtable takes TCP and UDP alone.'), why.protocol.toUpperCase())
			);
		case 'one_direction':
			return reason(_('Nothing has come back yet: only what was answered is offloaded.'));
		case 'tcp_state':
			return reason(
				fill(_('It begins or ends (%s): only established connections are offloaded.'), why.state)
			);
		case 'helper':
			return reason(
				fill(_('The helper %s reads its packets, as its protocol needs: never offloaded.'), why.helper),
				fill(_('By the rule “%s” of the chain %s.'), why.rule, why.chain)
			);
		case 'bridged':
			return reason(
				fill(_('Both ends are reached by %s: a bridge forwards it, and it is never routed.'), why.device)
			);
		case 'policy':
			return reason(
				!why.certain
					? fill(_('Perhaps by your policy: by what “%s” asks of its packets.'), why.rule)
					: why.first_packets === null
						? fill(_('By your policy: “%s” keeps it on the CPU.'), why.rule)
						: fill(
								_('By your policy: “%s” keeps it on the CPU until it has sent %s packets.'),
								why.rule,
								formatCount(why.first_packets)
							)
			);
		case 'ipsec':
			return reason(_('It goes through IPsec: never offloaded.'));
		case 'no_forwarding':
			return reason(
				fill(_('No forwarding leads from the zone %s to %s.'), why.source_zone, why.destination_zone),
				_('Zones are under Network > Firewall.')
			);
		case 'not_covered':
			return reason(
				why.missing.length === 0
					? fill(_('%s is not in the flowtable: what enters there stays on the CPU.'), why.device)
					: fill(
							_('%s is not in the flowtable (%s): what enters there stays on the CPU.'),
							why.device,
							why.missing.join(', ')
						),
				_('See the findings above.')
			);
		case 'timed_out':
			return reason(
				fill(
					_('It was offloaded, and paused for longer than the flowtable waits (%s s).'),
					formatCount(why.seconds)
				),
				_('Its next packets have it offloaded again.')
			);
		case 'few_packets':
			return reason(
				why.packets === 1
					? _('Only 1 packet was seen so far: the next one may have it offloaded.')
					: fill(
							_('Only %s packets were seen so far: the next one may have it offloaded.'),
							formatCount(why.packets)
						)
			);
		case 'idle':
			return reason(
				fill(
					_(
						'Nothing has passed for %s s: longer than the flowtable waits, or since the firewall was loaded. Whether it was offloaded before, nobody has seen.'
					),
					formatCount(why.seconds)
				),
				_('Its next packets have it offloaded.')
			);
	}
}

/** The same in a few words, for a row of the list; what only an open connection tells is left to that. */
export function shortReasons([first]: readonly FlowReason[]): string {
	if (!first) return _('unknown why', 'connection');
	switch (first.code) {
		case 'local':
			return _('ends at the router');
		case 'protocol':
			return _('never offloaded');
		case 'one_direction':
			return _('no answer yet');
		case 'tcp_state':
			return _('begins or ends');
		case 'not_unicast':
			return _('broadcast or multicast');
		case 'no_rule':
			return _('no rule offloads it');
		case 'helper':
			return fill(_('read by the helper %s'), first.helper);
		case 'bridged':
			return fill(_('bridged by %s'), first.device);
		case 'policy':
			return _('by your policy');
		case 'ipsec':
			return 'IPsec';
		case 'not_covered':
			return fill(_('%s is not in the flowtable'), first.device);
		case 'timed_out':
			return _('paused, taken out');
		case 'few_packets':
			return _('few packets so far');
		case 'idle':
			return _('idle', 'connection');
		case 'offloaded':
		case 'gone':
		case 'not_set_up':
		case 'no_forwarding':
			return '';
	}
}

export function checkName(check: FlowCheck): string {
	switch (check) {
		case 'table':
			return _('connection table', 'check');
		case 'flowtable':
			return _('flowtable', 'check');
		case 'rule':
			return _('rule', 'check');
		case 'addresses':
			return _('addresses', 'check');
		case 'protocol':
			return _('protocol', 'check');
		case 'state':
			return _('state', 'check');
		case 'helpers':
			return _('helpers', 'check');
		case 'policy':
			return _('policy', 'check');
		case 'routes':
			return _('routes', 'check');
		case 'ipsec':
			return 'IPsec';
		case 'zones':
			return _('zones', 'check');
		case 'coverage':
			return _('coverage', 'check');
		case 'memory':
			return _('earlier looks', 'check');
		case 'packets':
			return _('packets', 'check');
	}
}
