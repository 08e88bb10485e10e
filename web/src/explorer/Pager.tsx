// SPDX-License-Identifier: Apache-2.0
import { formatCount } from '../format.ts';
import { _, fill } from '../i18n.ts';
import { LAST_ROW } from './query.ts';
import type { Answer, ExplorerState } from './state.ts';

/** Which rows are shown of how many, and the way to others. */
export function Pager({ explorer, answer }: { explorer: ExplorerState; answer: Answer }) {
	const { limit, offset } = explorer.query;
	const found = answer.matched.flows;
	const last = Math.min(found, LAST_ROW);
	const turn = (to: number) => () => {
		explorer.ask({ offset: to });
	};
	return (
		<nav class="nfo-pager" aria-label={_('Pages')}>
			<button
				type="button"
				class="btn cbi-button"
				disabled={offset === 0}
				onClick={turn(Math.max(0, offset - limit))}
			>
				{_('Previous')}
			</button>
			<span class="nfo-range">{range(explorer, answer)}</span>
			<button
				type="button"
				class="btn cbi-button"
				disabled={!explorer.answered || offset + limit >= last}
				onClick={turn(offset + limit)}
			>
				{_('Next')}
			</button>
		</nav>
	);
}

function range({ query, answered, rows }: ExplorerState, { matched }: Answer): string {
	if (!answered) return _('Asking the router…');
	if (rows.length === 0) return fill(_('0 of %s'), formatCount(matched.flows));
	return fill(
		_('%s–%s of %s'),
		formatCount(query.offset + 1),
		formatCount(query.offset + rows.length),
		formatCount(matched.flows)
	);
}
