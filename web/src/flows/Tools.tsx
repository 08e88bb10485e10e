// SPDX-License-Identifier: Apache-2.0
import { formatCount } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { copyText, saveFile } from '../ui/clipboard.ts';
import { sheetOfClients, sheetOfConnections, toCsv, toText, type Sheet } from './export.ts';
import { isFiltered, NO_FILTER } from './query.ts';
import type { FlowsState } from './state.ts';

/** Shows all again, holds the list still, and takes it away. */
export function Tools({ flows }: { flows: FlowsState }) {
	return (
		<div class="nfo-tools" role="group" aria-label={_('Tools', 'list')}>
			<button
				type="button"
				class="btn cbi-button"
				aria-disabled={!isFiltered(flows.query)}
				onClick={() => {
					if (isFiltered(flows.query)) flows.ask(NO_FILTER);
				}}
			>
				{_('Clear filter')}
			</button>
			<button
				type="button"
				class="btn cbi-button"
				aria-pressed={flows.paused}
				onClick={() => {
					flows.setPaused(!flows.paused);
				}}
			>
				{_('Pause', 'list')}
			</button>
			<button
				type="button"
				class="btn cbi-button"
				onClick={() => {
					void copy(flows);
				}}
			>
				{_('Copy', 'action')}
			</button>
			<button
				type="button"
				class="btn cbi-button"
				onClick={() => {
					const sheet = sheetOf(flows);
					saveFile(`${flows.query.view}.csv`, 'text/csv', toCsv(sheet));
					flows.announce(fill(_('%s rows saved.'), formatCount(sheet.length - 1)));
				}}
			>
				{_('Download CSV')}
			</button>
		</div>
	);
}

async function copy(flows: FlowsState): Promise<void> {
	const sheet = sheetOf(flows);
	const copied = await copyText(toText(sheet));
	flows.announce(
		copied
			? fill(_('%s rows copied.'), formatCount(sheet.length - 1))
			: _('The browser did not allow copying.')
	);
}

/** What is on the page. */
function sheetOf({ query, rows, clients, hosts }: FlowsState): Sheet {
	return query.view === 'clients' ? sheetOfClients(clients, hosts) : sheetOfConnections(rows, hosts);
}
