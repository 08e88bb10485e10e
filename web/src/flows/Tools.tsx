// SPDX-License-Identifier: Apache-2.0
import { formatCount } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { copyText, saveFile } from '../ui/clipboard.ts';
import { KeepButton, type Keep } from '../ui/keep.tsx';
import { sheetOfClients, sheetOfConnections, toCsv, toText, type Sheet } from './export.ts';
import { isFiltered, NO_FILTER } from './query.ts';
import type { FlowsState } from './state.ts';

export interface ToolsProps {
	flows: FlowsState;
	/** Null for who may only look. */
	onKeep: Keep | null;
	/** Whether connections may be learned again now; null for who may only look, and where there is no flowtable. */
	mayRelearn: boolean | null;
}

/** Shows all again, holds the list still, takes it away, and has its connections learned anew. */
export function Tools({ flows, onKeep, mayRelearn }: ToolsProps) {
	const { client } = flows.query;
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
			{onKeep && client !== null && <KeepButton client={client} class="btn cbi-button" onKeep={onKeep} />}
			{mayRelearn !== null && (
				<button
					type="button"
					class="btn cbi-button"
					title={_(
						'Reloads the firewall, as any change of it does: the next packets of each connection bring it back to its path.'
					)}
					aria-disabled={!mayRelearn || flows.relearning}
					onClick={() => {
						if (mayRelearn) void flows.relearn();
					}}
				>
					{_('Learn again', 'flowtable')}
				</button>
			)}
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
