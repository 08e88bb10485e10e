// SPDX-License-Identifier: Apache-2.0
/** The headline and its proof: of the same numbers, so that they never contradict each other. */
import { describe, expect, it } from 'vitest';
import type { Mode, Status } from '../../../rpcd/api/index.ts';
import { proofOf, type Moving } from '../../../web/src/state/proof.ts';
import { headline, sightOf } from '../../../web/src/state/sight.ts';
import { explainState } from '../../../web/src/state/texts.ts';
import { status } from '../status.ts';

const MBIT = 125_000;

const moving = (cpu: number, software: number, part: Partial<Moving> = {}): Moving => ({
	rates: { cpu: cpu * MBIT, kept: 0, software: software * MBIT, hardware: 0 },
	eligible: { all: 44, offloaded: 41 },
	busy: 0.18,
	uncounted: false,
	...part
});

const seen = { ...status().seen, software: { connections: 2, ipv6: 0, bytes: 1 } };
const setUp = (mode: Mode): Status =>
	status({ seen: mode === 'off' ? status().seen : seen, effective: { ...status().effective, mode } });

function told(router: Status, now: Moving) {
	const sight = sightOf(router, now.rates);
	return {
		headline: headline(router, sight),
		proof: proofOf(router, sight, now),
		tone: explainState(router, sight).tone
	};
}

describe('what passes now', () => {
	it('proves the headline', () => {
		expect(told(setUp('software'), moving(13, 199))).toEqual({
			headline: 'Packets take the software fast path',
			proof: [
				'Now: 94 % of 212 Mbit/s offloaded, CPU 18 %',
				'Proof: 41 of 44 eligible connections are offloaded.'
			],
			tone: 'good'
		});
	});

	it.each([
		[100, 99, 'Set up, but most of what passes now takes the CPU path', '50 % of 199 Mbit/s'],
		[200, 3, 'Set up, but most of what passes now takes the CPU path', '1 % of 203 Mbit/s'],
		[200, 1, 'Set up, but what passes now takes the CPU path', '< 1 % of 201 Mbit/s'],
		[200, 0, 'Set up, but what passes now takes the CPU path', '0 % of 200 Mbit/s'],
		[0, 200, 'Packets take the software fast path', '100 % of 200 Mbit/s'],
		[0.5, 200, 'Packets take the software fast path', '> 99 % of 201 Mbit/s'],
		// The router's own talk is no reason to doubt.
		[0.5, 0, 'Packets take the software fast path', '0 % of 500 kbit/s']
	])('decides the headline: %f by the CPU, %f offloaded', (cpu, software, text, proof) => {
		const { headline: head, proof: lines, tone } = told(setUp('software'), moving(cpu, software));
		expect(head).toBe(text);
		expect(lines[0]).toContain(proof);
		expect(tone).toBe(head.startsWith('Set up, but') ? 'info' : 'good');
	});

	it('does so, too, where nothing was ever seen offloaded: it is no matter of time (openwrt PR 24178)', () => {
		const nothing = status({ effective: { ...status().effective, mode: 'hardware' } });
		expect(told(nothing, moving(200, 0)).headline).toBe('Set up, but what passes now takes the CPU path');
		expect(told(nothing, moving(0.5, 0)).headline).toBe('Set up, nothing offloaded yet');
	});

	it('says that downloads are on the CPU where no uplink has a hook, and of connections by all alike only then', () => {
		const uplink = { device: 'wan', zone: 'wan', side: 'wan' as const, by: ['wan'], missing: [] };
		const bare = { ...uplink, device: 'pppoe-wan', by: [], missing: ['wan.7'] };
		const proof = (...coverage: Status['coverage']) =>
			told({ ...setUp('software'), coverage }, moving(13, 199)).proof[1];
		expect(proof(bare)).toBe('Proof: 41 of 44 eligible connections are offloaded, their uploads alone.');
		expect(proof(bare, uplink)).toBe('Proof: 41 of 44 eligible connections are offloaded.');
	});

	it.each([
		[
			1,
			99,
			100,
			'Packets take the software fast path',
			'50 % of 200 Mbit/s offloaded, 50 % on the CPU by choice'
		],
		[
			1,
			50,
			149,
			'Set up, and your policy keeps most of what passes now on the CPU',
			'75 % on the CPU by choice'
		],
		// What is there by no choice comes first.
		[80, 60, 60, 'Set up, but most of what passes now takes the CPU path', '30 % on the CPU by choice']
	])(
		'blames nobody for what is kept by choice: %f, %f offloaded, %f kept',
		(cpu, software, kept, text, proof) => {
			const rates = { cpu: cpu * MBIT, kept: kept * MBIT, software: software * MBIT, hardware: 0 };
			const { headline: head, proof: lines } = told(setUp('software'), moving(0, 0, { rates }));
			expect(head).toBe(text);
			expect(lines[0]).toContain(proof);
		}
	);

	it('is said plainly where nothing is offloaded by intent, with no proof to give', () => {
		expect(told(setUp('off'), moving(212, 0)).proof).toEqual(['Now: 212 Mbit/s, all by the CPU, CPU 18 %']);
	});

	it('is not made up: before the second look, and where nothing is counted', () => {
		const unknown = { rates: null, eligible: null, busy: null };
		expect(told(setUp('software'), moving(0, 0, unknown)).proof[0]).toBe('Now: measuring…');
		expect(told(setUp('software'), moving(0, 0, { ...unknown, uncounted: true })).proof[0]).toBe(
			'Now: not counted'
		);
		expect(told(setUp('software'), moving(0.001, 0.001)).proof[0]).toBe('Now: next to no traffic, CPU 18 %');
		expect(told(setUp('software'), moving(50, 50, { uncounted: true })).proof[0]).toContain(
			'at least 50 % of'
		);
	});

	it('is not told of a router that could not be asked', () => {
		expect(told(status({ firewall: 'none' }), moving(1, 1)).proof).toEqual([]);
	});
});
