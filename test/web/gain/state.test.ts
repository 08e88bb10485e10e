// SPDX-License-Identifier: Apache-2.0
// @vitest-environment happy-dom
/** A comparison as the page watches it: while it runs each second, and what comes late does not count. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Comparison, ComparisonReport } from '../../../rpcd/api/index.ts';
import { UbusError, type UbusClient } from '../../../web/src/lib/ubus/index.ts';
import { GainState } from '../../../web/src/gain/state.ts';
import { asText, explainAnswer } from '../../../web/src/gain/texts.ts';
import { COMPARISON } from '../../rpcd/samples.ts';

const REPORT: ComparisonReport = { ...COMPARISON, by: 'root', idle_latency: null };
const RUNNING: Comparison = {
	state: 'running',
	report: REPORT,
	step: 'waiting',
	seconds_left: 9,
	passing: null
};
const STOPPED: Comparison = { state: 'ended', report: REPORT, answer: { code: 'stopped', by: 'root' } };

type Answers = () => Promise<Comparison>;

function stateOf(answers: Record<string, Answers>) {
	const asked: string[] = [];
	const ended = vi.fn();
	const call = (_object: string, method: string) => {
		asked.push(method);
		return answers[method]?.() ?? Promise.reject(new Error(method));
	};
	const state = new GainState({ call } as unknown as Pick<UbusClient, 'call'>, () => undefined, ended);
	return { state, asked, ended };
}

const told =
	(comparison: Comparison): Answers =>
	() =>
		Promise.resolve(comparison);

beforeEach(() => {
	vi.useFakeTimers();
});

afterEach(() => {
	vi.useRealTimers();
});

describe('a comparison on the page', () => {
	test('is looked at each second until its end, which the page is told of', async () => {
		let now: Comparison = RUNNING;
		const { state, asked, ended } = stateOf({
			start_comparison: told(RUNNING),
			get_comparison: () => Promise.resolve(now)
		});
		await state.start({ mode: 'software' });
		await vi.advanceTimersByTimeAsync(2100);
		expect(asked).toEqual(['start_comparison', 'get_comparison', 'get_comparison']);
		now = STOPPED;
		await vi.advanceTimersByTimeAsync(5000);
		expect(asked).toHaveLength(4);
		expect(state.comparison).toEqual(STOPPED);
		expect(ended).toHaveBeenCalledOnce();
	});

	test('is looked at seldom while it measures, since a look takes the processor that is measured', async () => {
		let left = 20;
		const { state, asked } = stateOf({
			get_comparison: () => Promise.resolve({ ...RUNNING, step: 'measuring', seconds_left: left })
		});
		await state.look();
		await vi.advanceTimersByTimeAsync(4900);
		expect(asked).toHaveLength(1);
		left = 2;
		await vi.advanceTimersByTimeAsync(200);
		expect(asked).toHaveLength(2);
		await vi.advanceTimersByTimeAsync(2000);
		expect(asked).toHaveLength(3);
	});

	test('is not looked at when nobody is there any more', async () => {
		const { state, asked } = stateOf({ get_comparison: told(RUNNING) });
		await state.look();
		state.leave();
		await vi.advanceTimersByTimeAsync(5000);
		expect(asked).toEqual(['get_comparison']);
	});

	test('that was stopped is not told as running by a look that was late', async () => {
		let arrive: (comparison: Comparison) => void = () => undefined;
		const late = new Promise<Comparison>((resolve) => (arrive = resolve));
		const looks: Answers[] = [told(RUNNING), () => late];
		const { state } = stateOf({
			get_comparison: () => (looks.shift() ?? told(STOPPED))(),
			stop_comparison: told(STOPPED)
		});
		await state.look();
		const look = state.look();
		await state.stop();
		arrive(RUNNING);
		await look;
		expect(state.comparison).toEqual(STOPPED);
	});

	test('that is refused says why, and what was known stays', async () => {
		const refusal = new UbusError(
			{ kind: 'problem', problem: { problem: 'job_running' } },
			'start_comparison'
		);
		const { state } = stateOf({
			get_comparison: told(STOPPED),
			start_comparison: () => Promise.reject(refusal)
		});
		await state.look();
		await state.start({ mode: 'software' });
		expect(state.error).toBe(refusal);
		expect(state.comparison).toEqual(STOPPED);
	});
});

test('the answer is a sentence, and can be pasted with its figures', () => {
	const phase = {
		lasted: 20_000,
		clock: 0,
		counted_by: 'devices' as const,
		received: 200_000_000,
		sent: 0,
		packets: 17_000,
		inside: 0,
		programs: 0,
		cores: [{ busy: 6200, softirq: 6000 }],
		software: 0,
		hardware: 0,
		local: 0,
		unseen: 0,
		cut_off: 0,
		latency: 1250
	};
	const report = {
		...REPORT,
		phases: [
			{ ...phase, mode: 'off' as const, busy: 6200, cost: 3100 },
			{ ...phase, mode: 'software' as const, busy: 1200, cost: 600, software: 9990 }
		]
	};
	const answer = { code: 'compared', limit: 'other', better: true, kept: false } as const;
	expect(explainAnswer(report, answer)).toMatchObject({
		tone: 'good',
		text: 'Per 100 Mbit/s the router spends 6.0 % of its CPU with Software, and 31.0 % with Off.'
	});
	expect(explainAnswer({ ...report, keep_better: true }, answer).advice).toContain('Software was not kept');
	expect(explainAnswer({ ...report, keep_better: true }, { ...answer, better: false }).advice).not.toContain(
		'not kept'
	);
	const lines = asText(report, answer).split('\n');
	expect(lines).toContain('CPU for 100 Mbit/s\t31.0 %\t6.0 %');
	expect(lines).toContain('Latency to the gateway\t1.3 ms\t1.3 ms');
	// A router that does not manage 100 Mbit/s has no 282 % of a CPU to spend on them.
	const slow = { ...report, phases: report.phases.map((each) => ({ ...each, cost: each.cost * 10 })) };
	expect(explainAnswer(slow, answer).text).toBe(
		'Per 10 Mbit/s the router spends 6.0 % of its CPU with Software, and 31.0 % with Off.'
	);
	expect(asText(slow, answer).split('\n')).toContain('CPU for 10 Mbit/s\t31.0 %\t6.0 %');
});
