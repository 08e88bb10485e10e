// SPDX-License-Identifier: Apache-2.0
/**
 * The old options in memory, for a router that restarts while its flash takes nothing: libuci keeps there what is staged, and
 * firewall4 reads that too (fw4.uc: a cursor that loads the package by its name). Whoever commits it meanwhile puts them back.
 */
import type { OffloadOptions } from '../../api/index.ts';
import { run } from 'nft_offload.base.command';
import { UCI } from 'nft_offload.state.firewall';

const place_of = (option: keyof OffloadOptions): string => `firewall.@defaults[0].${option}`;

function stage_options(options: OffloadOptions): void {
	const stage = (option: keyof OffloadOptions): void => {
		const value = options[option];
		if (value == null) {
			run(UCI, ['-q', 'delete', place_of(option)]);
		} else {
			run(UCI, ['-q', 'set', `${place_of(option)}=${value}`]);
		}
	};
	stage('flow_offloading');
	stage('flow_offloading_hw');
}

/** Forgets them, once the file has them. */
function unstage_options(): void {
	run(UCI, ['-q', 'revert', place_of('flow_offloading')]);
	run(UCI, ['-q', 'revert', place_of('flow_offloading_hw')]);
}

export { stage_options, unstage_options };
