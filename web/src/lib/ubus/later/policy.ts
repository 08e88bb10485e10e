// SPDX-License-Identifier: Apache-2.0
import type {
	Policy,
	PolicyCause,
	PolicyFault,
	PolicyForce,
	PolicyRule
} from '../../../../../rpcd/api/index.ts';
import {
	count,
	flag,
	list,
	nullable,
	object,
	oneOf,
	optional,
	text,
	variants,
	type Shape
} from '../shape.ts';

const rule: Shape<PolicyRule> = object({
	name: text,
	enabled: optional(flag),
	family: optional(oneOf({ ipv4: true, ipv6: true })),
	protocol: optional(oneOf({ tcp: true, udp: true })),
	clients: optional(list(text)),
	destinations: optional(list(text)),
	ports: optional(list(text)),
	src: optional(text),
	dest: optional(text),
	macs: optional(list(text)),
	dscp: optional(list(text)),
	mark: optional(text),
	first_packets: optional(count)
});

export const cause: Shape<PolicyCause> = oneOf({
	unreadable: true,
	not_included: true,
	no_rule: true,
	no_zone: true,
	refused: true,
	not_loaded: true
});

export const force: Shape<PolicyForce> = variants('state', {
	empty: {},
	off: {},
	in_force: {},
	not_in_force: {
		cause,
		reason: text
	}
});

export const policy: Shape<Policy> = object({
	rules: list(rule),
	fault: nullable(object<PolicyFault>({ rule: count, name: text, option: text, expected: text })),
	force,
	kept: list(nullable(count)),
	escaped: count,
	whole: flag,
	text,
	took_us: count
});
