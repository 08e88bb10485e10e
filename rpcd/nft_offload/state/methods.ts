// SPDX-License-Identifier: Apache-2.0
/** get_status, as a caller reaches it. */
import { replies } from 'nft_offload.base.reply';
import { fault_of_none } from 'nft_offload.base.request';
import { get_status } from 'nft_offload.state.status';

/** The page asks again and again, and shows what it knows meanwhile: it is told soon that something hangs. */
const SECONDS = 7;

const REPLY = replies(SECONDS, {
	get_status: (request) => fault_of_none(request.arguments) ?? get_status()
});

export { REPLY };
