// SPDX-License-Identifier: Apache-2.0
import { formatCount } from '../format.ts';
import { _, fill } from '../i18n.ts';
import { foundIn, foundText } from './found.ts';
import { LAST_ROW } from './query.ts';
import type { Answer, ExplorerState } from './state.ts';

/** Which rows are shown of how many, and the way to others. */
export function Pager({ explorer, answer }: { explorer: ExplorerState; answer: Answer }) {
	const { limit, offset } = explorer.query;
	return (
		<nav class="nfo-pager" aria-label={_('Pages')}>
			<Turn name={_('Previous')} to={offset > 0 ? Math.max(0, offset - limit) : null} explorer={explorer} />
			<span class="nfo-range">{range(explorer, answer)}</span>
			<Turn
				name={_('Next')}
				to={explorer.answered && offset + limit < Math.min(foundIn(answer), LAST_ROW) ? offset + limit : null}
				explorer={explorer}
			/>
		</nav>
	);
}

interface TurnProps {
	name: string;
	/** The first row of the page; null when there is none. */
	to: number | null;
	explorer: ExplorerState;
}

/** Not disabled when there is no such page: it would lose the focus of who turned to the last one. */
function Turn({ name, to, explorer }: TurnProps) {
	return (
		<button
			type="button"
			class="btn cbi-button"
			aria-disabled={to === null}
			onClick={() => {
				if (to !== null) explorer.ask({ offset: to });
			}}
		>
			{name}
		</button>
	);
}

function range({ query, answered }: ExplorerState, answer: Answer): string {
	if (!answered) return _('Asking the router…');
	const rows = (answer.clients ?? answer.rows).length;
	if (rows === 0) return fill(_('0 of %s'), foundText(answer));
	return fill(
		_('%s–%s of %s'),
		formatCount(query.offset + 1),
		formatCount(query.offset + rows),
		foundText(answer)
	);
}
