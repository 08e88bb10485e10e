// SPDX-License-Identifier: Apache-2.0
import type {
	Chain,
	Diagnosis,
	Finding,
	FlowCheck,
	FlowEnd,
	FlowExplanation,
	FlowReason,
	Link,
	Relearning,
	Reload,
	Severity
} from '../../../../../rpcd/api/index.ts';
import { firewallLoad, knowledge, mode, side } from '../import.ts';
import { count, flag, list, nullable, object, oneOf, text, variants, type Shape } from '../shape.ts';
import { flow, path } from './flows.ts';
import { cause } from './policy.ts';

const link: Shape<Link> = object({
	device: text,
	above: nullable(text),
	kind: oneOf({
		bridge: true,
		vlan: true,
		dsa: true,
		conduit: true,
		ethernet: true,
		wlan: true,
		ppp: true,
		tunnel: true,
		modem: true,
		other: true
	}),
	up: nullable(flag),
	hooked: flag,
	enters: nullable(object({ path })),
	engine: nullable(knowledge)
});

const chain: Shape<Chain> = object({ interfaces: list(text), zone: nullable(text), side, links: list(link) });

const severity: Shape<Severity> = oneOf({ danger: true, warning: true, notice: true });

const reload: Shape<Reload> = object({
	at: count,
	cause: nullable(object({ action: text, interface: text, device: text }))
});

const finding: Shape<Finding> = variants('code', {
	not_covered: { severity, device: text, zone: nullable(text), side, missing: list(text) },
	devices_differ: { severity, missing: list(text), surplus: list(text) },
	not_in_hardware: {
		severity,
		cause: oneOf({ no_engine: true, none_taken: true, unknown: true }),
		connections: count
	},
	ipv6_in_software: { severity, connections: count },
	shaped: {
		severity,
		device: text,
		kind: text,
		direction: oneOf({ egress: true, ingress: true }),
		passed_by: oneOf({ software: true, hardware: true }),
		program: nullable(text)
	},
	shaped_on_cpu: { severity, device: text, kind: text, program: nullable(text) },
	access_points_hooked: { severity, devices: list(text) },
	client_moved: { severity, address: text, old_port: text, new_port: text },
	others_offload: { severity, flowtables: list(text), accelerators: list(text) },
	options_owned: { severity, program: text, file: text },
	policy_routing: { severity, rules: count, marks: list(text), program: nullable(text) },
	inspected: { severity, program: nullable(text), chains: list(text) },
	counted: {
		severity,
		kind: oneOf({ quota: true, limit: true, header: true, counter: true }),
		chains: list(text)
	},
	logged: { severity, chains: list(text) },
	misses_traffic: {
		severity,
		program: text,
		cause: oneOf({ no_counter: true, accounting_off: true, hardware: true, upper_device: true }),
		devices: list(text)
	},
	ipsec: { severity, program: text },
	l2tp: { severity, devices: list(text) },
	policy_not_in_force: { severity, cause, reason: text },
	table_nearly_full: { severity, count, maximum: count },
	accounting_off: { severity },
	no_counter: { severity, flowtables: list(text) },
	bridge_waits: { severity, flowtable: text },
	reloads: { severity, reloads: list(reload), seconds: count },
	known_bad: { severity, entry: text, threads: list(text) }
});

export const diagnosis: Shape<Diagnosis> = object({
	chains: list(chain),
	findings: list(finding),
	policy: flag,
	unanswered: list(text),
	took_us: count
});

const end: Shape<FlowEnd> = object({ device: text, zone: nullable(text) });

export const reason: Shape<FlowReason> = variants('code', {
	offloaded: { path: oneOf({ software: true, hardware: true }), one_way: nullable(flag) },
	gone: {},
	not_set_up: {},
	no_rule: {},
	local: { end: oneOf({ source: true, destination: true }), address: text },
	not_unicast: { address: text },
	protocol: { protocol: text },
	one_direction: {},
	tcp_state: { state: text },
	helper: { helper: text, chain: text, rule: text },
	bridged: { device: text },
	policy: { rule: text, first_packets: nullable(count), certain: flag },
	ipsec: {},
	no_forwarding: { source_zone: text, destination_zone: text },
	not_covered: { device: text, missing: list(text) },
	timed_out: { seconds: count },
	few_packets: { packets: count },
	idle: { seconds: count }
});

const check: Shape<FlowCheck> = oneOf({
	table: true,
	flowtable: true,
	rule: true,
	addresses: true,
	protocol: true,
	state: true,
	helpers: true,
	policy: true,
	routes: true,
	ipsec: true,
	zones: true,
	coverage: true,
	memory: true,
	packets: true
});

export const explanation: Shape<FlowExplanation> = object({
	flow: nullable(flow),
	comes_by: nullable(end),
	goes_by: nullable(end),
	reasons: list(reason),
	checked: list(check),
	took_us: count
});

export const relearning: Shape<Relearning> = object({
	concerned: nullable(count),
	reached: nullable(count),
	relearning: flag,
	mode_before: mode,
	mode,
	load: firewallLoad,
	took_us: count
});
