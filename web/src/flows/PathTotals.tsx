// SPDX-License-Identifier: Apache-2.0
import type { Path, Total } from '../../../rpcd/api/index.ts';
import { formatBytes, formatCount, formatShare } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { PathBadge } from '../ui/PathBadge.tsx';
import { PATHS } from './query.ts';
import { totalOf } from './total.ts';

/** How many connections take which path, and what they carry: all of them, whatever is searched for. */
export function PathTotals({ totals }: { totals: Record<Path, Total> }) {
	const { flows, bytes } = totalOf(totals);
	return (
		<table class="nfo-flows nfo-plain">
			<caption>
				{fill(_('%s connections, %s since they began'), formatCount(flows), formatBytes(bytes))}
			</caption>
			<thead>
				<tr>
					<th scope="col">{_('Path', 'packets')}</th>
					<th scope="col" class="nfo-col-number">
						{_('Connections')}
					</th>
					<th scope="col" class="nfo-col-number">
						{_('Bytes')}
					</th>
					<th scope="col">{_('Share of bytes')}</th>
				</tr>
			</thead>
			<tbody>
				{PATHS.map((path) => (
					<tr key={path} class="nfo-flow">
						<th scope="row">
							<PathBadge path={path} />
						</th>
						<td class="nfo-counter">{formatCount(totals[path].flows)}</td>
						<td class="nfo-counter">{formatBytes(totals[path].bytes)}</td>
						<td>
							<span
								class={`nfo-share nfo-path-${path}`}
								style={{ '--share': bytes > 0 ? totals[path].bytes / bytes : 0 }}
							>
								{formatShare(totals[path].bytes, bytes)}
							</span>
						</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}
