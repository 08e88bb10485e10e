// SPDX-License-Identifier: Apache-2.0
import { formatCount } from '../format.ts';
import { _, fill } from '../i18n.ts';
import { copyText, saveFile } from './clipboard.ts';
import { sheetOfClients, sheetOfConnections, toCsv, toText, type Sheet } from './export.ts';
import { isFiltered, NO_FILTER } from './query.ts';
import type { ExplorerState } from './state.ts';

/** Shows all again, holds the list still, and takes it away. */
export function Tools({ explorer }: { explorer: ExplorerState }) {
	return (
		<div class="nfo-tools" role="group" aria-label={_('Tools')}>
			<button
				type="button"
				class="btn cbi-button"
				aria-disabled={!isFiltered(explorer.query)}
				onClick={() => {
					if (isFiltered(explorer.query)) explorer.ask(NO_FILTER);
				}}
			>
				{_('Clear filter')}
			</button>
			<button
				type="button"
				class="btn cbi-button"
				aria-pressed={explorer.paused}
				onClick={() => {
					explorer.setPaused(!explorer.paused);
				}}
			>
				{_('Pause')}
			</button>
			<button
				type="button"
				class="btn cbi-button"
				onClick={() => {
					void copy(explorer);
				}}
			>
				{_('Copy')}
			</button>
			<button
				type="button"
				class="btn cbi-button"
				onClick={() => {
					const sheet = sheetOf(explorer);
					saveFile(`${explorer.query.view}.csv`, 'text/csv', toCsv(sheet));
					explorer.announce(fill(_('%s rows saved.'), formatCount(sheet.length - 1)));
				}}
			>
				{_('Download CSV')}
			</button>
		</div>
	);
}

async function copy(explorer: ExplorerState): Promise<void> {
	const sheet = sheetOf(explorer);
	const copied = await copyText(toText(sheet));
	explorer.announce(
		copied
			? fill(_('%s rows copied.'), formatCount(sheet.length - 1))
			: _('The browser did not allow copying.')
	);
}

/** What is on the page. */
function sheetOf({ query, rows, answers, hosts }: ExplorerState): Sheet {
	return query.view === 'clients'
		? sheetOfClients(answers.value?.clients ?? [], hosts)
		: sheetOfConnections(rows, hosts);
}
