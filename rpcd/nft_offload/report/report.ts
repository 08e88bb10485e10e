// SPDX-License-Identifier: Apache-2.0
/** The report, out of what the plugin answers. */
import type { Problem, Report } from '../../api/index.ts';
import { ask_plugin } from 'nft_offload.base.plugin';
import { is_problem } from 'nft_offload.base.problem';
import { report_text } from 'nft_offload.words.report';

/** Whole without the connections, where the router does not list them. */
function make_report(addresses: boolean): Report | Problem {
	const status = ask_plugin('get_status', {});
	if (is_problem(status)) {
		return status;
	}
	const diagnosis = ask_plugin('get_diagnosis', {});
	if (is_problem(diagnosis)) {
		return diagnosis;
	}
	const flows = ask_plugin('get_flows', { limit: 0 });
	const policy = ask_plugin('get_policy', {});
	const comparison = ask_plugin('get_comparison', {});
	return {
		text: report_text(
			status,
			diagnosis,
			is_problem(policy) ? null : policy,
			is_problem(flows) ? null : flows,
			is_problem(comparison) ? { state: 'none' } : comparison,
			addresses
		)
	};
}

export { make_report };
