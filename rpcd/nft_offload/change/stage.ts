// SPDX-License-Identifier: Apache-2.0
/**
 * The old options in memory, for a router that restarts while its flash takes nothing: libuci keeps there what is staged, and
 * firewall4 reads that too (fw4.uc: a cursor that loads the package by its name). Whoever commits it meanwhile puts them back.
 */
import type { ChangeReport, OffloadOption } from '../../api/index.ts';
import { run } from 'nft_offload.base.command';
import { back_of } from 'nft_offload.change.transaction';
import { INCLUDE, INCLUDE_OPTIONS, UCI } from 'nft_offload.state.firewall';

const place_of = (option: OffloadOption): string => `firewall.@defaults[0].${option}`;
const OUR_INCLUDE = `firewall.${INCLUDE}`;

/** What is staged where; null where nothing is to be there. The include where the change has it come or go. */
function staged_by(change: ChangeReport): { place: string; value: string | null }[] {
	const back = back_of(change);
	const included = back.include === true;
	const staged = [
		{ place: place_of('flow_offloading'), value: back.flow_offloading },
		{ place: place_of('flow_offloading_hw'), value: back.flow_offloading_hw }
	];
	if (included !== (change.options.include === true)) {
		push(staged, { place: OUR_INCLUDE, value: included ? 'include' : null });
		map(included ? INCLUDE_OPTIONS : [], (option) =>
			push(staged, { place: `${OUR_INCLUDE}.${option.name}`, value: option.value })
		);
	}
	return staged;
}

function stage_options(change: ChangeReport): void {
	map(staged_by(change), (entry) =>
		run(
			UCI,
			entry.value == null ? ['-q', 'delete', entry.place] : ['-q', 'set', `${entry.place}=${entry.value}`]
		)
	);
}

/** Forgets them, once the file has them. */
function unstage_options(change: ChangeReport): void {
	map(staged_by(change), (entry) => run(UCI, ['-q', 'revert', entry.place]));
}

export { stage_options, unstage_options };
