// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import type {
	Change,
	ChangeCheck,
	ChangeOutcome,
	ChangeReport,
	FirewallLoad,
	Flows,
	Problem,
	Status,
	Verdict
} from '../../../../rpcd/api/index.ts';
import { UbusClient, type UbusError } from '../../../../web/src/lib/ubus/index.ts';
import { object, oneOf, optional, text, variants, type Shape } from '../../../../web/src/lib/ubus/shape.ts';
import { explainError } from '../../../../web/src/ui/problem.ts';
import { FakeRouter, ok, status } from './router.ts';

const STATUS: Status = {
	firewall: 'fw4',
	requested: { readable: true, mode: 'software', hardware_alone: false, refused: null },
	effective: {
		mode: 'software',
		loaded: true,
		devices: ['eth0', 'eth1'],
		counter: true,
		handle: 7,
		foreign: ['inet mangle ft'],
		foreign_uncounted: ['inet mangle ft'],
		error: null
	},
	seen: {
		whole: true,
		software: { connections: 3, ipv6: 1, bytes: 4711 },
		hardware: { connections: 2, ipv6: 0, bytes: 815 },
		one_way: null,
		unused: null,
		uncounted: 0,
		tables: [{ name: 'ppe0', entries: 4, whole: true }]
	},
	coverage: [{ device: 'pppoe-wan', zone: 'wan', side: 'wan', by: ['eth1'], missing: ['eth2'] }],
	engines: [{ device: 'eth1', engine: 'unknown' }],
	accelerators: ['shortcut_fe_cm'],
	verdict: { code: 'same' },
	module: { name: 'nft_flow_offload', state: 'loaded' },
	package: { manager: 'apk', name: 'kmod-nft-offload', version: '6.12.1-r1' },
	conntrack: { count: 17, maximum: 16384, accounting: true, source: 'procfs' },
	board: {
		model: 'QEMU',
		hostname: 'OpenWrt',
		kernel: '6.12.1',
		distribution: 'OpenWrt',
		version: '25.12.2',
		revision: 'r1',
		target: 'x86/64'
	},
	apply_pending: false,
	change: 5,
	uptime: 4711,
	load: {
		at_ms: 4_711_000,
		devices: [{ name: 'br-lan', side: 'lan', rx_bytes: 1, tx_bytes: 2, offloaded: 'yes' }],
		cpu: { total: 300, idle: 200, softirq: 10 }
	},
	took_us: 12_000
};

const tuple = {
	source: '192.168.1.2',
	destination: '10.0.2.2',
	source_port: 1,
	destination_port: 2,
	packets: 3,
	bytes: 4
};
const total = { flows: 1, bytes: 2, packets: 3 };
const FLOWS: Flows = {
	totals: { cpu: total, software: total, hardware: total },
	matched: total,
	flows: [
		{
			family: 'ipv4',
			protocol: 'tcp',
			path: 'software',
			state: null,
			timeout: null,
			replied: true,
			original: tuple,
			reply: tuple
		},
		{
			family: 'ipv6',
			protocol: 'icmpv6',
			path: 'cpu',
			state: null,
			timeout: 29,
			replied: false,
			original: { ...tuple, source_port: null, destination_port: null },
			reply: { ...tuple, packets: null, bytes: null }
		}
	],
	clients: [{ address: '192.168.1.2', paths: { cpu: total, software: total, hardware: total } }],
	client_count: 1,
	at_ms: 4_711_000,
	skipped: 0,
	source: 'procfs',
	took_us: 3000
};

const options = { flow_offloading: '1', flow_offloading_hw: null };
const CHECK: ChangeCheck = {
	mode: 'software',
	previous: 'off',
	options,
	previous_options: { flow_offloading: null, flow_offloading_hw: null },
	way_back: null,
	config: { base64: 'YQ==', size: 1 },
	edit: { kind: 'in_place', splices: [{ at: 3, length: 0, text: 'x' }] },
	revision: '8c6976e5',
	devices: ['eth0'],
	unknown_engines: ['eth0'],
	starts_firewall: false,
	persistent: true
};

const report: ChangeReport = {
	id: 5,
	mode: 'software',
	previous: 'off',
	options,
	previous_options: options,
	way_back: null,
	by: 'root',
	trial: false,
	seconds: 120
};
const CHANGE: Change = {
	state: 'proving',
	report,
	seconds_left: 101,
	proof: { lacks: 'movement', looks: 1, needed: 3, connections: 12, others: 3 }
};

function answering(data: unknown): UbusClient {
	return new UbusClient({ url: '/ubus/', fetch: new FakeRouter(() => ok(data)).fetch });
}

const getStatus = (data: unknown) => answering(data).call('luci.nft-offload', 'get_status', {});
const getFlows = (data: unknown) => answering(data).call('luci.nft-offload', 'get_flows', {});
const loadFirewall = (data: unknown) => answering(data).call('luci.nft-offload', 'load_firewall', {});
const checkChange = (data: unknown) =>
	answering(data).call('luci.nft-offload', 'check_change', { mode: 'off' });
const getChange = (data: unknown) => answering(data).call('luci.nft-offload', 'get_change', {});

describe('a reply as the contract says', () => {
	test('passes whole', async () => {
		expect(await getStatus(STATUS)).toEqual(STATUS);
		expect(await getFlows(FLOWS)).toEqual(FLOWS);
		expect(await checkChange(CHECK)).toEqual(CHECK);
		expect(await getChange(CHANGE)).toEqual(CHANGE);
		const load: FirewallLoad = { action: 'start', status: 1, reason: 'nft: no' };
		expect(await loadFirewall(load)).toEqual(load);
	});

	test('passes in each variant, and with fields that a newer router adds', async () => {
		const variant: Status = {
			...STATUS,
			requested: { readable: false, reason: 'invalid command', line: 3 },
			verdict: { code: 'hardware_refused', devices: ['eth0'] },
			effective: { ...STATUS.effective, error: 'nft: not found' },
			package: { ...STATUS.package, version: null }
		};
		expect(await getStatus(variant)).toEqual(variant);
		expect(await getStatus({ ...STATUS, moon: 'full' })).toMatchObject({ moon: 'full' });
	});

	const refused = { option: 'flow_offloading', value: 'enabled' };
	test.each<Verdict>([
		{ code: 'option_refused', ...refused },
		{ code: 'ruleset_refused', reason: 'line 3: syntax error' },
		{ code: 'reload_failed' },
		{ code: 'devices_differ', missing: ['phy0-ap0'], surplus: [] },
		{ code: 'offloaded_by_others', flowtables: ['inet mangle ft'], accelerators: [] },
		{ code: 'not_in_hardware', cause: 'none_taken', connections: 12 },
		{ code: 'uplink_not_covered', devices: ['pppoe-wan'] },
		{ code: 'partly_in_hardware', shortfalls: [{ code: 'one_way', connections: 3 }] },
		{ code: 'nothing_to_offload', cause: 'no_default_route' }
	])('passes with the verdict $code', async (verdict) => {
		const judged: Status = {
			...STATUS,
			requested: { readable: true, mode: 'off', hardware_alone: false, refused },
			verdict
		};
		expect(await getStatus(judged)).toEqual(judged);
	});

	const ended = (outcome: ChangeOutcome): Change => ({ state: 'ended', report, outcome });
	test.each<Change>([
		{ state: 'none' },
		{ state: 'starting', report: { ...report, by: null }, seconds_left: 120 },
		{ state: 'loading', report, seconds_left: 119 },
		{ state: 'reverting', report, reason: { code: 'time_over' }, waits_for: null },
		{
			state: 'reverting',
			report,
			reason: { code: 'not_in_effect', verdict: { code: 'ruleset_refused', reason: 'no' } },
			waits_for: { code: 'file', reason: 'Read-only file system' }
		},
		ended({ code: 'kept', by: null, proved: true }),
		ended({ code: 'reverted', reason: { code: 'asked', by: 'anna' }, loaded: false }),
		ended({ code: 'reverted', reason: { code: 'restarted' }, loaded: true }),
		ended({ code: 'superseded', options }),
		ended({ code: 'not_written', reason: 'No space left on device' })
	])('passes with the change %j', async (change) => {
		expect(await getChange(change)).toEqual(change);
	});

	test('passes with a file that is rewritten', async () => {
		const check: ChangeCheck = { ...CHECK, edit: { kind: 'rewritten', config: { base64: 'YQ==', size: 1 } } };
		expect(await checkChange(check)).toEqual(check);
	});

	test('passes without what an older router does not tell', async () => {
		const older = Object.fromEntries(Object.entries(STATUS).filter(([key]) => key !== 'load'));
		expect(
			await getStatus({ ...older, effective: { ...STATUS.effective, handle: null } })
		).not.toHaveProperty('load');
	});
});

/** Each path in a value, with a way to get the value with something else there. */
function* places(value: unknown, path = '$'): Generator<{ path: string; put: (other: unknown) => unknown }> {
	if (typeof value !== 'object' || value === null) return;
	for (const [key, inner] of Object.entries(value)) {
		const at = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`;
		const put = (other: unknown) =>
			Array.isArray(value)
				? value.map((each: unknown, index) => (String(index) === key ? other : each))
				: Object.fromEntries(
						Object.entries({ ...value, [key]: other }).filter(([, each]) => each !== undefined)
					);
		yield { path: at, put };
		for (const place of places(inner, at)) yield { path: place.path, put: (other) => put(place.put(other)) };
	}
}

describe('a reply with one field gone or of another kind is refused, and the field is named', () => {
	/** No field of the contract takes either of the last two, and few may be absent. */
	const WRONG = [undefined, { no: 'such' }, -0.5];
	const OPTIONAL = ['$.load', '$.clients', '$.client_count', '$.at_ms'];

	async function survivors(data: unknown, call: (data: unknown) => Promise<unknown>): Promise<string[]> {
		const survived: string[] = [];
		for (const { path, put } of places(data)) {
			for (const wrong of WRONG) {
				if (wrong === undefined && OPTIONAL.includes(path)) continue;
				const error: unknown = await call(put(wrong)).catch((thrown: unknown) => thrown);
				const fault = (error as { fault?: { kind: string; path: string } }).fault;
				if (fault?.kind !== 'protocol' || !fault.path.startsWith(path))
					survived.push(`${path} ${JSON.stringify(wrong)}`);
			}
		}
		return survived;
	}

	test('status', async () => {
		expect([...places(STATUS)].length).toBeGreaterThan(35);
		expect(await survivors(STATUS, getStatus)).toEqual([]);
	});

	test('flows', async () => {
		expect(await survivors(FLOWS, getFlows)).toEqual([]);
	});

	test('check', async () => {
		expect(await survivors(CHECK, checkChange)).toEqual([]);
	});

	test('change', async () => {
		expect(await survivors(CHANGE, getChange)).toEqual([]);
	});

	test('and so is a reply that is no object', async () => {
		for (const data of [null, 'x', 0, [], [STATUS]]) {
			await expect(getStatus(data)).rejects.toMatchObject({ kind: 'protocol', fault: { path: '$' } });
		}
	});
});

describe('a problem', () => {
	const PROBLEMS: Problem[] = [
		{ problem: 'hardware_refused', devices: ['eth0'] },
		{ problem: 'flash_full', free_kib: 0, needed_kib: 64 },
		{ problem: 'change_running', by: null },
		{ problem: 'config_changed' },
		{ problem: 'no_conntrack', install: 'conntrack' }
	];

	test.each(PROBLEMS)('$problem is thrown with what it tells', async (problem) => {
		await expect(checkChange(problem)).rejects.toMatchObject({
			kind: 'problem',
			problem,
			mayHaveHappened: false
		});
	});

	test.each<[unknown, string]>([
		[{ problem: 'unheard_of' }, '$.problem'],
		[{ problem: 'toString' }, '$.problem'],
		[{ problem: 7 }, '$.problem'],
		[{ problem: 'hardware_refused' }, '$.devices'],
		[{ problem: 'hardware_refused', devices: [1] }, '$.devices[0]'],
		[{ ...CHECK, problem: null }, '$.problem']
	])('%j is none', async (data, path) => {
		await expect(checkChange(data)).rejects.toMatchObject({ kind: 'protocol', fault: { path } });
	});
});

describe('no data', () => {
	const nothing = new UbusClient({
		url: '/ubus/',
		session: 's',
		fetch: new FakeRouter(() => status(5)).fetch
	});

	// Under load a check once took longer than the 30 s after which rpcd kills a plugin and answers just that.
	test('of our plugin is no answer, and it may have done its work', async () => {
		const error: unknown = await nothing
			.call('luci.nft-offload', 'start_change', { mode: 'off' })
			.catch((thrown: unknown) => thrown);
		expect(error).toMatchObject({ kind: 'unanswered', mayHaveHappened: true });
		expect(explainError(error as UbusError)).toContain('gave no answer to luci.nft-offload.start_change');
	});

	test('of another object is what it says', async () => {
		await expect(nothing.call('luci-rpc', 'getHostHints', {})).rejects.toMatchObject({
			kind: 'status',
			status: 5
		});
	});
});

test('names of JavaScript’s own are neither fields nor words', async () => {
	const inherited: unknown = JSON.parse('{"__proto__":{"action":"start","status":0,"reason":""}}');
	await expect(loadFirewall(inherited)).rejects.toMatchObject({ fault: { path: '$.action' } });
	await expect(getStatus({ ...STATUS, firewall: 'constructor' })).rejects.toMatchObject({
		fault: { path: '$.firewall' }
	});
	await expect(getStatus({ ...STATUS, verdict: { code: '__proto__' } })).rejects.toMatchObject({
		fault: { path: '$.verdict.code' }
	});
});

test('a shape that is not exactly its type does not compile', () => {
	// @ts-expect-error a word is missing
	const words: Shape<'a' | 'b'> = oneOf({ a: true });
	// @ts-expect-error a word too many
	const moreWords: Shape<'a'> = oneOf({ a: true, b: true });
	// @ts-expect-error a field is missing
	const fields: Shape<{ a: string; b: string }> = object({ a: text });
	// @ts-expect-error null is not accepted
	const nullable: Shape<string | null> = text;
	// @ts-expect-error an optional field may be absent
	const required: Shape<{ a?: string }> = object({ a: text });
	const absent: Shape<{ a?: string }> = object({ a: optional(text) });
	// @ts-expect-error a variant is missing
	const variant: Shape<{ is: 'x' } | { is: 'y'; z: string }> = variants('is', { x: {} });
	expect([words, moreWords, fields, nullable, required, absent, variant]).toHaveLength(7);
});
