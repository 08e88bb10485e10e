// SPDX-License-Identifier: Apache-2.0
/**
 * The old options in memory, for a router that restarts while its flash takes nothing: libuci keeps there what is staged, and
 * firewall4 reads that too (fw4.uc: a cursor that loads the package by its name). Whoever commits it meanwhile puts them back.
 */
import type { OffloadOption, OffloadOptions } from '../../api/index.ts';
import { run } from 'nft_offload.base.command';
import { INCLUDE, INCLUDE_OPTIONS, UCI } from 'nft_offload.state.firewall';

const place_of = (option: OffloadOption): string => `firewall.@defaults[0].${option}`;
const OUR_INCLUDE = `firewall.${INCLUDE}`;

/** Stages a value, or where there is none, that there is none. */
function stage(place: string, value: string | null): void {
	run(UCI, value == null ? ['-q', 'delete', place] : ['-q', 'set', `${place}=${value}`]);
}

function stage_options(options: OffloadOptions): void {
	stage(place_of('flow_offloading'), options.flow_offloading);
	stage(place_of('flow_offloading_hw'), options.flow_offloading_hw);
	stage(OUR_INCLUDE, options.include === true ? 'include' : null);
	map(options.include === true ? INCLUDE_OPTIONS : [], (option) => {
		stage(`${OUR_INCLUDE}.${option.name}`, option.value);
	});
}

/** Forgets them, once the file has them. */
function unstage_options(): void {
	map([place_of('flow_offloading'), place_of('flow_offloading_hw'), OUR_INCLUDE], (place) =>
		run(UCI, ['-q', 'revert', place])
	);
}

export { stage_options, unstage_options };
