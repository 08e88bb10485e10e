// SPDX-License-Identifier: Apache-2.0
import type {
	Breakdown,
	ClientTotal,
	Flow,
	Flows,
	Path,
	Total,
	Tuple
} from '../../../../../rpcd/api/index.ts';
import { count, flag, list, nullable, object, oneOf, optional, text, type Shape } from '../shape.ts';

const total: Shape<Total> = object({ flows: count, bytes: count, packets: count });

const tuple: Shape<Tuple> = object({
	source: text,
	destination: text,
	source_port: nullable(count),
	destination_port: nullable(count),
	packets: nullable(count),
	bytes: nullable(count)
});

export const path: Shape<Path> = oneOf({ cpu: true, software: true, hardware: true });

export const flow: Shape<Flow> = object({
	family: oneOf({ ipv4: true, ipv6: true }),
	protocol: text,
	path,
	state: nullable(text),
	timeout: nullable(count),
	replied: flag,
	kept: optional(text),
	original: tuple,
	reply: tuple
});

const byPath: Shape<Record<Path, Total>> = object({ cpu: total, software: total, hardware: total });

const breakdown: Shape<Breakdown> = object({
	family: object({ ipv4: byPath, ipv6: byPath }),
	protocol: object({ tcp: byPath, udp: byPath, other: byPath }),
	eligible: byPath,
	own: list(text)
});

const client: Shape<ClientTotal> = object({ address: text, paths: byPath });

export const flows: Shape<Flows> = object({
	totals: byPath,
	matched: total,
	flows: list(flow),
	clients: optional(list(client)),
	client_count: optional(count),
	breakdown: optional(breakdown),
	at_ms: optional(count),
	skipped: count,
	source: oneOf({ procfs: true, conntrack: true }),
	took_us: count
});
