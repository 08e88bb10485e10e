// SPDX-License-Identifier: Apache-2.0
/** What the three modes are. Seen with the page, long before a change has anything to say. */
import type { Mode } from '../../../rpcd/api/index.ts';
import { _ } from '../ui/i18n.ts';

export function modeDescription(mode: Mode): string {
	switch (mode) {
		case 'off':
			return _(
				'Every packet goes through the whole firewall. For shapers (SQM, QoS) that must see all of them.'
			);
		case 'software':
			return _(
				'Established connections skip most of the firewall: less CPU, on any hardware. Some shapers miss packets.'
			);
		case 'hardware':
			return _(
				'The network chip forwards established connections, with next to no CPU. Only some chips can. Shapers miss packets.'
			);
	}
}
