// SPDX-License-Identifier: Apache-2.0
/** What the three modes are. Seen with the page, long before a change has anything to say. */
import type { Mode } from '../../../rpcd/api/index.ts';
import { _ } from '../ui/i18n.ts';

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
