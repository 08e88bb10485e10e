// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import { formatBytes, formatCount } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { explainError } from '../ui/problem.ts';
import { Notice } from '../ui/boxes.tsx';
import { BreakdownTable } from './BreakdownTable.tsx';
import { Charts } from './Charts.tsx';
import { ClientTable } from './ClientTable.tsx';
import { Tools, type ToolsProps } from './Tools.tsx';
import { Filters } from './Filters.tsx';
import { FlowTable, type Told } from './FlowTable.tsx';
import { Pager } from './Pager.tsx';
import { PathTotals } from './PathTotals.tsx';
import type { Answer, FlowsState } from './state.ts';
import { totalOf } from './total.ts';
import type { DrawWhy } from './FlowDetails.tsx';
import { countingOf, doubt, explainDistrust } from './trust.ts';
import css from './flows.css?inline';

/** Microseconds that a list takes from which on the page says that it comes rarely. */
const SLOW = 2_000_000;
/** Milliseconds to the next look that mean the same. A router that does not answer is asked sooner. */
const LONG = 40_000;

interface FlowsViewProps {
	flows: FlowsState;
	/** Draws why a connection is on its path; null where that part is not loaded. */
	why: DrawWhy | null;
	told: Told;
	onKeep: ToolsProps['onKeep'];
	mayRelearn: boolean | null;
}

/** The list of connections, with what narrows, sorts and turns its pages. */
export class FlowsView extends Component<FlowsViewProps> {
	override componentDidMount() {
		addEventListener('hashchange', this.props.flows.readAddress);
	}

	override componentWillUnmount() {
		removeEventListener('hashchange', this.props.flows.readAddress);
	}

	override render({ flows, why, told, onKeep, mayRelearn }: FlowsViewProps) {
		const { value: answer, error, wait } = flows.answers;
		const asking = wait === Infinity;
		const doubted = doubt(countingOf(flows.status));
		const slow = (answer?.took_us ?? 0) > SLOW || (wait > LONG && !asking);
		return (
			<section class="cbi-section nfo-connections" aria-label={_('Connections')}>
				<style>{css}</style>
				{error && error.kind !== 'expired' && (
					<Notice tone="warning">
						<p>{explainError(error)}</p>
						{answer && <p class="nfo-advice">{_('What you see below is older.')}</p>}
					</Notice>
				)}
				{slow && !asking && !flows.paused && (
					<p class="nfo-hint">
						{fill(
							_(
								'The list is slow on this router. It is asked for again in %s min, or when you filter or sort.'
							),
							formatCount(Math.ceil(wait / 60_000))
						)}
					</p>
				)}
				{asking && (slow || !(answer ?? error)) && <p class="spinning">{_('Asking the router…')}</p>}
				{answer && (
					<>
						<Charts flows={flows.history.flows} load={flows.history.load} reloads={flows.history.reloads} />
						{doubted && <p class="nfo-hint">{explainDistrust(doubted)}</p>}
						<h3>{_('Connections')}</h3>
						<Filters flows={flows} />
						<div class="nfo-bar">
							<Pager flows={flows} answer={answer} />
							<p class="nfo-said" role="status">
								{flows.announcement}
							</p>
							<Tools flows={flows} onKeep={onKeep} mayRelearn={mayRelearn} />
						</div>
						{flows.query.view === 'clients' ? (
							<ClientTable
								flows={flows}
								query={flows.query}
								answer={answer}
								hosts={flows.hosts}
								stale={!flows.answered}
							/>
						) : (
							<FlowTable
								rows={flows.rows}
								stale={!flows.answered}
								query={flows.query}
								answer={answer}
								flows={flows}
								hosts={flows.hosts}
								why={why}
								told={told}
							/>
						)}
						<Disclosure flows={flows} answer={answer} />
						{answer.skipped > 0 && (
							<p class="nfo-hint">
								{fill(
									_('%s entries of the kernel’s list could not be understood.'),
									formatCount(answer.skipped)
								)}
							</p>
						)}
					</>
				)}
			</section>
		);
	}
}

/** What all connections have carried since they began, and what costs the router more: asked for only while it is open. */
function Disclosure({ flows, answer }: { flows: FlowsState; answer: Answer }) {
	const open = flows.query.breakdown;
	const all = totalOf(answer.totals);
	return (
		<div ref={flows.end} tabIndex={-1} class="nfo-end-of-list">
			<p class="nfo-hint">
				{fill(
					_('%s connections, which have carried %s since they began.'),
					formatCount(all.flows),
					formatBytes(all.bytes)
				)}{' '}
				<button
					type="button"
					class="nfo-link"
					aria-expanded={open}
					onClick={() => {
						flows.ask({ breakdown: !open, offset: flows.query.offset });
					}}
				>
					{_('Eligible share, families and protocols')}
				</button>
			</p>
			{open && answer.breakdown && (
				<>
					<PathTotals totals={answer.totals} />
					<BreakdownTable breakdown={answer.breakdown} />
				</>
			)}
		</div>
	);
}
