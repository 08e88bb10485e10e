// SPDX-License-Identifier: Apache-2.0
/** The words that all parts share. */

/** What the admin can ask for: LuCI's "Routing/NAT Offloading". */
export type Mode = 'off' | 'software' | 'hardware';

/** The way a connection's packets take through the router. */
export type Path = 'cpu' | 'software' | 'hardware';

export type Family = 'ipv4' | 'ipv6';
