// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import { _ } from '../ui/i18n.ts';
import { FlowRow } from './FlowRow.tsx';
import type { Hosts } from './hosts.ts';
import { directionOf, measureOf, sortBy, type Direction, type Query } from './query.ts';
import type { Row } from './rows.ts';
import type { Answer, FlowsState } from './state.ts';

interface FlowTableProps {
	flows: FlowsState;
	query: Query;
	answer: Answer;
	rows: readonly Row[];
	/** The rows are of an earlier answer. */
	stale: boolean;
	hosts: Hosts;
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
export class FlowTable extends Component<FlowTableProps, { open: Open | null }> {
	override state: { open: Open | null } = { open: null };

	/** The page is drawn each second; the table only when something in it is new. */
	override shouldComponentUpdate(next: FlowTableProps, state: { open: Open | null }) {
		const { answer, query, hosts, stale } = this.props;
		return (
			next.answer !== answer ||
			next.query !== query ||
			next.hosts !== hosts ||
			next.stale !== stale ||
			state.open !== this.state.open
		);
	}

	readonly #toggle = (row: Row, index: number): void => {
		const { open } = this.state;
		this.setState({ open: open?.row.key === row.key ? null : { row, index } });
	};

	override render(props: FlowTableProps, { open }: { open: Open | null }) {
		const { flows, query, answer, rows, stale, hosts } = props;
		const measure = measureOf(query.sort);
		return (
			<table class="nfo-flows nfo-cards" aria-busy={stale}>
				<caption class="nfo-unseen">{_('Connections, largest first')}</caption>
				<thead>
					<tr>
						<th scope="col" class="nfo-col-path">
							{_('Path')}
						</th>
						<th scope="col" class="nfo-col-protocol">
							{_('Protocol')}
						</th>
						<th scope="col">{_('From')}</th>
						<th scope="col">{_('To')}</th>
						<SortHead name={_('Sent')} direction="original" flows={flows} />
						<SortHead name={_('Received')} direction="reply" flows={flows} />
						<SortHead name={_('Both')} direction="both" flows={flows} />
						<th scope="col" class="nfo-col-state">
							{_('State')}
						</th>
					</tr>
				</thead>
				<tbody>
					{withOpen(stale ? withHidden(answer.rows, atOnce(rows, open)) : rows.map(asShown), open).map(
						({ row, gone, hidden }, index) => (
							<FlowRow
								key={row.key}
								row={row}
								gone={gone}
								hidden={hidden}
								index={index}
								measure={measure}
								rates={flows.rates.of(row.key)}
								hosts={hosts}
								open={open?.row.key === row.key}
								onToggle={this.#toggle}
							/>
						)
					)}
					{rows.length === 0 && (
						<tr class="nfo-none">
							<td colSpan={COLUMNS}>{stale ? _('Asking the router…') : _('No connections.')}</td>
						</tr>
					)}
				</tbody>
			</table>
		);
	}
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

interface SortHeadProps {
	name: string;
	direction: Direction;
	flows: FlowsState;
}

/** The router lists the largest first, and only so: choosing a column sorts by it. */
function SortHead({ name, direction, flows }: SortHeadProps) {
	const { sort } = flows.query;
	const chosen = directionOf(sort) === direction;
	return (
		<th scope="col" class="nfo-col-number nfo-sortable" aria-sort={chosen ? 'descending' : undefined}>
			<button
				type="button"
				class="nfo-sort"
				onClick={() => {
					flows.ask({ sort: sortBy(measureOf(sort), direction) });
				}}
			>
				{name}
				<span aria-hidden="true">{chosen ? ' ▾' : ' '}</span>
			</button>
		</th>
	);
}
