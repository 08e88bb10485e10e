// SPDX-License-Identifier: Apache-2.0
// @vitest-environment happy-dom
/** What the page says of findings: of each, once, and what can be done. */
import { h, render } from 'preact';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Finding, Mode, Verdict } from '../../../rpcd/api/index.ts';
import { FindingList, type FindingActions } from '../../../web/src/why/FindingList.tsx';
import { word } from '../../../web/src/why/shell.ts';
import { explainFinding } from '../../../web/src/why/texts.ts';
import { notTold } from '../../../web/src/why/told.ts';

/** One of each code. */
const FINDINGS: Finding[] = [
	{
		code: 'not_covered',
		severity: 'warning',
		device: 'pppoe-wan',
		zone: 'wan',
		side: 'wan',
		missing: ['wan']
	},
	{ code: 'devices_differ', severity: 'warning', missing: ['phy0-ap0'], surplus: ['lan9'] },
	{ code: 'not_in_hardware', severity: 'warning', cause: 'none_taken', connections: 1234 },
	{ code: 'ipv6_in_software', severity: 'notice', connections: 7 },
	{
		code: 'shaped',
		severity: 'warning',
		device: 'wan',
		kind: 'cake',
		direction: 'egress',
		passed_by: 'software',
		program: 'sqm'
	},
	{ code: 'access_points_hooked', severity: 'warning', devices: ['phy0-ap0', 'phy1-ap0'] },
	{ code: 'client_moved', severity: 'warning', address: '192.168.1.7', old_port: 'lan1', new_port: 'lan2' },
	{ code: 'others_offload', severity: 'warning', flowtables: ['inet zapret/ft'], accelerators: ['ecm'] },
	{ code: 'options_owned', severity: 'notice', program: 'turboacc', file: '/etc/init.d/turboacc' },
	{ code: 'policy_routing', severity: 'warning', rules: 3, marks: ['0x100/0x3f00'], program: 'mwan3' },
	{ code: 'inspected', severity: 'warning', program: 'zapret', chains: ['inet zapret postrouting'] },
	{ code: 'counted', severity: 'notice', kind: 'quota', chains: ['inet fw4 forward_lan'] },
	{ code: 'counted', severity: 'warning', kind: 'limit', chains: ['ip nft-qos-static upload'] },
	{ code: 'counted', severity: 'warning', kind: 'header', chains: ['inet fw4 mangle_postrouting'] },
	{ code: 'counted', severity: 'notice', kind: 'counter', chains: ['inet fw4 forward_lan'] },
	{ code: 'logged', severity: 'notice', chains: ['inet fw4 forward'] },
	{ code: 'misses_traffic', severity: 'notice', program: 'nlbwmon', cause: 'hardware', devices: [] },
	{ code: 'ipsec', severity: 'notice', program: 'strongswan' },
	{ code: 'l2tp', severity: 'warning', devices: ['l2tp-vpn'] },
	{ code: 'table_nearly_full', severity: 'danger', count: 65_000, maximum: 65_536 },
	{ code: 'accounting_off', severity: 'warning' },
	{ code: 'no_counter', severity: 'warning', flowtables: ['inet fw4/ft'] },
	{ code: 'shaped_on_cpu', severity: 'notice', device: 'wan', kind: 'cake', program: 'sqm' },
	{ code: 'bridge_waits', severity: 'notice', flowtable: 'bridge fw4 fb' },
	{
		code: 'reloads',
		severity: 'notice',
		seconds: 3600,
		reloads: [
			{ at: 1_700_000_000, cause: { action: 'ifup', interface: 'wan6', device: 'wan' } },
			{ at: 1_699_999_000, cause: null }
		]
	},
	{ code: 'known_bad', severity: 'danger', entry: 'mt7621 with 6.6.30', threads: ['openwrt #13410'] }
];

/** What of a finding has to be read in its title: the evidence. */
const evidenceOf = (finding: Finding): string[] =>
	Object.entries(finding).flatMap(([key, value]: [string, unknown]) =>
		['device', 'devices', 'address', 'program', 'flowtables', 'flowtable', 'entry'].includes(key)
			? [value].flat().filter((each) => typeof each === 'string')
			: []
	);

describe('each finding', () => {
	it.each(FINDINGS)('has evidence, a consequence and a way out: $code', (finding) => {
		const { title, consequence, ways } = explainFinding(finding);
		for (const evidence of evidenceOf(finding)) expect(title).toContain(evidence);
		expect(consequence).toMatch(/\.$/);
		expect(ways.length).toBeGreaterThan(0);
		expect(`${title} ${consequence} ${JSON.stringify(ways)}`).not.toMatch(/%s|undefined|null/);
	});
});

const told = (verdict: Verdict, devices: string[] = []) =>
	FINDINGS.filter((finding) => !notTold(FINDINGS, verdict, devices).includes(finding)).map(
		({ code }) => code
	);

it.each<[Verdict, string[], string[]]>([
	[{ code: 'same' }, [], []],
	[{ code: 'uplink_not_covered', devices: ['pppoe-wan'] }, ['pppoe-wan'], ['not_covered']],
	[{ code: 'devices_differ', missing: [], surplus: [] }, [], ['devices_differ']],
	[{ code: 'devices_differ', missing: ['wan'], surplus: [] }, [], ['not_covered', 'devices_differ']],
	[{ code: 'not_in_hardware', cause: 'unknown', connections: 0 }, [], ['not_in_hardware']],
	[{ code: 'offloaded_by_others', flowtables: [], accelerators: [] }, [], ['others_offload']],
	[
		{ code: 'partly_in_hardware', shortfalls: [{ code: 'ipv6_in_software', connections: 7 }] },
		[],
		['ipv6_in_software']
	],
	[{ code: 'partly_in_hardware', shortfalls: [{ code: 'one_way', connections: 7 }] }, [], []]
])('what the verdict tells is not told twice: %j', (verdict, devices, codes) => {
	expect(told(verdict, devices)).toEqual(codes);
});

describe('a line for a shell', () => {
	it.each([
		['pppoe-wan', 'pppoe-wan'],
		['2001:db8::1', '2001:db8::1'],
		['$(reboot)', "'$(reboot)'"],
		["a';reboot;'", "'a'\\'';reboot;'\\'''"]
	])('takes %s for what it is', (name, text) => {
		expect(word(name)).toBe(text);
	});

	it('stands on its own, whatever the device is called', () => {
		const { ways } = explainFinding({
			code: 'shaped',
			severity: 'warning',
			device: '`reboot`',
			kind: 'cake',
			direction: 'ingress',
			passed_by: 'hardware',
			program: null
		});
		expect(ways).toContainEqual(
			expect.objectContaining({ kind: 'lines', lines: ["tc qdisc del dev '`reboot`' ingress"] })
		);
	});
});

describe('the list', () => {
	let reviewed: Mode[];
	let actions: FindingActions;

	beforeEach(() => {
		reviewed = [];
		actions = {
			onReview: (mode) => reviewed.push(mode),
			onKeep: null,
			reload: () => 'RELOAD',
			busy: false,
			mode: 'software'
		};
	});

	function show(part: Partial<FindingActions>, ...codes: Finding['code'][]): string {
		const findings = FINDINGS.filter(({ code }) => codes.includes(code));
		render(h(FindingList, { key: Math.random(), findings, ...actions, ...part }), document.body);
		return document.body.textContent;
	}

	const buttons = () => [...document.querySelectorAll('button')].map(({ textContent }) => textContent);

	it('opens what is grave, and names the severity without colour', () => {
		const text = show({}, 'table_nearly_full', 'logged');
		expect([...document.querySelectorAll('details')].map(({ open }) => open)).toEqual([false, true]);
		expect(text).toContain('Severe: ');
		expect(text).toContain('Notice: ');
	});

	it('offers a change by the usual review, but none to where one is, and none to who may only look', () => {
		show({}, 'shaped');
		expect(buttons()).toEqual(['Change to Off…', 'Copy']);
		document.querySelector('button')?.click();
		expect(reviewed).toEqual(['off']);
		show({ mode: 'off' }, 'shaped');
		expect(buttons()).toEqual(['Copy']);
		show({ onReview: null }, 'shaped');
		expect(buttons()).toEqual(['Copy']);
	});

	it('reloads where that is the way out, and where it may', () => {
		expect(show({}, 'bridge_waits')).toContain('RELOAD');
		expect(show({ reload: null }, 'bridge_waits')).not.toContain('RELOAD');
	});
});
