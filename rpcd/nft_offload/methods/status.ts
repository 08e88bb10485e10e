// SPDX-License-Identifier: Apache-2.0
/** get_status, as a caller reaches it. */
import { replies } from 'nft_offload.reply';
import { fault_of_none } from 'nft_offload.request';
import { get_status } from 'nft_offload.status';

const REPLY = replies({
	get_status: (request) => fault_of_none(request.arguments) ?? get_status()
});

export { REPLY };
