// SPDX-License-Identifier: Apache-2.0
import type { Flow, Flows, Path, Tuple } from '../../../rpcd/api.ts';
import { formatBytes, formatCount, formatDestination, formatShare, formatSource } from '../format.ts';
import { _, fill } from '../i18n.ts';
import { PathBadge } from '../ui/PathBadge.tsx';

const PATHS: readonly Path[] = ['cpu', 'software', 'hardware'];

/** How many connections take which path, and the largest of them. */
export function FlowList({ flows }: { flows: Flows }) {
	return (
		<section class="cbi-section" aria-label={_('Connections')}>
			<h3>{_('Connections')}</h3>
			<PathTotals flows={flows} />
			<table class="table nfo-flows">
				<caption>{fill(_('The %s largest connections'), flows.flows.length)}</caption>
				<thead>
					<tr class="tr table-titles">
						<th class="th" scope="col">
							{_('Path')}
						</th>
						<th class="th" scope="col">
							{_('Protocol')}
						</th>
						<th class="th" scope="col">
							{_('From')}
						</th>
						<th class="th" scope="col">
							{_('To')}
						</th>
						<th class="th nfo-number" scope="col">
							{_('Sent')}
						</th>
						<th class="th nfo-number" scope="col">
							{_('Received')}
						</th>
						<th class="th" scope="col">
							{_('State')}
						</th>
					</tr>
				</thead>
				<tbody>
					{flows.flows.map((flow) => (
						<FlowRow key={flowKey(flow)} flow={flow} />
					))}
					{flows.flows.length === 0 && (
						<tr class="tr placeholder">
							<td class="td" colSpan={7}>
								<em>{_('No connections.')}</em>
							</td>
						</tr>
					)}
				</tbody>
			</table>
			{flows.skipped > 0 && (
				<p class="nfo-hint">
					{fill(_('%s entries of the kernel’s list could not be understood.'), flows.skipped)}
				</p>
			)}
		</section>
	);
}

/** The tuple that the kernel tells connections apart by. */
function flowKey({ protocol, original }: Flow): string {
	return [
		protocol,
		original.source,
		original.source_port,
		original.destination,
		original.destination_port
	].join(' ');
}

function FlowRow({ flow }: { flow: Flow }) {
	return (
		<tr class="tr">
			<td class="td" data-title={_('Path')}>
				<PathBadge path={flow.path} />
			</td>
			<td class="td" data-title={_('Protocol')}>
				{flow.protocol.toUpperCase()}
			</td>
			<td class="td nfo-address" data-title={_('From')}>
				{formatSource(flow.original)}
			</td>
			<td class="td nfo-address" data-title={_('To')}>
				{formatDestination(flow.original)}
			</td>
			<td class="td nfo-number" data-title={_('Sent')}>
				{transferred(flow.original)}
			</td>
			<td class="td nfo-number" data-title={_('Received')}>
				{transferred(flow.reply)}
			</td>
			<td class="td" data-title={_('State')}>
				{stateText(flow)}
			</td>
		</tr>
	);
}

const transferred = ({ bytes }: Tuple) => (bytes === null ? '–' : formatBytes(bytes));

function stateText(flow: Flow): string {
	if (!flow.replied) return _('unreplied');
	return flow.state ?? '–';
}

function PathTotals({ flows }: { flows: Flows }) {
	const all = PATHS.reduce((sum, path) => sum + flows.totals[path].flows, 0);
	const bytes = PATHS.reduce((sum, path) => sum + flows.totals[path].bytes, 0);
	return (
		<table class="table nfo-totals">
			<caption>{fill(_('%s connections, %s'), formatCount(all), formatBytes(bytes))}</caption>
			<thead>
				<tr class="tr table-titles">
					<th class="th" scope="col">
						{_('Path')}
					</th>
					<th class="th nfo-number" scope="col">
						{_('Connections')}
					</th>
					<th class="th nfo-number" scope="col">
						{_('Bytes')}
					</th>
					<th class="th" scope="col">
						{_('Share of bytes')}
					</th>
				</tr>
			</thead>
			<tbody>
				{PATHS.map((path) => {
					const total = flows.totals[path];
					return (
						<tr key={path} class="tr">
							<th class="td" scope="row" data-title={_('Path')}>
								<PathBadge path={path} />
							</th>
							<td class="td nfo-number" data-title={_('Connections')}>
								{formatCount(total.flows)}
							</td>
							<td class="td nfo-number" data-title={_('Bytes')}>
								{formatBytes(total.bytes)}
							</td>
							<td class="td" data-title={_('Share of bytes')}>
								<span
									class={`nfo-share nfo-path-${path}`}
									style={{ '--share': bytes > 0 ? total.bytes / bytes : 0 }}
								>
									{formatShare(total.bytes, bytes)}
								</span>
							</td>
						</tr>
					);
				})}
			</tbody>
		</table>
	);
}
