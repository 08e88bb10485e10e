// SPDX-License-Identifier: Apache-2.0
/** What the page says of a router, from what is configured, set up and seen. */
import { describe, expect, it } from 'vitest';
import type { Coverage, Effective, Mode, Seen, Status, Verdict } from '../../../rpcd/api/index.ts';
import { badgeOf, headline, sightOf } from '../../../web/src/state/sight.ts';
import { proofOf, type Moving } from '../../../web/src/state/proof.ts';
import { explainState, wayOut } from '../../../web/src/state/texts.ts';
import { status } from '../status.ts';

const path = (connections: number, ipv6 = 0) => ({ connections, ipv6, bytes: connections * 1000 });

const seen = (software: number, hardware = 0, part: Partial<Seen> = {}): Seen => ({
	...status().seen,
	software: path(software),
	hardware: path(hardware),
	...part
});

function setUp(mode: Mode, part: Partial<Effective> = {}): Effective {
	const { effective } = status();
	return { ...effective, mode, devices: mode === 'off' ? [] : effective.devices, ...part };
}

const UNLOADED = setUp('off', { loaded: false, handle: null });

const NOTHING: Moving = { rates: null, eligible: null, busy: null, uncounted: false };

function told(part: Partial<Status>) {
	const router = status(part);
	const sight = sightOf(router);
	return { headline: headline(router, sight), badge: badgeOf(router, sight).text, ...explainState(router) };
}

const judged = (verdict: Verdict, part: Partial<Status> = {}) => told({ verdict, ...part });

describe('the headline follows what is seen', () => {
	it.each<[string, Partial<Status>, string, string]>([
		['off', { effective: setUp('off') }, 'Packets take the CPU path', 'CPU'],
		['set up, and nothing seen', {}, 'Set up, nothing offloaded yet', 'Set up'],
		['in software', { seen: seen(12) }, 'Packets take the software fast path', 'Software'],
		[
			'set up for hardware, and nothing seen',
			{ effective: setUp('hardware') },
			'Set up, nothing offloaded yet',
			'Set up'
		],
		[
			'set up for hardware, and seen in software',
			{ effective: setUp('hardware'), seen: seen(12) },
			'Set up for hardware, nothing in hardware',
			'Software'
		],
		[
			'in hardware',
			{ effective: setUp('hardware'), seen: seen(1, 12) },
			'Packets take the hardware fast path',
			'Hardware'
		],
		['not loaded', { effective: UNLOADED }, 'No firewall is loaded: nothing is filtered', 'CPU'],
		['nft cannot be asked', { effective: setUp('off', { error: 'no' }) }, 'Status unknown', '?'],
		['firewall3', { firewall: 'fw3' }, 'Status unknown', '?']
	])('%s', (_name, part, text, badge) => {
		expect(told(part)).toMatchObject({ headline: text, badge });
	});

	it.each<[Mode, Seen, string, string]>([
		['software', seen(1), 'Proof: 1 connection offloaded in software.', 'good'],
		['software', seen(1234), 'Proof: 1\u202f234 connections offloaded in software.', 'good'],
		['hardware', seen(3, 40), 'Proof: 40 connections offloaded in hardware, 3 in software.', 'good'],
		[
			'software',
			seen(12, 0, { whole: false }),
			'Proof: 12 connections offloaded in software (of the first 256 KiB of the table).',
			'good'
		]
	])('proved by the number of connections until more is known: %s %#', (mode, sample, proof, tone) => {
		const part = { effective: setUp(mode), seen: sample };
		expect(judged({ code: 'same' }, part)).toMatchObject({ text: 'As configured.', tone });
		expect(proofOf(status(part), sightOf(status(part)), NOTHING)[1]).toBe(proof);
	});

	it('that none is offloaded yet is neutral', () => {
		expect(judged({ code: 'same' }, { seen: seen(0) })).toMatchObject({
			text: 'As configured, and no connection is on the fast path yet.',
			tone: 'info'
		});
	});
});

describe('something else forwards', () => {
	const foreign = { foreign: ['inet other/ft'], foreign_uncounted: ['inet other/ft'] };

	it('a flowtable of another program offloads: no headline of the CPU path (foreign-flowtable-offloads)', () => {
		const verdict: Verdict = { code: 'offloaded_by_others', flowtables: ['inet other/ft'], accelerators: [] };
		expect(judged(verdict, { effective: setUp('off', foreign), seen: seen(5) })).toMatchObject({
			headline: 'Packets are offloaded by inet other/ft, not by firewall4',
			badge: 'Software',
			tone: 'info',
			text: '5 connections offloaded in software. Flow offloading of the firewall is off, as configured.'
		});
	});

	it('accelerators mark no connection: they are named (other-accelerator)', () => {
		const accelerators = ['shortcut_fe_cm', 'fast_classifier'];
		const verdict: Verdict = { code: 'offloaded_by_others', flowtables: [], accelerators };
		expect(judged(verdict, { effective: setUp('off'), accelerators })).toMatchObject({
			headline: 'Packets may be offloaded by shortcut_fe_cm, fast_classifier, not by firewall4',
			badge: '?'
		});
	});

	it('is no CPU path either where the verdict is another', () => {
		expect(judged({ code: 'not_reloaded' }, { effective: setUp('off', foreign) }).headline).not.toContain(
			'CPU path'
		);
	});
});

describe('the firewall is not loaded, or will not be', () => {
	const refused = { option: 'flow_offloading', value: 'enabled' };

	it('a file that libuci refuses, with reason, line and the coming lock-out (unreadable-file-page-hides-line)', () => {
		const requested = { readable: false, reason: "EOF with unterminated '", line: 11 } as const;
		const loaded = judged({ code: 'config_unreadable' }, { requested });
		expect(loaded.tone).toBe('danger');
		expect(loaded.text).toBe("/etc/config/firewall cannot be read: EOF with unterminated ', line 11.");
		expect(loaded.advice).toMatch(
			/^The rules that are loaded stay until the next reload or restart\..*nobody gets in/
		);
		const stopped = judged({ code: 'config_unreadable' }, { requested, effective: UNLOADED });
		expect(stopped.advice).toMatch(/^When firewall4 is started next.*nobody gets in/);
		expect(judged({ code: 'config_unreadable' }, { requested: { ...requested, line: 0 } }).text).not.toMatch(
			/line/
		);
	});

	it('a value that firewall4 refuses, what it takes, and the way out (invalid-boolean-stops-firewall4)', () => {
		const { text, advice, tone } = judged({ code: 'option_refused', ...refused });
		expect(tone).toBe('danger');
		expect(text).toBe(
			'firewall4 refuses the value “enabled” of the option flow_offloading in /etc/config/firewall, and loads nothing. The rules loaded before are still in force; after a restart there will be no firewall.'
		);
		expect(advice).toBe(
			'Allowed: 1, on, true, yes, 0, off, false, no, in lower case. Choosing a mode below writes a valid value.'
		);
		const other = judged(
			{ code: 'option_refused', option: 'syn_flood', value: 'True' },
			{ effective: UNLOADED }
		);
		expect(other.text).toContain('That is why no firewall is loaded.');
		expect(other.advice).toMatch(/lower case\. Fix it in/);
		expect(judged({ code: 'option_refused', option: 'input', value: 'deny' }).advice).toBe(
			'Allowed: accept, reject, drop. Fix it in /etc/config/firewall.'
		);
	});

	it('a ruleset that nft refuses, in its words (ruleset-refused-told-as-not-reloaded)', () => {
		const verdict: Verdict = { code: 'ruleset_refused', reason: '/dev/stdin:12:3-5: Error: no such set' };
		expect(judged(verdict)).toMatchObject({
			tone: 'danger',
			text: expect.stringMatching(
				/^The ruleset is refused: “\/dev\/stdin:12:3-5: Error: no such set”\. The rules loaded before/
			) as string
		});
		expect(judged(verdict, { effective: UNLOADED }).text).toContain('That is why no firewall is loaded.');
	});

	it.each([
		['hardware', 'Could not process rule: Not supported', true],
		['hardware', 'Could not process rule: Operation not supported', true],
		['hardware', 'Could not process rule: No such file or directory', false],
		['software', 'Could not process rule: Not supported', false]
	] as const)('that it can be the flag for hardware (openwrt #9935): %s, %s', (mode, reason, isFlag) => {
		const requested = { readable: true, mode, hardware_alone: false, refused: null } as const;
		const { advice } = judged({ code: 'ruleset_refused', reason }, { requested, effective: UNLOADED });
		expect(advice.startsWith('It can be the flag for hardware')).toBe(isFlag);
	});

	it('the module is what keeps it from loading (module-missing-after-boot)', () => {
		const verdict: Verdict = { code: 'module_missing', loadable: false };
		expect(wayOut(verdict)).toBe('package');
		expect(judged(verdict, { effective: UNLOADED })).toMatchObject({
			headline: 'No firewall is loaded: nothing is filtered',
			text: expect.stringMatching(/nft_flow_offload is not loaded\..*That is why/s) as string
		});
	});

	it('it is stopped, whatever is configured (firewall-not-loaded-offload-off)', () => {
		const verdict: Verdict = { code: 'firewall_stopped' };
		expect(judged(verdict, { effective: UNLOADED })).toMatchObject({ tone: 'danger' });
		expect(wayOut(verdict)).toBe('start');
	});

	it('a reload failed: the old rules stay, and starting is what mends it (stuck-after-failed-reload)', () => {
		const verdict: Verdict = { code: 'reload_failed' };
		expect(judged(verdict).text).toContain('The rules loaded before are still in force');
		expect(wayOut(verdict)).toBe('start');
	});
});

describe('set up otherwise than configured', () => {
	it('devices have come and gone, by name (devices-drifted)', () => {
		const verdict: Verdict = { code: 'devices_differ', missing: ['phy0-ap0'], surplus: ['eth9'] };
		expect(judged(verdict, { seen: seen(5) }).text).toBe(
			'5 connections offloaded in software. Not in the flowtable, though in a firewall zone: phy0-ap0. In the flowtable, though in no firewall zone: eth9.'
		);
		expect(judged({ ...verdict, surplus: [] }).text).toBe(
			'Not in the flowtable, though in a firewall zone: phy0-ap0.'
		);
		expect(wayOut(verdict)).toBe('reload');
	});

	it('a driver refused hardware: Software is offered', () => {
		const verdict: Verdict = { code: 'hardware_refused', devices: ['wan'] };
		expect(judged(verdict, { seen: seen(2) })).toMatchObject({
			headline: 'Packets take the software fast path',
			tone: 'warning',
			text: expect.stringContaining('Without a flow engine: wan.') as string
		});
		expect(wayOut(verdict)).toBe('software');
	});
});

describe('hardware', () => {
	const hardware = { effective: setUp('hardware') };

	it.each(['no_engine', 'none_taken', 'unknown'] as const)(
		'nothing is in it, and why: %s (hw-flag-without-hardware)',
		(cause) => {
			const verdict: Verdict = { code: 'not_in_hardware', cause, connections: 5 };
			const { headline, badge, tone, text } = judged(verdict, { ...hardware, seen: seen(5) });
			expect({ headline, badge, tone }).toEqual({
				headline: 'Set up for hardware, nothing in hardware',
				badge: 'Software',
				tone: 'warning'
			});
			expect(text).toMatch(/^5 connections offloaded in software\. .*engine/);
			expect(wayOut(verdict)).toBe('software');
		}
	);

	it('has no engine: no traffic is needed to say so', () => {
		expect(judged({ code: 'not_in_hardware', cause: 'no_engine', connections: 0 }, hardware)).toMatchObject({
			headline: 'Set up for hardware, nothing in hardware',
			badge: 'Set up'
		});
	});

	it('takes a part: each shortfall as what it is', () => {
		const verdict: Verdict = {
			code: 'partly_in_hardware',
			shortfalls: [
				{ code: 'one_way', connections: 3 },
				{ code: 'ipv6_in_software', connections: 1 },
				{ code: 'in_software', connections: 20 },
				{ code: 'uncounted', connections: 40 }
			]
		};
		const { headline, text } = judged(verdict, { ...hardware, seen: seen(21, 40) });
		expect(headline).toBe('Packets take the hardware fast path');
		expect(text).toBe(
			[
				'40 connections offloaded in hardware, 21 in software.',
				'One direction only: 3 connections with the other direction in software.',
				'IPv4 only: 1 connection of IPv6 in software.',
				'Not all: 20 connections in software; the hardware’s table may be full.',
				'Not counted: 40 connections whose counters stand still.'
			].join(' ')
		);
	});
});

describe('an uplink that no hook covers is told in the headline’s line', () => {
	const uplink = (part: Partial<Coverage> = {}): Coverage => ({
		device: 'pppoe-wan',
		zone: 'wan',
		side: 'wan',
		by: [],
		missing: ['wan'],
		...part
	});
	const verdict: Verdict = { code: 'uplink_not_covered', devices: ['pppoe-wan'] };

	it('by the device below it (pppoe-over-vlan-half-offloaded)', () => {
		expect(judged(verdict, { seen: seen(5), coverage: [uplink()] }).text).toBe(
			'5 connections offloaded in software. Downloads stay on the CPU: packets that enter by pppoe-wan are not accelerated; neither it nor wan below it is in the flowtable.'
		);
	});

	it.each<[Partial<Coverage>, string]>([
		[{ device: 'wan', missing: ['wan'] }, 'by wan are not accelerated; it is not in the flowtable.']
	])('as what it is: %j', (part, text) => {
		const named = uplink(part);
		expect(judged({ ...verdict, devices: [named.device] }, { coverage: [named] }).text).toContain(text);
	});

	it('whatever else comes first', () => {
		const { text } = judged(
			{ code: 'not_in_hardware', cause: 'unknown', connections: 1 },
			{ effective: setUp('hardware'), seen: seen(1), coverage: [uplink()] }
		);
		expect(text).toMatch(/engine is unknown\. Downloads stay on the CPU/);
	});

	it('not before the verdict where another uplink is covered, nor against it', () => {
		const covered = uplink({ device: 'wan', by: ['wan'], missing: [] });
		const differ: Verdict = { code: 'devices_differ', missing: ['a'], surplus: [] };
		expect(judged(differ, { coverage: [uplink(), covered] }).text).not.toContain('Downloads');
		expect(judged(differ, { coverage: [uplink({ side: 'lan' })] }).text).not.toContain('Downloads');
		expect(told({ coverage: [uplink()] }).text).not.toContain('Downloads');
	});

	it('advises a zone for one that has none', () => {
		expect(judged(verdict, { coverage: [uplink({ zone: null })] }).advice).toContain('into a firewall zone');
	});
});

it.each<Verdict>([
	{ code: 'config_unreadable' },
	{ code: 'no_firewall4' },
	{ code: 'nft_failed' },
	{ code: 'option_refused', option: 'a', value: 'b' },
	{ code: 'module_missing', loadable: true },
	{ code: 'ruleset_refused', reason: 'a' },
	{ code: 'firewall_stopped' },
	{ code: 'reload_failed' },
	{ code: 'no_devices' },
	{ code: 'not_reloaded' },
	{ code: 'hardware_refused', devices: [] },
	{ code: 'devices_differ', missing: ['a'], surplus: [] },
	{ code: 'offloaded_by_others', flowtables: ['a'], accelerators: [] },
	{ code: 'not_in_hardware', cause: 'none_taken', connections: 1 },
	{ code: 'uplink_not_covered', devices: ['a'] },
	{ code: 'partly_in_hardware', shortfalls: [] },
	{ code: 'nothing_to_offload', cause: 'no_forwarding' },
	{ code: 'nothing_to_offload', cause: 'no_default_route' }
])('of $code the page says what can be done', (verdict) => {
	expect(judged(verdict).advice).not.toBe('');
});
