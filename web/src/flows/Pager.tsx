// SPDX-License-Identifier: Apache-2.0
import { formatCount } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { foundIn, foundText } from './found.ts';
import { LAST_ROW } from './query.ts';
import type { Answer, FlowsState } from './state.ts';

/** Which rows are shown of how many, and the way to others. */
export function Pager({ flows, answer }: { flows: FlowsState; answer: Answer }) {
	const { limit, offset } = flows.query;
	return (
		<nav class="nfo-pager" aria-label={_('Pages')}>
			<Turn name={_('Previous')} to={offset > 0 ? Math.max(0, offset - limit) : null} flows={flows} />
			<span class="nfo-range">{range(flows, answer)}</span>
			<Turn
				name={_('Next')}
				to={flows.answered && offset + limit < Math.min(foundIn(answer), LAST_ROW) ? offset + limit : null}
				flows={flows}
			/>
		</nav>
	);
}

interface TurnProps {
	name: string;
	/** The first row of the page; null when there is none. */
	to: number | null;
	flows: FlowsState;
}

/** Not disabled when there is no such page: it would lose the focus of who turned to the last one. */
function Turn({ name, to, flows }: TurnProps) {
	return (
		<button
			type="button"
			class="btn cbi-button"
			aria-disabled={to === null}
			onClick={() => {
				if (to !== null) flows.ask({ offset: to });
			}}
		>
			{name}
		</button>
	);
}

function range({ query, answered }: FlowsState, answer: Answer): string {
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
