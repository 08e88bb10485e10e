// SPDX-License-Identifier: Apache-2.0
/** get_status, as a caller reaches it. */
import { replies } from 'nft_offload.base.reply';
import { fault_of_none } from 'nft_offload.base.request';
import { get_status } from 'nft_offload.state.status';

const REPLY = replies({
	get_status: (request) => fault_of_none(request.arguments) ?? get_status()
});

export { REPLY };
