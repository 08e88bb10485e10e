// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import { formatCount } from '../format.ts';
import { _, fill } from '../i18n.ts';
import { explainError } from '../texts/problem.ts';
import { Notice } from '../ui/Notice.tsx';
import { ExportButtons } from './ExportButtons.tsx';
import { Filters } from './Filters.tsx';
import { FlowTable } from './FlowTable.tsx';
import { Pager } from './Pager.tsx';
import { PathTotals } from './PathTotals.tsx';
import type { ExplorerState } from './state.ts';
import css from './explorer.css?inline';

/** The list of connections, with what narrows, sorts and turns its pages. */
export class Explorer extends Component<{ explorer: ExplorerState }> {
	override componentDidMount() {
		addEventListener('hashchange', this.props.explorer.readAddress);
	}

	override componentWillUnmount() {
		removeEventListener('hashchange', this.props.explorer.readAddress);
	}

	override render({ explorer }: { explorer: ExplorerState }) {
		const { value: answer, error } = explorer.answers;
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
				{!answer && !error && <p class="spinning">{_('Asking the router…')}</p>}
				{answer && (
					<>
						<PathTotals totals={answer.totals} />
						<Filters explorer={explorer} />
						<div class="nfo-bar">
							<Pager explorer={explorer} answer={answer} />
							<p class="nfo-said" role="status">
								{explorer.announcement}
							</p>
							<ExportButtons explorer={explorer} />
						</div>
						<FlowTable
							rows={explorer.rows}
							stale={!explorer.answered}
							query={explorer.query}
							answer={answer}
							explorer={explorer}
							hosts={explorer.hosts}
						/>
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
