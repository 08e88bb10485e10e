// SPDX-License-Identifier: Apache-2.0
/** get_package, get_job and install_package, as a caller reaches them. */
import type { JobArguments } from '../../api/index.ts';
import { get_job, install_package } from 'nft_offload.install.job';
import { get_package } from 'nft_offload.install.package';
import { replies } from 'nft_offload.base.reply';
import { fault_of, fault_of_none, is_faultless, whole_number } from 'nft_offload.base.request';
import type { Check } from 'nft_offload.base.request';

const CHECKS: Check[] = [whole_number('offset', 2147483647)];

const SECONDS = 7;

const REPLY = replies(SECONDS, {
	get_package: (request) => fault_of_none(request.arguments) ?? get_package(),
	get_job: (request) => {
		const given = request.arguments;
		const fault = fault_of(given, CHECKS);
		return is_faultless<JobArguments>(given, fault) ? get_job(given.offset ?? 0) : fault;
	},
	install_package: (request) => fault_of_none(request.arguments) ?? install_package()
});

export { REPLY };
