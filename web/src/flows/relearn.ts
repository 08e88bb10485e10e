// SPDX-License-Identifier: Apache-2.0
import type { Relearning } from '../../../rpcd/api/index.ts';
import { formatCount, shortenIPv6 } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';

/** What came of having connections learned again. `client`: whose were meant; null for all. */
export function relearnText(answer: Relearning, client: string | null): string {
	const { concerned, reached, relearning, mode, mode_before, load } = answer;
	if (!relearning) {
		return load.reason === ''
			? _('There is no other flowtable: connections are on the paths that they were on.')
			: fill(_('The firewall was not loaded: %s'), load.reason);
	}
	const counted =
		reached === null
			? _('The connections are learned again, each with its next packet.')
			: fill(
					_('%s offloaded connections are learned again, each with its next packet.'),
					formatCount(reached)
				);
	const meant =
		client !== null && concerned !== null
			? ` ${fill(_('Of these %s are of %s.'), formatCount(concerned), shortenIPv6(client))}`
			: '';
	const fell =
		mode_before === 'hardware' && mode === 'software' ? ` ${_('Set up is the software path now.')}` : '';
	return counted + meant + fell;
}
