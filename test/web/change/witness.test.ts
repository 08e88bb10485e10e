// SPDX-License-Identifier: Apache-2.0
/** The page as the witness of a change: what it sees, and the little that it says. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RevertReason } from '../../../rpcd/api/index.ts';
import { isQuestion } from '../../../web/src/change/progress.ts';
import { blindProof, FakeClock, FakeRouter, noProof, steadyProof } from './fake-router.ts';
import { pass, Tab, TRIAL } from './tab.ts';

let clock: FakeClock;
let router: FakeRouter;
let tab: Tab;

beforeEach(() => {
	clock = new FakeClock();
	router = new FakeRouter(clock);
	tab = new Tab(router, clock);
});

afterEach(() => {
	vi.unstubAllGlobals();
});

const count = (call: string) => router.calls.filter((each) => each === call).length;
const asks = (of = tab) => isQuestion(of.sight, of.witness.refusal !== null, clock.now());
const reverted = (reason: RevertReason) => ({ code: 'reverted', reason, loaded: true });

describe('a change that proves itself', () => {
	it('is seen step by step, and kept once', async () => {
		await tab.changeTo('software');
		const states = new Set<string>();
		for (let second = 0; second < 15; second++) {
			if (tab.sight.step === 'running') states.add(tab.sight.change.state);
			await pass(clock, 1, tab);
		}
		expect([...states]).toEqual(['starting', 'loading', 'proving']);
		expect(tab.saw('ended').change.outcome).toEqual({ code: 'kept', by: 'root', proved: true });
		expect(count('root keep_change')).toBe(1);
		expect(tab.ends).toBe(1);
	});

	it('is asked for about once a second', async () => {
		router.proof = noProof;
		await tab.changeTo('software');
		const before = count('root get_change');
		await pass(clock, 30, tab);
		expect(count('root get_change') - before).toBeGreaterThanOrEqual(28);
		expect(count('root get_change') - before).toBeLessThanOrEqual(31);
	});

	it('shows what was seen so far, and counts down without jumping', async () => {
		router.proof = noProof;
		await tab.changeTo('software');
		const deadlines = new Set<number | null>();
		for (let second = 0; second < 20; second++) {
			await pass(clock, 1, tab);
			deadlines.add(tab.saw('running').timing.deadline);
		}
		expect([...deadlines]).toEqual([120_000]);
		expect(tab.saw('running').change).toMatchObject({ proof: { lacks: 'connections', others: 7 } });
	});

	it('is kept anew when the firewall was loaded again and the first proof is worth nothing', async () => {
		router.faults.set('keep_change', {
			fault: { kind: 'problem', problem: { problem: 'not_set_up' } },
			done: false
		});
		router.proof = (age) => (age > 8_000 && age < 12_000 ? noProof() : steadyProof(age));
		await tab.changeTo('software');
		await pass(clock, 30, tab);
		expect(tab.saw('ended').change.outcome).toMatchObject({ code: 'kept' });
		expect(count('root keep_change')).toBe(2);
	});

	it('is kept by a tab that nobody sees', async () => {
		tab.hidden = true;
		await tab.changeTo('software');
		await pass(clock, 15, tab);
		expect(tab.saw('ended').change.outcome).toMatchObject({ code: 'kept' });
	});
});

describe('a change that does not prove itself', () => {
	it('is a question after a while, and silence goes back', async () => {
		router.proof = noProof;
		await tab.changeTo('software');
		await pass(clock, 5, tab);
		expect(asks()).toBe(false);
		await pass(clock, 10, tab);
		expect(asks()).toBe(true);
		await pass(clock, 110, tab);
		expect(tab.saw('ended').change.outcome).toEqual(reverted({ code: 'time_over' }));
		expect(count('root keep_change')).toBe(0);
		expect(router.committed).toBe('off');
	});

	it('is a question at once where the kernel counts nothing', async () => {
		router.proof = blindProof;
		await tab.changeTo('software');
		await pass(clock, 4, tab);
		expect(asks()).toBe(true);
	});

	it('is a question in time where little was given', async () => {
		router.proof = noProof;
		await tab.changeTo('software', { seconds: 9, trial: false });
		await pass(clock, 7, tab);
		expect(asks()).toBe(true);
	});

	it('is kept when the admin says so, unproved', async () => {
		router.proof = noProof;
		await tab.changeTo('software');
		await pass(clock, 15, tab);
		await tab.witness.want('keep');
		expect(tab.saw('ended').change.outcome).toEqual({ code: 'kept', by: 'root', proved: false });
	});

	it('goes back when the admin says so, also before it is set up', async () => {
		await tab.changeTo('software');
		await tab.witness.want('undo');
		expect(tab.saw('running').change).toMatchObject({ state: 'reverting', reason: { by: 'root' } });
		expect(tab.saw('running').timing.deadline).toBeNull();
		await pass(clock, 4, tab);
		expect(tab.saw('ended').change.outcome).toEqual(reverted({ code: 'asked', by: 'root' }));
	});

	it('goes back by itself when it does not come into effect, and the verdict is told', async () => {
		router.verdict = { code: 'hardware_refused', devices: ['wan'] };
		await tab.changeTo('hardware');
		await pass(clock, 8, tab);
		expect(tab.saw('ended').change.outcome).toEqual(
			reverted({ code: 'not_in_effect', verdict: { code: 'hardware_refused', devices: ['wan'] } })
		);
	});

	it('shows what is in the way of going back', async () => {
		router.obstacle = { code: 'apply' };
		await tab.changeTo('software');
		await tab.witness.want('undo');
		await pass(clock, 60, tab);
		expect(tab.saw('running').change).toMatchObject({ state: 'reverting', waits_for: { code: 'apply' } });
		router.obstacle = null;
		await pass(clock, 2, tab);
		expect(tab.saw('ended').change.outcome).toMatchObject({ code: 'reverted' });
	});

	it('may end as superseded, or unwritten', async () => {
		await tab.changeTo('software');
		const options = { flow_offloading: '0', flow_offloading_hw: null };
		router.end({ code: 'superseded', options });
		await pass(clock, 1, tab);
		expect(tab.saw('ended').change.outcome).toEqual({ code: 'superseded', options });
		await tab.changeTo('software');
		router.end({ code: 'not_written', reason: 'No space left on device' });
		await pass(clock, 1, tab);
		expect(tab.saw('ended').change.outcome).toMatchObject({ code: 'not_written' });
		expect(tab.ends).toBe(2);
	});
});

describe('keeping that is refused', () => {
	it('is told, asked about, and not tried again by itself', async () => {
		const fault = { kind: 'problem', problem: { problem: 'internal', reason: 'no' } } as const;
		router.faults.set('keep_change', { fault, done: false });
		await tab.changeTo('software');
		await pass(clock, 20, tab);
		expect(tab.witness.refusal?.problem).toEqual(fault.problem);
		expect(count('root keep_change')).toBe(1);
		expect(asks()).toBe(true);
		await tab.witness.want('keep');
		expect(tab.witness.refusal).toBeNull();
		expect(tab.saw('ended').change.outcome).toMatchObject({ code: 'kept' });
	});

	it('since it has ended meanwhile shows how it did', async () => {
		router.proof = noProof;
		await tab.changeTo('software');
		await pass(clock, 15, tab);
		router.end({ code: 'kept', by: 'anna', proved: false });
		await tab.witness.want('undo');
		expect(tab.witness.refusal?.problem).toEqual({ problem: 'no_change' });
		await pass(clock, 1, tab);
		expect(tab.saw('ended').change.outcome).toMatchObject({ code: 'kept', by: 'anna' });
		expect(tab.witness.refusal).toBeNull();
	});
});

describe('what was asked for and is not done at once', () => {
	beforeEach(async () => {
		router.proof = noProof;
		router.busy = true;
		await tab.changeTo('software');
		await pass(clock, 1, tab);
		await tab.witness.want('undo');
	});

	it('is shown until it is, and not asked for again', async () => {
		await pass(clock, 10, tab);
		expect(tab.witness.wish).toBe('undo');
		expect(count('root undo_change')).toBe(1);
		router.busy = false;
		await pass(clock, 5, tab);
		expect(tab.witness.wish).toBeNull();
		expect(tab.saw('ended').change.outcome).toMatchObject(reverted({ code: 'asked', by: 'root' }));
	});

	it('can be asked for again after a while', async () => {
		await pass(clock, 20, tab);
		expect(tab.witness.wish).toBeNull();
		await tab.witness.want('undo');
		expect(count('root undo_change')).toBe(2);
	});
});

describe('a router that cannot be reached', () => {
	it('is asked on and on, and what it has decided is shown when it is back', async () => {
		await tab.changeTo('software');
		router.isCutOff = () => clock.now() > 2_000 && clock.now() < 150_000;
		await pass(clock, 30, tab);
		expect(tab.witness.fault?.kind).toBe('network');
		expect(tab.sight.step).toBe('running');
		await pass(clock, 121, tab);
		expect(tab.witness.fault).toBeNull();
		expect(tab.saw('ended').change.outcome).toEqual(reverted({ code: 'time_over' }));
	});

	it('has its change kept when it comes back in time', async () => {
		await tab.changeTo('software');
		router.isCutOff = () => clock.now() > 2_000 && clock.now() < 60_000;
		await pass(clock, 65, tab);
		expect(tab.saw('ended').change.outcome).toEqual({ code: 'kept', by: 'root', proved: true });
	});

	it('is asked again for what the admin wants, until it answers', async () => {
		router.proof = noProof;
		await tab.changeTo('software');
		await pass(clock, 5, tab);
		router.isCutOff = () => clock.now() < 20_000;
		await tab.witness.want('undo');
		expect(tab.witness.wish).toBe('undo');
		await pass(clock, 20, tab);
		expect(tab.witness.wish).toBeNull();
		expect(tab.saw('ended').change.outcome).toEqual(reverted({ code: 'asked', by: 'root' }));
	});

	it('has kept it although its answer got lost', async () => {
		router.faults.set('keep_change', { fault: { kind: 'timeout', after: 10_000 }, done: true });
		await tab.changeTo('software');
		await pass(clock, 15, tab);
		expect(tab.saw('ended').change.outcome).toMatchObject({ code: 'kept', proved: true });
	});

	it('is told of a session that has expired, and the router decides without this page', async () => {
		await tab.changeTo('software');
		for (const method of ['get_change', 'keep_change'])
			router.faults.set(method, { fault: { kind: 'expired' }, done: false });
		await pass(clock, 1, tab);
		expect(tab.witness.fault?.kind).toBe('expired');
		expect(tab.sight.step).toBe('running');
	});

	it('that restarted has gone back, and says so', async () => {
		await tab.changeTo('hardware', TRIAL);
		await pass(clock, 10, tab);
		router.restart();
		await pass(clock, 6, tab);
		expect(tab.saw('ended').change.outcome).toEqual(reverted({ code: 'restarted' }));
	});

	it('that cannot read what it had written down says so, to every tab', async () => {
		await tab.changeTo('software');
		router.lose();
		await pass(clock, 1, tab);
		expect(tab.saw('lost').change.mode).toBe('software');
		const other = new Tab(router, clock);
		await other.status();
		expect(other.sight.step).toBe('lost');
		tab.witness.dismiss();
		expect(tab.sight.step).toBe('nothing');
	});

	it('that has no word of it leaves it unknown', async () => {
		await tab.changeTo('software');
		router.restart(false);
		await pass(clock, 1, tab);
		expect(tab.saw('forgotten').report.mode).toBe('software');
		tab.witness.dismiss();
		expect(tab.sight.step).toBe('nothing');
	});
});

describe('a trial', () => {
	beforeEach(async () => {
		await tab.changeTo('hardware', TRIAL);
	});

	it('is kept by nobody but the admin, however well it is proved', async () => {
		await pass(clock, 600, tab);
		expect(tab.saw('running').change).toMatchObject({ state: 'proving', proof: { lacks: null } });
		expect(asks()).toBe(false);
		expect(count('root keep_change')).toBe(0);
		await tab.witness.want('keep');
		expect(tab.saw('ended').change.outcome).toEqual({ code: 'kept', by: 'root', proved: true });
	});

	it('is over at its end', async () => {
		await pass(clock, 3605, tab);
		expect(tab.saw('ended').change.outcome).toEqual(reverted({ code: 'time_over' }));
	});

	it('is looked at less often once it is set up, and not at all by a tab that nobody sees', async () => {
		await pass(clock, 10, tab);
		const before = router.calls.length;
		await pass(clock, 100, tab);
		expect(router.calls.length - before).toBeLessThan(30);
		tab.hidden = true;
		const hidden = router.calls.length;
		await pass(clock, 100, tab);
		expect(router.calls).toHaveLength(hidden);
	});
});

describe('another tab', () => {
	let other: Tab;
	beforeEach(() => {
		router.proof = noProof;
		other = new Tab(router, clock, 'anna');
	});

	it('sees whose change runs, and can keep it', async () => {
		await tab.changeTo('software');
		await pass(clock, 15, tab, other);
		expect(other.saw('running').change.report.by).toBe('root');
		expect([tab.witness.ours, other.witness.ours]).toEqual([true, false]);
		await other.witness.want('keep');
		await pass(clock, 1, tab, other);
		for (const each of [tab, other])
			expect(each.saw('ended').change.outcome).toEqual({ code: 'kept', by: 'anna', proved: false });
	});

	it('loaded again in the middle goes on where the first was', async () => {
		router.proof = steadyProof;
		await tab.changeTo('software');
		await pass(clock, 2, tab);
		await other.status();
		expect(other.saw('running').change.state).toBe('loading');
		expect(other.saw('running').timing.deadline).toBe(120_000);
		await pass(clock, 15, other);
		expect(other.saw('ended').change.outcome).toEqual({ code: 'kept', by: 'anna', proved: true });
	});

	it('sees one that somebody has started on the router itself', async () => {
		router.start(null, { mode: 'software' });
		await other.status();
		expect(other.saw('running').change.report.by).toBeNull();
	});

	it('of two that keep at once, one is told what the other did', async () => {
		router.proof = steadyProof;
		await tab.changeTo('software');
		await pass(clock, 20, tab, other);
		for (const each of [tab, other]) expect(each.saw('ended').change.outcome).toMatchObject({ code: 'kept' });
	});

	it('of a viewer sees everything and says nothing', async () => {
		router.proof = steadyProof;
		const viewer = new Tab(router, clock, 'viewer');
		router.start('root', { mode: 'software' });
		await pass(clock, 20, viewer);
		expect(viewer.saw('running').change).toMatchObject({ proof: { lacks: null } });
		await viewer.witness.want('undo');
		expect(new Set(router.calls)).toEqual(new Set(['viewer get_change']));
	});

	it('sees the next change although it shows how the last one ended', async () => {
		router.start('root', { mode: 'software' });
		await other.status();
		router.end({ code: 'kept', by: 'root', proved: true });
		await pass(clock, 1, other);
		router.start('root', { mode: 'off' });
		await other.status();
		expect(other.saw('running').change.report.mode).toBe('off');
	});
});

describe('a change that has ended before', () => {
	beforeEach(() => {
		const kept = new Map<string, string>();
		vi.stubGlobal('sessionStorage', {
			getItem: (key: string) => kept.get(key) ?? null,
			setItem: (key: string, value: string) => kept.set(key, value)
		});
		router.start('root', { mode: 'software' });
		router.end({ code: 'kept', by: 'root', proved: true });
	});

	it('is told until it is dismissed, also after a reload, and asked for once', async () => {
		await pass(clock, 20, tab);
		expect(tab.saw('ended').change.report.mode).toBe('software');
		expect(count('root get_change')).toBe(1);
		const reloaded = new Tab(router, clock);
		await reloaded.status();
		expect(reloaded.sight.step).toBe('ended');
		reloaded.witness.dismiss();
		expect(reloaded.sight.step).toBe('nothing');
		const again = new Tab(router, clock);
		await again.status();
		expect(again.sight.step).toBe('nothing');
		expect(again.witness.known).toBe(router.id);
	});

	it('is told once more where the browser remembers nothing', async () => {
		const broken = () => {
			throw new DOMException('denied', 'SecurityError');
		};
		vi.stubGlobal('sessionStorage', { getItem: broken, setItem: broken });
		await tab.status();
		tab.witness.dismiss();
		expect(tab.sight.step).toBe('nothing');
		const again = new Tab(router, clock);
		await again.status();
		expect(again.sight.step).toBe('ended');
	});

	it('is asked for again when the question about it failed', async () => {
		router.faults.set('get_change', { fault: { kind: 'timeout', after: 1 }, done: false });
		await tab.status();
		expect(tab.sight.step).toBe('nothing');
		await tab.status();
		expect(tab.sight.step).toBe('ended');
	});
});
