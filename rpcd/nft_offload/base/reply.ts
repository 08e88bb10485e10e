// SPDX-License-Identifier: Apache-2.0
/** The reply to a call as text: one JSON object, whatever happens. */
import { stdin } from 'fs';
import type { MethodName, Problem } from '../../api/index.ts';
import { answer_within } from 'nft_offload.base.deadline';
import { is_problem } from 'nft_offload.base.problem';
import { read_request } from 'nft_offload.base.request';
import type { Request } from 'nft_offload.base.request';
import { message_of } from 'nft_offload.base.value';

/** What answers a method: its reply, or what was wrong with the arguments. */
type Method = (request: Request) => object | null;

/** Answers a method by its name, with the request on standard input. */
type Reply = (method: MethodName) => string;

/** Bytes. More than rpcd's 65,536, so that a request cut off by it is not taken for whole. */
const REQUEST_LIMIT = 131072;

/** Bytes: a file of 128 KiB in base64, and what changes of it. Over 1 MiB the bus would drop rpcd. */
const REPLY_LIMIT = 188416;

function fault(reason: string): string {
	return sprintf('%J', { problem: 'internal', reason: substr(reason, 0, 256) } satisfies Problem);
}

/** The replies of the methods of a part, each of which has so many seconds for what it asks of others. */
function replies(seconds: number, methods: { [Name in MethodName]?: Method }): Reply {
	return (name) => {
		const method = methods[name];
		if (method == null) {
			return fault('the method is in another file');
		}
		answer_within(seconds);
		try {
			const request = read_request(stdin.read(REQUEST_LIMIT) ?? '');
			const text = sprintf('%J', is_problem(request) ? request : method(request));
			return length(text) <= REPLY_LIMIT ? text : fault('the reply is too large');
		} catch (error) {
			return fault(message_of(error));
		}
	};
}

export { replies };
export type { Reply };
