// SPDX-License-Identifier: Apache-2.0
/** The router's own addresses: what begins or ends there is never forwarded. */
import type { Flow } from '../../../rpcd/api/index.ts';
import { shortenIPv6 } from '../ui/format.ts';

export type Own = ReadonlySet<string>;

export const ownFrom = (addresses: readonly string[]): Own => new Set(addresses.map(canonical));

export const isOwn = (address: string, own: Own): boolean => own.has(canonical(address));

/** Behind NAT what comes back goes to the router's address, too: who starts and who answers counts. */
export const isLocal = ({ original, reply }: Flow, own: Own): boolean =>
	isOwn(original.source, own) || isOwn(reply.source, own);

const canonical = (address: string) => (address.includes(':') ? shortenIPv6(address.toLowerCase()) : address);
