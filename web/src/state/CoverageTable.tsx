// SPDX-License-Identifier: Apache-2.0
import type { Coverage } from '../../../rpcd/api/index.ts';
import { _, fill } from '../ui/i18n.ts';

/** By which devices packets enter, and which hooked device takes them there. Open where something is missing. */
export function CoverageTable({ coverage }: { coverage: readonly Coverage[] }) {
	const covered = coverage.filter(({ missing }) => missing.length === 0).length;
	return (
		<details class="nfo-coverage" open={covered < coverage.length}>
			<summary>{fill(_('Covered by the flowtable: %s of %s'), covered, coverage.length)}</summary>
			<table>
				<thead>
					<tr>
						<th scope="col">{_('Packets enter by')}</th>
						<th scope="col">{_('Zone')}</th>
						<th scope="col">{_('Fast path at')}</th>
						<th scope="col">{_('CPU path at')}</th>
					</tr>
				</thead>
				<tbody>
					{coverage.map(({ device, zone, side, by, missing }) => (
						<tr key={device}>
							<th scope="row">{device}</th>
							<td>{`${zone ?? _('none')} (${side === 'wan' ? _('WAN') : _('LAN')})`}</td>
							<td>{by.join(', ') || '–'}</td>
							<td class={missing.length > 0 ? 'nfo-missing' : undefined}>{missing.join(', ') || '–'}</td>
						</tr>
					))}
				</tbody>
			</table>
		</details>
	);
}
