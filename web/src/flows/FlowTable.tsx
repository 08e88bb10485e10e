// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import { _, fill } from '../ui/i18n.ts';
import type { DrawWhy } from './FlowDetails.tsx';
import { FlowRow } from './FlowRow.tsx';
import type { Hosts } from './hosts.ts';
import { likelyWhy } from './likely.ts';
import { isLocal, type Own } from './own.ts';
import { measureOf, sortBy, type Query } from './query.ts';
import type { Row } from './rows.ts';
import { SortHead } from './SortHead.tsx';
import type { Answer, FlowsState } from './state.ts';

interface FlowTableProps {
	flows: FlowsState;
	query: Query;
	answer: Answer;
	rows: readonly Row[];
	/** The rows are of an earlier answer. */
	stale: boolean;
	hosts: Hosts;
	why: DrawWhy | null;
	told: Told;
}

/** In a few words by the key of its row, why a connection is on the CPU: what the router has told so far. */
export type Told = ReadonlyMap<string, string>;

interface TableState {
	open: Open | null;
	/** On a phone the fastest alone are shown at first. */
	all: boolean;
}

/** The row whose details are open, and where it stood last. */
interface Open {
	row: Row;
	index: number;
}

export const COLUMNS = 8;

/** The rows that a key paints, more than a screen shows; the others come with the router's answer. */
const AT_ONCE = 60;

/** One page of connections. Rows and columns keep their size, whatever is in them. */
export class FlowTable extends Component<FlowTableProps, TableState> {
	override state: TableState = { open: null, all: false };

	/** The page is drawn each second; the table only when something in it is new. */
	override shouldComponentUpdate(next: FlowTableProps, state: TableState) {
		const { answer, query, hosts, stale, told } = this.props;
		return (
			next.answer !== answer ||
			next.query !== query ||
			next.hosts !== hosts ||
			next.stale !== stale ||
			next.told !== told ||
			state.open !== this.state.open ||
			state.all !== this.state.all
		);
	}

	readonly #toggle = (row: Row, index: number): void => {
		const { open } = this.state;
		this.setState({ open: open?.row.key === row.key ? null : { row, index } });
	};

	override render(props: FlowTableProps, { open, all }: TableState) {
		const { flows, query, answer, rows, stale, hosts, why, told } = props;
		const measure = measureOf(query.sort);
		const on = flows.status?.effective.mode !== 'off';
		const shown = withOpen(stale ? withHidden(answer.rows, atOnce(rows, open)) : rows.map(asShown), open);
		const apart = query.sort === 'rate' ? firstLocal(shown, flows.own) : -1;
		return (
			<>
				<button
					type="button"
					class="nfo-skip"
					onClick={() => {
						flows.end.current?.focus();
					}}
				>
					{_('Skip the list')}
				</button>
				<table class={`nfo-flows nfo-cards${all ? '' : ' nfo-few'}`} aria-busy={stale}>
					<caption class="nfo-unseen">
						{query.sort === 'rate' ? _('Connections, fastest first') : _('Connections, largest first')}
					</caption>
					<thead>
						<tr>
							<th scope="col">{_('From', 'connection')}</th>
							<th scope="col">{_('To', 'connection')}</th>
							<SortHead name={_('Now', 'throughput')} sort="rate" flows={flows} />
							<SortHead name={_('Sent', 'connection')} sort={sortBy(measure, 'original')} flows={flows} />
							<SortHead name={_('Received', 'connection')} sort={sortBy(measure, 'reply')} flows={flows} />
							<SortHead name={_('Both', 'directions')} sort={sortBy(measure, 'both')} flows={flows} />
							<th scope="col" class="nfo-col-path">
								{_('Path', 'packets')}
							</th>
							<th scope="col" class="nfo-col-state">
								{_('State', 'connection')}
							</th>
						</tr>
					</thead>
					<tbody>
						{shown.map(({ row, gone, hidden }, index) => (
							<FlowRow
								key={row.key}
								row={row}
								gone={gone}
								hidden={hidden}
								apart={index === apart}
								index={index}
								measure={measure}
								rates={flows.rates.of(row.key)}
								hosts={hosts}
								likely={
									on ? (likelyWhy(row.flow, flows.own) ?? told.get(row.key) ?? _('open to see why')) : ''
								}
								why={why}
								open={open?.row.key === row.key}
								onToggle={this.#toggle}
								onClient={this.#onClient}
							/>
						))}
						{rows.length === 0 && (
							<tr class="nfo-none">
								<td colSpan={COLUMNS}>{stale ? _('Asking the router…') : _('No connections.')}</td>
							</tr>
						)}
					</tbody>
				</table>
				{!all && rows.length > FEW && (
					<button
						type="button"
						class="btn cbi-button nfo-show-all"
						onClick={() => {
							this.setState({ all: true });
						}}
					>
						{fill(_('Show all %s'), rows.length)}
					</button>
				)}
			</>
		);
	}

	readonly #onClient = (client: string): void => {
		this.props.flows.ask({ client });
	};
}

/** As many as the stylesheet leaves on a phone. */
const FEW = 10;

/** Where those of the router itself begin, behind others; -1 where they are not apart. */
function firstLocal(shown: readonly Shown[], own: Own): number {
	const first = shown.findIndex(({ row, gone }) => !gone && isLocal(row.flow, own));
	return first > 0 ? first : -1;
}

interface Shown {
	row: Row;
	gone: boolean;
	hidden: boolean;
}

const asShown = (row: Row): Shown => ({ row, gone: false, hidden: false });

const atOnce = (rows: readonly Row[], open: Open | null): Row[] =>
	rows.filter(({ key }, index) => index < AT_ONCE || key === open?.row.key);

/** All rows at hand, those that do not fit only hidden: another key brings them back without making them anew. */
function withHidden(all: readonly Row[], fitting: readonly Row[]): Shown[] {
	const keys = new Set(fitting.map(({ key }) => key));
	const rest = all.filter(({ key }) => !keys.has(key));
	const sorted = all.filter(({ key }) => keys.has(key)).every((row, index) => row === fitting[index]);
	return (sorted ? all : [...fitting, ...rest]).map((row) => ({
		...asShown(row),
		hidden: !keys.has(row.key)
	}));
}

/** The rows, and among them the open one where it was last, even when the router lists it no more. */
function withOpen(shown: Shown[], open: Open | null): Shown[] {
	if (open && !shown.some(({ row, hidden }) => row.key === open.row.key && !hidden)) {
		const others = shown.filter(({ row }) => row.key !== open.row.key);
		others.splice(Math.min(open.index, others.length), 0, { row: open.row, gone: true, hidden: false });
		return others;
	}
	return shown;
}
