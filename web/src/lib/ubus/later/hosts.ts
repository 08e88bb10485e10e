// SPDX-License-Identifier: Apache-2.0
import type { HostHint, Lease4, Lease6, Leases } from '../objects.ts';
import { count, either, list, object, optional, record, text, type Shape } from '../shape.ts';

export const hostHints: Shape<Record<string, HostHint>> = record(
	object<HostHint>({ name: optional(text), ipaddrs: list(text), ip6addrs: list(text) })
);

const never: Shape<false> = (value, path, mismatch): value is false =>
	value === false || mismatch(path, 'false or a whole number');

const lease = {
	expires: either((value) => typeof value === 'number', count, never),
	hostname: optional(text),
	macaddr: optional(text),
	duid: optional(text)
};

export const leases: Shape<Leases> = object({
	dhcp_leases: list(object<Lease4>({ ...lease, ipaddr: text })),
	dhcp6_leases: list(object<Lease6>({ ...lease, ip6addr: text, ip6addrs: list(text) }))
});
