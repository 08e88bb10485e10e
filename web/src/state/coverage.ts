// SPDX-License-Identifier: Apache-2.0
/** What the page says of devices by which packets enter and find no hook of the flowtable. */
import type { Coverage, Mode, Status } from '../../../rpcd/api/index.ts';
import { _, fill } from '../ui/i18n.ts';

/** Without a flowtable no device can be missing from it. */
export function uncoveredUplinks({ coverage, effective }: Status): Coverage[] {
	return effective.mode === 'off'
		? []
		: coverage.filter(({ side, missing }) => side === 'wan' && missing.length > 0);
}

export function explainUncovered({ device, by, missing }: Coverage): string {
	const below = missing.filter((each) => each !== device).join(', ');
	if (below === '')
		return fill(
			_(
				'Downloads stay on the CPU: packets that enter by %s are not accelerated; it is not in the flowtable.'
			),
			device
		);
	return fill(
		by.length > 0
			? _(
					'Some downloads stay on the CPU: packets that enter %s by %s are not accelerated; the latter is not in the flowtable.'
				)
			: _(
					'Downloads stay on the CPU: packets that enter by %s are not accelerated; neither it nor %s below it is in the flowtable.'
				),
		device,
		below
	);
}

/** What would get these uplinks into the flowtable. */
export function whatCovers(uplinks: readonly Coverage[], mode: Mode): string {
	if (uplinks.some(({ zone }) => zone === null))
		return _('Put its interface into a firewall zone, under Network > Firewall.');
	return mode === 'hardware'
		? _(
				'firewall4 takes the devices that the interfaces of a zone name, and finds none below this one. Check the interface and its zone.'
			)
		: _(
				'firewall4 takes the devices that the interfaces of a zone name, and this one has others below. Hardware mode takes the lowest.'
			);
}
