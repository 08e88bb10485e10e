// SPDX-License-Identifier: Apache-2.0
/** The shapes of the replies that the page asks first, field by field as in the contract. A field forgotten here does not compile. */
import type {
	Coverage,
	DeviceLoad,
	Effective,
	Engine,
	EngineTable,
	FirewallLoad,
	Load,
	Mode,
	ModuleState,
	PackageState,
	Problem,
	RefusedOption,
	Requested,
	Seen,
	SeenPath,
	Shortfall,
	Status,
	Verdict
} from '../../../../rpcd/api/index.ts';
import { count, flag, list, nullable, object, oneOf, optional, text, variants, type Shape } from './shape.ts';

export const mode: Shape<Mode> = oneOf({ off: true, software: true, hardware: true });

const refusedOption = { option: text, value: text };

const requested: Shape<Requested> = variants('readable', {
	true: { mode, hardware_alone: flag, refused: nullable(object<RefusedOption>(refusedOption)) },
	false: { reason: text, line: count }
});

const effective: Shape<Effective> = object({
	mode,
	loaded: flag,
	devices: list(text),
	counter: flag,
	handle: nullable(count),
	foreign: list(text),
	foreign_uncounted: list(text),
	error: nullable(text)
});

const seenPath: Shape<SeenPath> = object({ connections: count, ipv6: count, bytes: count });

const seen: Shape<Seen> = object({
	whole: flag,
	software: seenPath,
	hardware: seenPath,
	one_way: nullable(count),
	unused: nullable(count),
	uncounted: count,
	tables: list(object<EngineTable>({ name: text, entries: count, whole: flag }))
});

export const side: Shape<Coverage['side']> = oneOf({ lan: true, wan: true });

const coverage: Shape<Coverage> = object({
	device: text,
	zone: nullable(text),
	side,
	by: list(text),
	missing: list(text)
});

export const knowledge: Shape<Engine['engine']> = oneOf({ yes: true, no: true, unknown: true });

const shortfall: Shape<Shortfall> = object({
	code: oneOf({ unused: true, one_way: true, ipv6_in_software: true, in_software: true, uncounted: true }),
	connections: count
});

export const verdict: Shape<Verdict> = variants('code', {
	same: {},
	config_unreadable: {},
	no_firewall4: {},
	nft_failed: {},
	option_refused: refusedOption,
	module_missing: { loadable: flag },
	ruleset_refused: { reason: text },
	firewall_stopped: {},
	reload_failed: {},
	no_devices: {},
	not_reloaded: {},
	hardware_refused: { devices: list(text) },
	devices_differ: { missing: list(text), surplus: list(text) },
	offloaded_by_others: { flowtables: list(text), accelerators: list(text) },
	not_in_hardware: {
		cause: oneOf({ no_engine: true, none_taken: true, unknown: true }),
		connections: count
	},
	uplink_not_covered: { devices: list(text) },
	partly_in_hardware: { shortfalls: list(shortfall) },
	nothing_to_offload: { cause: oneOf({ no_forwarding: true, no_default_route: true }) }
});

const load: Shape<Load> = object({
	at_ms: count,
	devices: list(
		object<DeviceLoad>({
			name: text,
			side,
			rx_bytes: count,
			tx_bytes: count,
			offloaded: knowledge
		})
	),
	cpu: object({ total: count, idle: count, softirq: count })
});

export const module: Shape<ModuleState> = object({
	name: oneOf({ nft_flow_offload: true }),
	state: oneOf({ loaded: true, builtin: true, loadable: true, missing: true })
});

export const manager: Shape<PackageState['manager']> = oneOf({ apk: true, opkg: true, none: true });

export const status: Shape<Status> = object({
	firewall: oneOf({ fw4: true, fw3: true, none: true }),
	requested,
	effective,
	seen,
	coverage: list(coverage),
	engines: list(object<Engine>({ device: text, engine: knowledge })),
	accelerators: list(text),
	verdict,
	module,
	package: object({
		manager,
		name: oneOf({ 'kmod-nft-offload': true }),
		version: nullable(text)
	}),
	conntrack: object({
		count,
		maximum: count,
		accounting: flag,
		source: oneOf({ procfs: true, conntrack: true, none: true })
	}),
	board: object({
		model: text,
		hostname: text,
		kernel: text,
		distribution: text,
		version: text,
		revision: text,
		target: text
	}),
	apply_pending: flag,
	change: nullable(count),
	uptime: count,
	load: optional(load),
	took_us: count
});

export const firewallLoad: Shape<FirewallLoad> = object({
	action: oneOf({ reload: true, start: true }),
	status: count,
	reason: text
});

export const problem: Shape<Problem> = variants('problem', {
	bad_request: { reason: text },
	unknown_method: {},
	unknown_argument: { argument: text },
	invalid_argument: { argument: text, expected: text },
	no_firewall4: {},
	firewall_stopped: {},
	config_unreadable: { reason: text, line: count },
	config_unavailable: { reason: text },
	no_defaults: {},
	module_missing: { loadable: flag },
	no_devices: {},
	hardware_refused: { devices: list(text) },
	no_engine: { devices: list(text) },
	hardware_busy: { devices: list(text) },
	flowtable_refused: { devices: list(text), reason: text },
	flash_full: { free_kib: count, needed_kib: count },
	apply_pending: {},
	edit_failed: { reason: text },
	policy_refused: { rule: count, name: text, option: text, expected: text },
	policy_rules_refused: { reason: text },
	config_changed: {},
	change_running: { by: nullable(text) },
	no_change: {},
	not_set_up: {},
	not_guarded: { reason: text },
	change_not_started: { reason: text },
	comparison_running: { by: nullable(text) },
	no_comparison: {},
	no_conntrack: { install: oneOf({ conntrack: true }) },
	no_answer: { program: text },
	job_running: {},
	job_not_started: { reason: text },
	internal: { reason: text }
});
