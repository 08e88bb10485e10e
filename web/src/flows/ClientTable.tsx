// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import type { ClientTotal, Total } from '../../../rpcd/api/index.ts';
import { formatCount, shortenIPv6 } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { pathName } from '../ui/names.ts';
import { PathBadge } from '../ui/PathBadge.tsx';
import { SortHead } from './SortHead.tsx';
import { amountText, rateText } from './counter.ts';
import type { Hosts } from './hosts.ts';
import { measureOf, PATHS, type Measure, type Query } from './query.ts';
import type { Answer, FlowsState } from './state.ts';
import { totalOf } from './total.ts';
import { countingOf } from './trust.ts';

interface ClientTableProps {
	flows: FlowsState;
	query: Query;
	answer: Answer;
	hosts: Hosts;
	/** The rows are of an earlier answer. */
	stale: boolean;
}

/** One page of clients: how many connections each has on which path, and what they carry. */
export class ClientTable extends Component<ClientTableProps> {
	override shouldComponentUpdate(next: ClientTableProps) {
		const { answer, query, hosts, stale } = this.props;
		return next.answer !== answer || next.query !== query || next.hosts !== hosts || next.stale !== stale;
	}

	override render({ flows, query, hosts, stale }: ClientTableProps) {
		const measure = measureOf(query.sort);
		const { clients } = flows;
		return (
			<table class="nfo-flows nfo-cards nfo-clients" aria-busy={stale}>
				<caption class="nfo-unseen">
					{query.sort === 'rate' ? _('Clients, fastest first') : _('Clients, largest first')}
				</caption>
				<thead>
					<tr>
						<th scope="col">{_('Client', 'connection')}</th>
						{PATHS.map((path) => (
							<th key={path} scope="col" class="nfo-col-number">
								<PathBadge path={path} />
							</th>
						))}
						<SortHead name={_('All', 'paths')} sort={measure} flows={flows} />
						<SortHead name={_('Now', 'throughput')} sort="rate" flows={flows} />
					</tr>
				</thead>
				<tbody>
					{clients.map((client) => (
						<ClientRow
							key={client.address}
							client={client}
							name={hosts.nameOf(client.address)}
							measure={measure}
							rate={clientRate(flows, client, measure)}
							onChoose={() => {
								flows.ask({ view: 'connections', client: client.address });
							}}
						/>
					))}
					{clients.length === 0 && (
						<tr class="nfo-none">
							<td colSpan={6}>{stale ? _('Asking the router…') : _('No clients.')}</td>
						</tr>
					)}
				</tbody>
			</table>
		);
	}
}

interface ClientRowProps {
	client: ClientTotal;
	name: string;
	measure: Measure;
	rate: string;
	onChoose: () => void;
}

function ClientRow({ client, name, measure, rate, onChoose }: ClientRowProps) {
	const address = shortenIPv6(client.address);
	return (
		<tr class="nfo-flow">
			<th scope="row" class="nfo-end">
				{name && <bdi title={name}>{name}</bdi>}
				<button
					type="button"
					class="nfo-open nfo-address"
					aria-label={fill(_('Connections of %s'), address)}
					onClick={onChoose}
				>
					{address}
				</button>
			</th>
			{PATHS.map((path) => (
				<Amount key={path} title={pathName(path)} total={client.paths[path]} measure={measure} />
			))}
			<Amount title={_('All', 'paths')} total={totalOf(client.paths)} measure={measure} />
			<td class="nfo-counter" data-title={_('Now', 'throughput')}>
				<span>{rate}</span>
			</td>
		</tr>
	);
}

function Amount({ title, total, measure }: { title: string; total: Total; measure: Measure }) {
	return (
		<td class="nfo-counter" data-title={title}>
			<span>{total.flows === 0 ? '–' : amountText(total[measure], measure)}</span>
			<small>{total.flows === 0 ? '' : fill(_('in %s'), formatCount(total.flows))}</small>
		</td>
	);
}

/** A sum that misses what is not counted has no rate. */
function clientRate(flows: FlowsState, client: ClientTotal, measure: Measure): string {
	const { accounting, flowtable } = countingOf(flows.status);
	const offloaded = client.paths.software.flows + client.paths.hardware.flows > 0;
	if (!accounting || (!flowtable && offloaded)) return _('not counted');
	const rate = flows.clientRates.of(client.address, measure);
	if (rate === null) return '';
	// The hardware may have forwarded what it does not tell.
	if (rate === 0 && client.paths.hardware.flows > 0) return _('not counted');
	return `≥ ${rateText({ bytes: rate, packets: rate }, measure)}`;
}
