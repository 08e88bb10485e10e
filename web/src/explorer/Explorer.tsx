// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import { formatCount } from '../format.ts';
import { _, fill } from '../i18n.ts';
import { explainError } from '../texts/problem.ts';
import { Notice } from '../ui/Notice.tsx';
import { BreakdownTable } from './BreakdownTable.tsx';
import { Charts } from './Charts.tsx';
import { ClientTable } from './ClientTable.tsx';
import { Tools } from './Tools.tsx';
import { Filters } from './Filters.tsx';
import { FlowTable } from './FlowTable.tsx';
import { Pager } from './Pager.tsx';
import { PathTotals } from './PathTotals.tsx';
import type { Answer, ExplorerState } from './state.ts';
import css from './explorer.css?inline';

/** Microseconds that a list takes from which on the page says that it comes rarely. */
const SLOW = 2_000_000;
/** Milliseconds to the next look that mean the same. A router that does not answer is asked sooner. */
const LONG = 40_000;

/** The list of connections, with what narrows, sorts and turns its pages. */
export class Explorer extends Component<{ explorer: ExplorerState }> {
	override componentDidMount() {
		addEventListener('hashchange', this.props.explorer.readAddress);
	}

	override componentWillUnmount() {
		removeEventListener('hashchange', this.props.explorer.readAddress);
	}

	override render({ explorer }: { explorer: ExplorerState }) {
		const { value: answer, error, wait } = explorer.answers;
		const asking = wait === Infinity;
		const slow = (answer?.took_us ?? 0) > SLOW || (wait > LONG && !asking);
		return (
			<section class="cbi-section nfo-explorer" aria-label={_('Connections')}>
				<style>{css}</style>
				<h3>{_('Connections')}</h3>
				{error && (
					<Notice tone="warning">
						<p>{explainError(error)}</p>
						{answer && <p class="nfo-advice">{_('What you see below is older.')}</p>}
					</Notice>
				)}
				{slow && !asking && !explorer.paused && (
					<p class="nfo-hint">
						{fill(
							_('The list takes the router long. It is asked again in %s min, or when you filter or sort.'),
							formatCount(Math.ceil(wait / 60_000))
						)}
					</p>
				)}
				{asking && (slow || !(answer ?? error)) && <p class="spinning">{_('Asking the router…')}</p>}
				{answer && (
					<>
						<PathTotals totals={answer.totals} />
						<Disclosure explorer={explorer} answer={answer} />
						<Charts
							flows={explorer.history.flows}
							load={explorer.history.load}
							reloads={explorer.history.reloads}
						/>
						<Filters explorer={explorer} />
						<div class="nfo-bar">
							<Pager explorer={explorer} answer={answer} />
							<p class="nfo-said" role="status">
								{explorer.announcement}
							</p>
							<Tools explorer={explorer} />
						</div>
						{explorer.query.view === 'clients' ? (
							<ClientTable
								explorer={explorer}
								query={explorer.query}
								answer={answer}
								hosts={explorer.hosts}
								stale={!explorer.answered}
							/>
						) : (
							<FlowTable
								rows={explorer.rows}
								stale={!explorer.answered}
								query={explorer.query}
								answer={answer}
								explorer={explorer}
								hosts={explorer.hosts}
							/>
						)}
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

/** What costs the router more is asked for only while it is open. */
function Disclosure({ explorer, answer }: { explorer: ExplorerState; answer: Answer }) {
	const open = explorer.query.breakdown;
	return (
		<>
			<button
				type="button"
				class="nfo-sort"
				aria-expanded={open}
				onClick={() => {
					explorer.ask({ breakdown: !open, offset: explorer.query.offset });
				}}
			>
				<span aria-hidden="true">{open ? '▾' : '▸'}</span> {_('Eligible share, families and protocols')}
			</button>
			{open && answer.breakdown && <BreakdownTable breakdown={answer.breakdown} />}
		</>
	);
}
