// SPDX-License-Identifier: Apache-2.0
import { formatCount } from '../format.ts';
import { _, fill } from '../i18n.ts';
import { copyText, saveFile } from './clipboard.ts';
import { toCsv, toText } from './export.ts';
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
					saveFile('connections.csv', 'text/csv', toCsv(explorer.rows, explorer.hosts));
					explorer.announce(fill(_('%s rows saved.'), formatCount(explorer.rows.length)));
				}}
			>
				{_('Download CSV')}
			</button>
		</div>
	);
}

async function copy(explorer: ExplorerState): Promise<void> {
	const { rows, hosts } = explorer;
	const copied = await copyText(toText(rows, hosts));
	explorer.announce(
		copied ? fill(_('%s rows copied.'), formatCount(rows.length)) : _('The browser did not allow copying.')
	);
}
