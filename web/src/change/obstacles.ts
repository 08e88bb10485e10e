// SPDX-License-Identifier: Apache-2.0
/** What this router cannot do, said on the card of a mode before it is chosen. */
import type { Engine, Mode, Status } from '../../../rpcd/api/index.ts';
import { _ } from '../ui/i18n.ts';

/** `engines`: what is known of the devices where packets enter. Empty where nothing is known to be in the way: the check knows more. */
export function obstacleTo(mode: Mode, { module }: Status, engines: readonly Engine['engine'][]): string {
	if (mode === 'off') return '';
	if (module.state === 'missing') return _('Not possible yet: kmod-nft-offload is not installed.');
	if (module.state === 'loadable') return _('Not possible yet: the module nft_flow_offload is not loaded.');
	return mode === 'hardware' && engines.length > 0 && engines.every((engine) => engine === 'no')
		? _('No device of this router has a flow engine.')
		: '';
}
