// SPDX-License-Identifier: Apache-2.0
/** Every end of a change in plain words. */
import { describe, expect, it, test } from 'vitest';
import type { ChangeOutcome, ChangeReport, Problem, RevertReason } from '../../../rpcd/api/index.ts';
import { durationText } from '../../../web/src/change/names.ts';
import { clockText } from '../../../web/src/ui/watched.ts';
import { doingText, titleOf } from '../../../web/src/change/progress.ts';
import { explainRefusal } from '../../../web/src/change/refusals.ts';
import { explainOutcome, explainReverting } from '../../../web/src/change/texts.ts';

const report = (part: Partial<ChangeReport> = {}): ChangeReport => ({
	id: 7,
	mode: 'hardware',
	previous: 'software',
	options: { flow_offloading: '1', flow_offloading_hw: '1' },
	previous_options: { flow_offloading: '1', flow_offloading_hw: null },
	way_back: null,
	by: 'root',
	trial: false,
	seconds: 120,
	...part
});

const reverted = (reason: RevertReason, loaded = true): ChangeOutcome => ({
	code: 'reverted',
	reason,
	loaded
});

test.each<[ChangeOutcome, string, string]>([
	[
		{ code: 'kept', by: 'root', proved: true },
		'Changed to Hardware. Packets were seen to take the hardware fast path, both ways.',
		'good'
	],
	[
		{ code: 'kept', by: null, proved: false },
		'Changed to Hardware. No packets were seen to prove that it works.',
		'info'
	],
	[
		reverted({ code: 'asked', by: 'anna' }),
		'The change to Hardware was taken back by anna, and the router went back to Software.',
		'warning'
	],
	[
		reverted({ code: 'time_over' }),
		'Nobody kept the change to Hardware in time, and the router went back to Software.',
		'warning'
	],
	[
		reverted({ code: 'not_in_effect', verdict: { code: 'hardware_refused', devices: ['wan'] } }),
		'Hardware did not come into effect: a driver refused hardware offloading, and the firewall fell back to software. The router went back to Software.',
		'warning'
	],
	[
		reverted({ code: 'restarted' }),
		'The router restarted during the change to Hardware and went back to Software.',
		'warning'
	],
	[
		reverted({ code: 'stopped' }, false),
		'The change to Hardware was stopped, as an upgrade or removal does, and the router went back to Software.',
		'danger'
	],
	[
		{ code: 'superseded', options: { flow_offloading: '0', flow_offloading_hw: null } },
		"The change to Hardware ended, since somebody has set the options otherwise meanwhile: flow_offloading '0', flow_offloading_hw absent.",
		'warning'
	],
	[
		{ code: 'not_written', reason: 'Read-only file system' },
		'The change to Hardware could not be saved: Read-only file system',
		'danger'
	]
])('%j', (outcome, text, tone) => {
	expect(explainOutcome(report(), outcome)).toMatchObject({ text, tone });
	expect(explainOutcome(report(), outcome).advice).not.toBe('');
});

test.each([true, false])('where firewall4 refused what was there, Off is told: loaded %s', (loaded) => {
	const way_back = { flow_offloading: '0', flow_offloading_hw: null };
	const told = explainOutcome(report({ previous: 'off', way_back }), reverted({ code: 'time_over' }, loaded));
	expect(told.text).toContain('the router went back to Off');
	expect(told.advice).toContain('Off is configured instead');
	expect(told.advice).not.toContain('as it was before');
});

test.each<[RevertReason, string]>([
	[
		{ code: 'restarted' },
		'The router restarted during the trial of hardware offloading and went back to Software.'
	],
	[{ code: 'time_over' }, 'The trial of hardware offloading is over, and the router went back to Software.'],
	[
		{ code: 'asked', by: null },
		'The trial of hardware offloading was ended by somebody on the router, and the router went back to Software.'
	]
])('of a trial: %j', (reason, text) => {
	expect(explainOutcome(report({ trial: true }), reverted(reason)).text).toBe(text);
});

describe('while it runs', () => {
	it('says what it is and what it does', () => {
		expect(titleOf({ state: 'loading', report: report(), seconds_left: 1 })).toBe('Changing to Hardware');
		expect(titleOf({ state: 'loading', report: report({ trial: true }), seconds_left: 1 })).toBe(
			'Trial of Hardware'
		);
		const reverting = {
			state: 'reverting',
			report: report(),
			reason: { code: 'time_over' },
			waits_for: { code: 'file', reason: 'Read-only file system' }
		} as const;
		expect(titleOf(reverting)).toBe('Going back to Software');
		expect(doingText(reverting)).toBe(
			'The time is over, and nobody kept the change. /etc/config/firewall cannot be written: Read-only file system. The router keeps trying.'
		);
		expect(explainReverting({ code: 'asked', by: null })).toBe('Asked for by somebody on the router.');
	});

	it('says how long it is tried, and how long still', () => {
		expect([120, 300, 3600, 86_400, 90, 60].map(durationText)).toEqual([
			'2 minutes',
			'5 minutes',
			'1 hour',
			'1 day',
			'90 seconds',
			'1 minute'
		]);
		expect([5, 65, 605, 3605, 86_399].map(clockText)).toEqual([
			'0:05',
			'1:05',
			'10:05',
			'1:00:05',
			'23:59:59'
		]);
	});
});

test.each<[Problem, string]>([
	[{ problem: 'config_changed' }, 'The firewall configuration was changed meanwhile; review it again.'],
	[{ problem: 'change_running', by: 'anna' }, 'A change of anna is under way'],
	[{ problem: 'change_running', by: null }, 'A change of somebody on the router is under way'],
	[{ problem: 'not_guarded', reason: 'no service' }, 'no service'],
	[{ problem: 'apply_pending' }, 'A “Save & Apply” of somebody waits'],
	[{ problem: 'edit_failed', reason: 'odd' }, 'odd'],
	[{ problem: 'unknown_method' }, 'Reload the page.']
])('%j', (problem, text) => {
	expect(explainRefusal(problem)).toContain(text);
});
