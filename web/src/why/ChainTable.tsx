// SPDX-License-Identifier: Apache-2.0
import type { Mode } from '../../../rpcd/api/index.ts';
import { _ } from '../ui/i18n.ts';
import { kindName, rateText, whyText, type End } from './ends.ts';

/** What the picture shows, and what it has no room for: for who does not see it, and for who wants to know. */
export function ChainTable({ ends, mode }: { ends: readonly End[]; mode: Mode }) {
	return (
		<details class="nfo-chains">
			<summary>{_('Devices as a table')}</summary>
			<div class="nfo-scroll" tabIndex={0} role="region" aria-label={_('Devices as a table')}>
				<table>
					<thead>
						<tr>
							<th scope="col">{_('Packets enter by')}</th>
							<th scope="col">{_('Kind', 'device')}</th>
							<th scope="col">{_('Below', 'device')}</th>
							<th scope="col">{_('Zone')}</th>
							<th scope="col">{_('Path', 'packets')}</th>
							<th scope="col">{_('Hooked at')}</th>
							<th scope="col">{_('Now', 'throughput')}</th>
						</tr>
					</thead>
					<tbody>
						{ends.flatMap((end) =>
							end.links.map((link) => (
								<tr key={`${end.head.device} ${link.device}`}>
									<th scope="row">{link.device}</th>
									<td>{kindName(link.kind)}</td>
									<td>
										{link === end.head
											? '–'
											: [end.head, ...end.between].map(({ device }) => device).join(' › ')}
									</td>
									<td>{`${end.zone ?? _('none', 'zone')} (${end.side === 'wan' ? _('WAN') : _('LAN')})`}</td>
									<td>{whyText(end, mode)}</td>
									<td>{hookedAt(end, link) || '–'}</td>
									<td>{rateText(end) || '–'}</td>
								</tr>
							))
						)}
					</tbody>
				</table>
			</div>
		</details>
	);
}

function hookedAt({ head, between }: End, link: End['head']): string {
	const way = [...new Set([link, ...between, head])];
	return way
		.filter(({ hooked }) => hooked)
		.map(({ device }) => device)
		.join(', ');
}
