// SPDX-License-Identifier: Apache-2.0
/** What the page says of devices by which packets enter and find no hook of the flowtable. */
import type { Coverage, Mode, Status, Verdict } from '../../../rpcd/api/index.ts';
import { _, fill } from '../ui/i18n.ts';

/** What is judged before the uplinks are. */
const BEFORE: readonly Verdict['code'][] = [
	'not_in_hardware',
	'devices_differ',
	'hardware_refused',
	'not_reloaded'
];

/** The uplinks that the verdict names; before it has come to them, all where none is covered. */
export function uncoveredUplinks({ coverage, verdict }: Status): Coverage[] {
	const uplinks = coverage.filter(({ side }) => side === 'wan');
	if (verdict.code === 'uplink_not_covered')
		return uplinks.filter(({ device }) => verdict.devices.includes(device));
	const none = uplinks.every(({ by, missing }) => by.length === 0 && missing.length > 0);
	return BEFORE.includes(verdict.code) && none ? uplinks : [];
}

export function explainUncovered({ device, missing }: Coverage): string {
	const below = missing.filter((each) => each !== device);
	return below.length === 0
		? fill(
				_(
					'Downloads stay on the CPU: packets that enter by %s are not accelerated; it is not in the flowtable.'
				),
				device
			)
		: fill(
				_(
					'Downloads stay on the CPU: packets that enter by %s are not accelerated; neither it nor %s below it is in the flowtable.'
				),
				device,
				below.join(', ')
			);
}

/** What would get these uplinks into the flowtable. */
export function whatCovers(uplinks: readonly Coverage[], mode: Mode): string {
	if (uplinks.some(({ zone }) => zone === null))
		return _('Put its interface into a firewall zone, under Network > Firewall.');
	if (uplinks.every(({ device, missing }) => missing.every((each) => each === device)))
		return _(
			'firewall4 adds only the device that an interface names, and this one names none: so it is with tunnels.'
		);
	return mode === 'hardware'
		? _(
				'firewall4 adds only devices that the interfaces of a zone name. Check the interface and its zone under Network > Firewall.'
			)
		: _(
				'firewall4 adds only the device that the interface names. Hardware mode adds the lowest one below it, on routers with a flow engine.'
			);
}
