// SPDX-License-Identifier: Apache-2.0
import type { Flow } from '../../../rpcd/api/index.ts';
import { formatEndpoint } from '../ui/format.ts';

/** What the router puts in the place of an end of a connection. */
export interface Translation {
	/** The end as the initiator of the connection knows it. */
	from: string;
	/** The end as the other side knows it. */
	to: string;
}

export interface Translations {
	source: Translation | null;
	destination: Translation | null;
}

/** Without translation what comes back is the mirror image of what was sent. */
export function translationsOf({ original, reply }: Flow): Translations {
	const source = formatEndpoint(original.source, original.source_port);
	const destination = formatEndpoint(original.destination, original.destination_port);
	const answered = formatEndpoint(reply.destination, reply.destination_port);
	const answering = formatEndpoint(reply.source, reply.source_port);
	return {
		source: source === answered ? null : { from: source, to: answered },
		destination: destination === answering ? null : { from: destination, to: answering }
	};
}
