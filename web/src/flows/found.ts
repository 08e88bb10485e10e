// SPDX-License-Identifier: Apache-2.0
import type { Flows } from '../../../rpcd/api/index.ts';
import { formatCount } from '../ui/format.ts';

type Found = Pick<Flows, 'matched' | 'client_count'>;

/** The most clients that the router tells apart; one more means more: no page begins there. */
const CLIENTS = 1024;

/** How many connections or clients fit what is asked. */
export const foundIn = ({ matched, client_count }: Found): number => client_count ?? matched.flows;

export function foundText(answer: Found): string {
	const clients = answer.client_count ?? 0;
	return clients > CLIENTS ? `> ${formatCount(CLIENTS)}` : formatCount(foundIn(answer));
}
