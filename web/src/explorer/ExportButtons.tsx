// SPDX-License-Identifier: Apache-2.0
import { formatCount } from '../format.ts';
import { _, fill } from '../i18n.ts';
import { copyText, saveFile } from './clipboard.ts';
import { toCsv, toText } from './export.ts';
import type { ExplorerState } from './state.ts';

/** Holds the list still, and takes it away. */
export function ExportButtons({ explorer }: { explorer: ExplorerState }) {
	return (
		<div class="nfo-tools" role="group" aria-label={_('Tools')}>
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
