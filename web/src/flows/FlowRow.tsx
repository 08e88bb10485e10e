// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import type { Flow } from '../../../rpcd/api/index.ts';
import { formatDestination, formatSource } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { PathBadge } from '../ui/PathBadge.tsx';
import { amountText, rateText } from './counter.ts';
import { FlowDetails, type DrawWhy } from './FlowDetails.tsx';
import { COLUMNS } from './FlowTable.tsx';
import type { Hosts } from './hosts.ts';
import type { Measure } from './query.ts';
import { sum, type FlowRates, type Rate } from './rates.ts';
import type { Row } from './rows.ts';

export interface FlowRowProps {
	row: Row;
	/** The router lists it no more; kept since its details are open. */
	gone: boolean;
	/** It does not fit what is asked now. */
	hidden: boolean;
	/** The first of those that begin or end at the router. */
	apart: boolean;
	index: number;
	measure: Measure;
	rates: FlowRates;
	hosts: Hosts;
	/** Why it is on the CPU, as far as it tells itself. */
	likely: string;
	why: DrawWhy | null;
	open: boolean;
	onToggle: (row: Row, index: number) => void;
	onClient: (address: string) => void;
}

/** A connection, and when it is open its details below. */
export class FlowRow extends Component<FlowRowProps> {
	/** All but the place in the list, which moves nothing inside. */
	override shouldComponentUpdate(next: FlowRowProps) {
		const { row, gone, hidden, apart, measure, rates, hosts, likely, open } = this.props;
		return (
			next.row !== row ||
			next.gone !== gone ||
			next.hidden !== hidden ||
			next.apart !== apart ||
			next.likely !== likely ||
			next.measure !== measure ||
			next.rates !== rates ||
			next.hosts !== hosts ||
			next.open !== open
		);
	}

	readonly #toggle = (): void => {
		const { onToggle, row, index } = this.props;
		onToggle(row, index);
	};

	override render(props: FlowRowProps) {
		const { row, gone, hidden, apart, measure, rates, hosts, likely, why, open, onClient } = props;
		const { flow } = row;
		const from = formatSource(flow.original);
		const to = formatDestination(flow.original);
		return (
			<>
				{apart && (
					<tr class="nfo-apart">
						<th colSpan={COLUMNS} scope="rowgroup">
							{_('From or to the router itself: never offloaded')}
						</th>
					</tr>
				)}
				<tr class={gone ? 'nfo-flow nfo-gone' : 'nfo-flow'} hidden={hidden}>
					<td class="nfo-end nfo-from">
						<button
							type="button"
							class="nfo-open"
							aria-expanded={open}
							aria-label={fill(_('Details of %s from %s to %s'), flow.protocol, from, to)}
							onClick={this.#toggle}
						>
							<span aria-hidden="true">{open ? '▾' : '▸'}</span>
						</button>
						<End text={from} name={hosts.nameOf(flow.original.source)} />
					</td>
					<td class="nfo-end">
						<End text={to} name={hosts.nameOf(flow.original.destination)} />
					</td>
					<td class="nfo-counter nfo-speed" data-title={_('Now', 'throughput')}>
						<span>{rateText(sum(rates), measure)}</span>
					</td>
					<Counter
						title={_('Sent', 'connection')}
						count={flow.original[measure]}
						rate={rates.original}
						measure={measure}
					/>
					<Counter
						title={_('Received', 'connection')}
						count={flow.reply[measure]}
						rate={rates.reply}
						measure={measure}
					/>
					<td class="nfo-counter" data-title={_('Both', 'directions')}>
						<span>{amountText(both(flow, measure), measure)}</span>
					</td>
					<td class="nfo-on">
						<PathBadge path={flow.path} />
					</td>
					<td class="nfo-state">
						<span>
							{[flow.protocol.toUpperCase(), gone ? _('gone from the list') : stateText(flow)].join(' ')}
						</span>
						<small>{likely}</small>
					</td>
				</tr>
				{open && (
					<tr class="nfo-details">
						<td colSpan={COLUMNS}>
							<FlowDetails flow={flow} rates={rates} hosts={hosts} why={why} onClient={onClient} />
						</td>
					</tr>
				)}
			</>
		);
	}
}

/** Who is known to have an address, and the address; the address alone where nobody is. */
function End({ text, name }: { text: string; name: string }) {
	return (
		<div>
			{name && <bdi title={name}>{name}</bdi>}
			<span class="nfo-address" title={text}>
				{text}
			</span>
		</div>
	);
}

interface CounterProps {
	/** The column's name, for where columns have no head. */
	title: string;
	count: number | null;
	rate: Rate;
	measure: Measure;
}

function Counter({ title, count, rate, measure }: CounterProps) {
	return (
		<td class="nfo-counter" data-title={title}>
			<span>{amountText(count, measure)}</span>
			<small>{typeof rate === 'string' ? '' : rateText(rate, measure)}</small>
		</td>
	);
}

function both({ original, reply }: Flow, measure: Measure): number | null {
	const sent = original[measure];
	const received = reply[measure];
	return sent === null || received === null ? null : sent + received;
}

function stateText(flow: Flow): string {
	if (!flow.replied) return _('unreplied');
	return flow.state ?? '';
}
