// SPDX-License-Identifier: Apache-2.0
/** Who calls: the name of a session's user, which everybody may see, and never the session. */
import type { ChangeAuthor } from '../../api/index.ts';
import { call } from 'nft_offload.base.bus';
import { printable } from 'nft_offload.base.printable';
import { is_object, is_text } from 'nft_offload.base.value';

/** Characters. */
const NAME_LIMIT = 64;

/** In whose name a program of ours asks for what its user has asked it for (/usr/libexec/nft-offload/start). rpcd has none. */
const IN_NAME_OF = 'NFT_OFFLOAD_BY';

/** rpcd's name of the session's user; null for a caller without one, on the router itself. */
function author_of(session: string | null): ChangeAuthor {
	if (session == null) {
		const name = getenv(IN_NAME_OF) ?? '';
		return name === '' ? null : name;
	}
	const values = call('session', 'get', { ubus_rpc_session: session, keys: ['username'] }).data['values'];
	const name = is_object(values) ? values['username'] : null;
	return is_text(name) ? substr(replace(printable(name), '\n', ' '), 0, NAME_LIMIT) : '?';
}

export { author_of };
