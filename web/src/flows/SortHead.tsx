// SPDX-License-Identifier: Apache-2.0
import type { Sort } from './query.ts';
import type { FlowsState } from './state.ts';

interface SortHeadProps {
	name: string;
	sort: Sort;
	flows: FlowsState;
}

/** The largest come first, and only so: choosing a column sorts by it. */
export function SortHead({ name, sort, flows }: SortHeadProps) {
	const chosen = flows.query.sort === sort;
	return (
		<th scope="col" class="nfo-col-number nfo-sortable" aria-sort={chosen ? 'descending' : undefined}>
			<button
				type="button"
				class="nfo-sort"
				onClick={() => {
					flows.ask({ sort });
				}}
			>
				{name}
				<span aria-hidden="true">{chosen ? ' ▾' : ' '}</span>
			</button>
		</th>
	);
}
