// SPDX-License-Identifier: Apache-2.0
/** get_report, as a caller reaches it. */
import type { ReportArguments } from '../../api/index.ts';
import { replies } from 'nft_offload.base.reply';
import { fault_of, is_faultless } from 'nft_offload.base.request';
import { is_boolean } from 'nft_offload.base.value';
import { make_report } from 'nft_offload.report.report';

/** Each of the parts that are asked has its own limit. */
const SECONDS = 20;

const REPLY = replies(SECONDS, {
	get_report: (request) => {
		const given = request.arguments;
		const fault = fault_of(given, [{ name: 'addresses', expected: 'true or false', accepts: is_boolean }]);
		return is_faultless<ReportArguments>(given, fault) ? make_report(given.addresses === true) : fault;
	}
});

export { REPLY };
