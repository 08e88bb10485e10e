// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import type { Flow } from '../../../rpcd/api/index.ts';
import { formatDestination, formatSource } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { PathBadge } from '../ui/PathBadge.tsx';
import { amountText, rateText } from './counter.ts';
import { FlowDetails } from './FlowDetails.tsx';
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
	index: number;
	measure: Measure;
	rates: FlowRates;
	hosts: Hosts;
	open: boolean;
	onToggle: (row: Row, index: number) => void;
}

/** A connection, and when it is open its details below. */
export class FlowRow extends Component<FlowRowProps> {
	/** All but the place in the list, which moves nothing inside. */
	override shouldComponentUpdate(next: FlowRowProps) {
		const { row, gone, hidden, measure, rates, hosts, open } = this.props;
		return (
			next.row !== row ||
			next.gone !== gone ||
			next.hidden !== hidden ||
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

	override render({ row, gone, hidden, measure, rates, hosts, open }: FlowRowProps) {
		const { flow } = row;
		const from = formatSource(flow.original);
		const to = formatDestination(flow.original);
		return (
			<>
				<tr class={gone ? 'nfo-flow nfo-gone' : 'nfo-flow'} hidden={hidden}>
					<td>
						<button
							type="button"
							class="nfo-open"
							aria-expanded={open}
							aria-label={fill(_('Details of %s from %s to %s'), flow.protocol, from, to)}
							onClick={this.#toggle}
						>
							<span aria-hidden="true">{open ? '▾' : '▸'}</span>
						</button>
						<PathBadge path={flow.path} />
					</td>
					<td>{flow.protocol.toUpperCase()}</td>
					<End text={from} name={hosts.nameOf(flow.original.source)} />
					<End text={to} name={hosts.nameOf(flow.original.destination)} />
					<Counter title={_('Sent')} count={flow.original[measure]} rate={rates.original} measure={measure} />
					<Counter title={_('Received')} count={flow.reply[measure]} rate={rates.reply} measure={measure} />
					<Counter title={_('Both')} count={both(flow, measure)} rate={sum(rates)} measure={measure} />
					<td class="nfo-state">{gone ? _('gone from the list') : stateText(flow)}</td>
				</tr>
				{open && (
					<tr class="nfo-details">
						<td colSpan={COLUMNS}>
							<FlowDetails flow={flow} rates={rates} hosts={hosts} />
						</td>
					</tr>
				)}
			</>
		);
	}
}

/** An address, and who is known to have it. */
function End({ text, name }: { text: string; name: string }) {
	return (
		<td class="nfo-end">
			<span class="nfo-address" title={text}>
				{text}
			</span>
			{name && <bdi title={name}>{name}</bdi>}
		</td>
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
			<small>{rateText(rate, measure)}</small>
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
	return flow.state ?? '–';
}
