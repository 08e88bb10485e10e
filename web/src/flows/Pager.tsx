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
		<nav class="nfo-pager" aria-label={_('Pages', 'list')}>
			<Turn name={_('Previous')} to={offset > 0 ? Math.max(0, offset - limit) : null} flows={flows} />
			<span class="nfo-range">{range(flows, answer)}</span>
			<Turn
				name={_('Next')}
				to={flows.answered && offset + limit < reachable(flows, answer) ? offset + limit : null}
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

/** How many rows there are to turn to: by rate the page sorts what it has, which are the largest. */
function reachable({ query }: FlowsState, answer: Answer): number {
	return query.sort === 'rate' ? (answer.clients ?? answer.rows).length : Math.min(foundIn(answer), LAST_ROW);
}

function range(flows: FlowsState, answer: Answer): string {
	const { query, answered } = flows;
	if (!answered) return _('Asking the router…');
	const rows = (answer.clients ? flows.clients : flows.rows).length;
	if (rows === 0) return fill(_('0 of %s'), foundText(answer));
	const first = formatCount(query.offset + 1);
	const last = formatCount(query.offset + rows);
	const most = reachable(flows, answer);
	return query.sort === 'rate' && most < foundIn(answer)
		? fill(_('%s–%s of the %s largest'), first, last, formatCount(most))
		: fill(_('%s–%s of %s'), first, last, foundText(answer));
}
