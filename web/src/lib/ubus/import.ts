// SPDX-License-Identifier: Apache-2.0
/** The shapes of our plugin's replies, field by field as in its contract. A field forgotten here does not compile. */
import type {
	Breakdown,
	ClientTotal,
	ConfigText,
	Coverage,
	DeviceLoad,
	Effective,
	Engine,
	EngineTable,
	Failure,
	FirewallLoad,
	Flow,
	Flows,
	Job,
	JobChanges,
	JobReport,
	Load,
	Mode,
	ModuleState,
	OffloadOptions,
	PackageDetails,
	PackageState,
	PackageVersion,
	Path,
	Problem,
	Progress,
	RefusedOption,
	Requested,
	Seen,
	SeenPath,
	Shortfall,
	StagedMode,
	Status,
	Total,
	Tuple,
	Verdict
} from '../../../../rpcd/api/index.ts';
import { count, flag, list, nullable, object, oneOf, optional, text, variants, type Shape } from './shape.ts';

const mode: Shape<Mode> = oneOf({ off: true, software: true, hardware: true });

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

const side: Shape<Coverage['side']> = oneOf({ lan: true, wan: true });

const coverage: Shape<Coverage> = object({
	device: text,
	zone: nullable(text),
	side,
	by: list(text),
	missing: list(text)
});

const knowledge: Shape<Engine['engine']> = oneOf({ yes: true, no: true, unknown: true });

const shortfall: Shape<Shortfall> = object({
	code: oneOf({ unused: true, one_way: true, ipv6_in_software: true, in_software: true, uncounted: true }),
	connections: count
});

const verdict: Shape<Verdict> = variants('code', {
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

const module: Shape<ModuleState> = object({
	name: oneOf({ nft_flow_offload: true }),
	state: oneOf({ loaded: true, builtin: true, loadable: true, missing: true })
});

const manager: Shape<PackageState['manager']> = oneOf({ apk: true, opkg: true, none: true });

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
	uptime: count,
	load: optional(load),
	took_us: count
});

export const configText: Shape<ConfigText> = object({ base64: text, size: count });

const total: Shape<Total> = object({ flows: count, bytes: count, packets: count });

const tuple: Shape<Tuple> = object({
	source: text,
	destination: text,
	source_port: nullable(count),
	destination_port: nullable(count),
	packets: nullable(count),
	bytes: nullable(count)
});

const flow: Shape<Flow> = object({
	family: oneOf({ ipv4: true, ipv6: true }),
	protocol: text,
	path: oneOf({ cpu: true, software: true, hardware: true }),
	state: nullable(text),
	timeout: nullable(count),
	replied: flag,
	original: tuple,
	reply: tuple
});

const byPath: Shape<Record<Path, Total>> = object({ cpu: total, software: total, hardware: total });

const breakdown: Shape<Breakdown> = object({
	family: object({ ipv4: byPath, ipv6: byPath }),
	protocol: object({ tcp: byPath, udp: byPath, other: byPath }),
	eligible: byPath
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

const options: Shape<OffloadOptions> = object({
	flow_offloading: nullable(text),
	flow_offloading_hw: nullable(text)
});

export const stagedMode: Shape<StagedMode> = object({
	mode,
	previous: mode,
	section: text,
	options,
	previous_options: options,
	devices: list(text),
	unknown_engines: list(text)
});

export const firewallLoad: Shape<FirewallLoad> = object({
	action: oneOf({ reload: true, start: true }),
	status: count,
	reason: text
});

const packageVersion: Shape<PackageVersion> = object({
	name: oneOf({ 'kmod-nft-offload': true, 'kmod-nf-flow': true, 'kmod-nft-nat': true }),
	version: nullable(text)
});

export const packageDetails: Shape<PackageDetails> = object({
	manager,
	packages: list(packageVersion),
	module,
	kernel: object({ running: text, installed: nullable(text), fits: flag }),
	free_kib: nullable(count)
});

const progress: Shape<Progress> = object({
	done: count,
	total: count,
	unit: oneOf({ bytes: true, actions: true })
});

const report: Shape<JobReport> = object({
	id: count,
	step: oneOf({
		check: true,
		update: true,
		match: true,
		install: true,
		load: true,
		reload: true,
		verify: true
	}),
	step_seconds: count,
	step_limit: count,
	progress: nullable(progress),
	log: text,
	log_next: count,
	log_more: flag
});

const changes: Shape<JobChanges> = object({
	installed: list(packageVersion),
	module_loaded: flag,
	firewall_reloaded: flag
});

const failure: Shape<Failure> = variants('code', {
	no_manager: {},
	no_network: {},
	feed_gone: {},
	feed_unreadable: {},
	no_tls: {},
	certificate_refused: {},
	signature_refused: {},
	database_locked: {},
	read_only: {},
	no_space: { free_kib: count, needed_kib: count },
	wrong_kernel: { kernel: text, offered: text },
	not_in_feed: {},
	interrupted: {},
	timed_out: {},
	manager_failed: { status: count, last: text },
	module_not_loaded: { last: text },
	reload_failed: { status: count },
	fault: { reason: text }
});

export const job: Shape<Job> = variants('state', {
	none: {},
	running: { report },
	succeeded: { report, changes },
	failed: { report, changes, failure }
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
	not_permitted: {},
	apply_pending: {},
	stage_failed: { reason: text },
	no_conntrack: { install: oneOf({ conntrack: true }) },
	no_answer: { program: text },
	job_running: {},
	job_not_started: { reason: text },
	internal: { reason: text }
});
