// SPDX-License-Identifier: Apache-2.0
/** A change as a tab prepares it: checked, read, started. Until then nothing has changed. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../../rpcd/api/index.ts';
import { FakeClock, FakeRouter } from './fake-router.ts';
import { pass, PLAIN, Tab } from './tab.ts';

let clock: FakeClock;
let router: FakeRouter;
let tab: Tab;

beforeEach(() => {
	clock = new FakeClock();
	router = new FakeRouter(clock);
	tab = new Tab(router, clock);
});

describe('a review', () => {
	it('shows the lines that change, and asks nothing but the check and what the mode would bring', async () => {
		await tab.draft.review('hardware');
		const { lines, check } = tab.at('review');
		expect(lines.filter(({ change }) => change !== 'same')).toEqual([
			{ change: 'added', text: "\toption flow_offloading '1'" },
			{ change: 'added', text: "\toption flow_offloading_hw '1'" }
		]);
		expect(check.devices).toEqual(['br-lan', 'wan']);
		expect(router.calls).toEqual(['root check_change', 'root get_diagnosis']);
	});

	it('left leaves nothing behind', async () => {
		await tab.draft.review('software');
		tab.draft.cancel();
		expect(tab.at('none')).toBeDefined();
		expect(router.calls).toEqual(['root check_change', 'root get_diagnosis']);
	});

	it('left while the router still checks does not come up later', async () => {
		const reviewing = tab.draft.review('software');
		tab.draft.cancel();
		await reviewing;
		expect(tab.at('none')).toBeDefined();
	});

	it('that the router refuses says why', async () => {
		const problem: Problem = { problem: 'hardware_refused', devices: ['eth1'] };
		router.faults.set('check_change', { fault: { kind: 'problem', problem }, done: false });
		await tab.draft.review('hardware');
		expect(tab.at('refused').error.problem).toEqual(problem);
		await tab.draft.review('software');
		expect(tab.at('review').mode).toBe('software');
	});

	it('shows what the mode would bring, and goes without where that is not found out', async () => {
		router.findings = [{ code: 'accounting_off', severity: 'warning' }];
		await tab.draft.review('software');
		expect(tab.at('review').findings).toEqual(router.findings);
		tab.draft.cancel();
		const fault = { kind: 'unanswered' } as const;
		router.faults.set('get_diagnosis', { fault, done: false });
		await tab.draft.review('software');
		expect(tab.at('review').findings).toEqual([]);
	});

	it('of bytes that are no base64 is an answer that was not expected', async () => {
		router.check = { config: { base64: '%', size: 1 } };
		await tab.draft.review('software');
		expect(tab.at('refused').error.fault).toMatchObject({ kind: 'protocol', path: '$.config' });
	});
});

describe('a start', () => {
	it('gives the file that was reviewed, and the witness takes over', async () => {
		await tab.changeTo('software');
		expect(tab.at('none')).toBeDefined();
		expect(tab.saw('running').change.report).toMatchObject({ by: 'root', seconds: 120, trial: false });
		expect(tab.witness.ours).toBe(true);
	});

	it('of another file than the reviewed one is refused, and can be reviewed again', async () => {
		await tab.draft.review('software');
		router.revision = 'r2';
		await tab.draft.start(PLAIN);
		expect(tab.at('refused').error.problem).toEqual({ problem: 'config_changed' });
		await tab.draft.review('software');
		await tab.draft.start(PLAIN);
		expect(tab.sight.step).toBe('running');
	});

	it('while another admin’s change runs is refused, and says whose', async () => {
		await tab.draft.review('software');
		router.start('anna', { mode: 'hardware' });
		await tab.draft.start(PLAIN);
		expect(tab.at('refused').error.problem).toEqual({ problem: 'change_running', by: 'anna' });
	});

	it('whose answer is lost is found out: it was done', async () => {
		await tab.draft.review('software');
		router.faults.set('start_change', { fault: { kind: 'timeout', after: 1 }, done: true });
		await tab.draft.start(PLAIN);
		expect(tab.saw('running').change.report.mode).toBe('software');
		expect(tab.witness.ours).toBe(true);
	});

	it('whose answer is lost is found out: it was not done', async () => {
		router.start('root', { mode: 'software' });
		router.end({ code: 'kept', by: 'root', proved: true });
		await tab.status();
		await tab.draft.review('hardware');
		router.faults.set('start_change', { fault: { kind: 'network', reason: 'reset' }, done: false });
		await tab.draft.start(PLAIN);
		expect(tab.at('refused').error.kind).toBe('network');
		expect(tab.saw('ended').change.report.mode).toBe('software');
	});

	it('that the router is silent about is asked for until it answers', async () => {
		await tab.draft.review('software');
		router.faults.set('start_change', { fault: { kind: 'network', reason: 'reset' }, done: true });
		router.isCutOff = () => router.id !== null && clock.now() < 2_500;
		await tab.draft.start(PLAIN);
		expect(clock.now()).toBe(3_000);
		expect(tab.saw('running').change.report.mode).toBe('software');
	});
});

describe('an undo afterwards', () => {
	it('is a change back, with the same care', async () => {
		await tab.changeTo('software');
		await pass(clock, 15, tab);
		const { report } = tab.saw('ended').change;
		await tab.draft.review(report.previous);
		expect(tab.at('review').lines.filter(({ change }) => change === 'removed')).toHaveLength(1);
		await tab.draft.start(PLAIN);
		await pass(clock, 15, tab);
		expect(tab.saw('ended').change.report).toMatchObject({ mode: 'off', previous: 'software' });
		expect(router.committed).toBe('off');
	});
});
