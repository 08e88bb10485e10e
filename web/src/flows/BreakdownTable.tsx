// SPDX-License-Identifier: Apache-2.0
import type { Breakdown, Path, Total } from '../../../rpcd/api/index.ts';
import { formatBytes, formatCount, formatShare } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { PathBadge } from '../ui/PathBadge.tsx';
import { PATHS } from './query.ts';
import { totalOf } from './total.ts';

/** How much of what could be offloaded is, and the sums by family and protocol. */
export function BreakdownTable({ breakdown }: { breakdown: Breakdown }) {
	const { family, protocol, eligible } = breakdown;
	return (
		<>
			<p>{eligibleText(eligible)}</p>
			<table class="nfo-flows nfo-plain">
				<caption class="nfo-unseen">{_('Connections by family and protocol')}</caption>
				<thead>
					<tr>
						<th scope="col">{_('Kind', 'connections')}</th>
						{PATHS.map((path) => (
							<th key={path} scope="col" class="nfo-col-number">
								<PathBadge path={path} />
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					<KindRow name="IPv4" totals={family.ipv4} />
					<KindRow name="IPv6" totals={family.ipv6} />
					<KindRow name="TCP" totals={protocol.tcp} />
					<KindRow name="UDP" totals={protocol.udp} />
					<KindRow name={_('Other protocols')} totals={protocol.other} />
					<KindRow name={_('Eligible')} totals={eligible} />
				</tbody>
			</table>
		</>
	);
}

function KindRow({ name, totals }: { name: string; totals: Record<Path, Total> }) {
	return (
		<tr class="nfo-flow">
			<th scope="row">{name}</th>
			{PATHS.map((path) => (
				<td key={path} class="nfo-counter">
					<span>{totals[path].flows === 0 ? '–' : formatBytes(totals[path].bytes)}</span>
					<small>{totals[path].flows === 0 ? '' : fill(_('in %s'), formatCount(totals[path].flows))}</small>
				</td>
			))}
		</tr>
	);
}

function eligibleText(eligible: Record<Path, Total>): string {
	const all = totalOf(eligible);
	return fill(
		_(
			'Offloaded: %s of the connections that could be, with %s of their bytes. Eligible are TCP and UDP that pass through the router and were answered.'
		),
		formatShare(all.flows - eligible.cpu.flows, all.flows),
		formatShare(all.bytes - eligible.cpu.bytes, all.bytes)
	);
}
