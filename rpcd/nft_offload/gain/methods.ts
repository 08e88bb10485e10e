// SPDX-License-Identifier: Apache-2.0
/** start_comparison, stop_comparison and get_comparison, as a caller reaches them. */
import type { ComparisonArguments, StartComparisonArguments } from '../../api/index.ts';
import { author_of } from 'nft_offload.base.author';
import { replies } from 'nft_offload.base.reply';
import { ID, MODE, fault_of_none, fault_without, is_faultless } from 'nft_offload.base.request';
import type { Check } from 'nft_offload.base.request';
import { is_boolean } from 'nft_offload.base.value';
import { get_comparison } from 'nft_offload.gain.record';
import { start_comparison, stop_comparison } from 'nft_offload.gain.start';

const KEEP_BETTER: Check = { name: 'keep_better', expected: 'true or false', accepts: is_boolean };

/** A check of the change, and a program that starts. */
const SECONDS = 18;

const REPLY = replies(SECONDS, {
	get_comparison: (request) => fault_of_none(request.arguments) ?? get_comparison(),
	start_comparison: (request) => {
		const given = request.arguments;
		const fault = fault_without('mode', given, [MODE, KEEP_BETTER]);
		return is_faultless<StartComparisonArguments>(given, fault)
			? start_comparison(given, author_of(request.session))
			: fault;
	},
	stop_comparison: (request) => {
		const given = request.arguments;
		const fault = fault_without('id', given, [ID]);
		return is_faultless<ComparisonArguments>(given, fault)
			? stop_comparison(given.id, author_of(request.session))
			: fault;
	}
});

export { REPLY };
