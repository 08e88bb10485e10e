// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, it } from 'vitest';
import type { Mode, Verdict } from '../../../rpcd/api/index.ts';
import { ChangeSequence, ROLLBACK_SECONDS } from '../../../web/src/change/sequence.ts';
import type { Outcome, Reviewed } from '../../../web/src/change/state.ts';
import { UbusStatus } from '../../../web/src/lib/ubus/index.ts';
import { FakeClock, FakeRouter, RELOAD_DELAY } from './fake-router.ts';

let clock: FakeClock;
let router: FakeRouter;
let change: ChangeSequence;

beforeEach(() => {
	clock = new FakeClock();
	router = new FakeRouter(clock);
	change = new ChangeSequence(router, clock, () => undefined);
});

async function review(mode: Mode): Promise<Reviewed> {
	await change.start(mode);
	const state = change.state;
	if (state.step !== 'review') throw new Error(`not in review but ${JSON.stringify(state)}`);
	return state;
}

function outcome(): Outcome {
	const state = change.state;
	if (state.step !== 'ended') throw new Error(`not ended but ${state.step}`);
	return state.outcome;
}

async function changeTo(mode: Mode): Promise<Outcome> {
	await review(mode);
	await change.apply();
	return outcome();
}

const loads = () => router.calls.filter((name) => name === 'luci.nft-offload.load_firewall');

const expectAsBefore = () => {
	expect(router).toMatchObject({ committed: 'off', staged: null, pending: false });
};

describe('a change of the mode', () => {
	it('shows the lines that change before anything is applied', async () => {
		const { preview } = await review('hardware');
		expect(preview.lines.filter((line) => line.change !== 'same')).toEqual([
			{ change: 'added', text: "\toption flow_offloading '1'" },
			{ change: 'added', text: "\toption flow_offloading_hw '1'" }
		]);
		expect(router).toMatchObject({ committed: 'off', pending: false });
	});

	it('is kept when the kernel and the file say what was asked', async () => {
		expect(await changeTo('software')).toEqual({ code: 'kept' });
		expect(router).toMatchObject({
			committed: 'software',
			effective: 'software',
			staged: null,
			pending: false
		});
	});

	it('is confirmed only after the firewall was reloaded, even if the mode was in effect before', async () => {
		router.effective = 'software';
		let reloads = 0;
		router.reload = (mode) => {
			reloads++;
			expect(router.calls).not.toContain('uci.confirm');
			return mode;
		};
		expect(await changeTo('software')).toEqual({ code: 'kept' });
		expect(reloads).toBe(1);
	});

	it('leaves nothing staged when it is cancelled', async () => {
		await review('software');
		await change.cancel();
		expect(outcome()).toEqual({ code: 'cancelled' });
		expectAsBefore();
	});

	it('keeps other changes of the firewall that were staged before when it is cancelled', async () => {
		router.others = { firewall: [['set', 'cfg02dc81', 'masq', '1']] };
		const { others } = await review('software');
		expect(others).toEqual([{ config: 'firewall', changes: [['set', 'cfg02dc81', 'masq', '1']] }]);
		await change.cancel();
		expect(router.calls).not.toContain('uci.revert');
		expect(router.others).toEqual({ firewall: [['set', 'cfg02dc81', 'masq', '1']] });
	});

	it('keeps what was staged in another tab while it was read, cancelled or applied', async () => {
		const others = { firewall: [['set', 'cfg02dc81', 'masq', '1']] };
		for (const end of [() => change.cancel(), () => change.apply()]) {
			router.others = {};
			await review('software');
			router.others = others;
			await end();
			expect(router).toMatchObject({ others, staged: null, committed: 'off' });
		}
		expect(outcome()).toEqual({ code: 'overtaken' });
	});

	it('is kept when it takes another option of the same section along', async () => {
		router.others = { firewall: [['set', 'cfg01e63d', 'synflood_protect', '1']] };
		const write = router.write;
		router.write = (mode) => write(mode).replace('\n\n', "\n\toption synflood_protect '1'\n\n");
		expect(await changeTo('software')).toEqual({ code: 'kept' });
	});

	it('says so when it is cancelled and the router does not let it be taken out', async () => {
		await review('software');
		router.pending = true;
		await change.cancel();
		expect(change.state).toMatchObject({ step: 'ended', outcome: { code: 'cancelled' }, left: true });
	});

	it.each(['uci.changes', 'uci.delete'])(
		'ends although %s is not answered when it is cancelled',
		async (call) => {
			router.others = { firewall: [['set', 'cfg02dc81', 'masq', '1']] };
			await review('software');
			router.faults.set(call, { fault: { kind: 'network', reason: 'reset' }, done: false });
			await change.cancel();
			expect(change.state).toMatchObject({ step: 'ended', outcome: { code: 'cancelled' }, left: true });
		}
	);

	it('cannot be applied any more while it is being cancelled', async () => {
		await review('software');
		await Promise.all([change.cancel(), change.apply()]);
		expect(outcome()).toEqual({ code: 'cancelled' });
		expect(router.calls).not.toContain('uci.apply');
	});

	it('does not count what an earlier rollback left staged as somebody else’s', async () => {
		router.staged = 'software';
		expect((await review('software')).others).toEqual([]);
	});

	it('stages nothing and says why when the router refuses', async () => {
		router.faults.set('luci.nft-offload.set_mode', {
			fault: { kind: 'problem', problem: { problem: 'hardware_refused', devices: ['eth1'] } },
			done: false
		});
		await change.start('hardware');
		expect(outcome()).toMatchObject({ code: 'refused', error: { problem: { devices: ['eth1'] } } });
		expectAsBefore();
	});

	it('takes back what a check that was cut short may have staged (rpcd killed it: status 5)', async () => {
		router.faults.set('luci.nft-offload.set_mode', {
			fault: { kind: 'status', status: UbusStatus.NoData, name: 'NoData' },
			done: true
		});
		await change.start('software');
		expect(outcome()).toMatchObject({ code: 'refused', error: { status: UbusStatus.NoData } });
		expectAsBefore();
	});

	it('reverts nothing of what the admin had staged himself when its check is cut short', async () => {
		router.others = { firewall: [['set', 'cfg02dc81', 'masq', '1']] };
		router.faults.set('luci.nft-offload.set_mode', {
			fault: { kind: 'timeout', after: 20_000 },
			done: false
		});
		await change.start('software');
		expect(router.others).toEqual({ firewall: [['set', 'cfg02dc81', 'masq', '1']] });
	});

	it('says so when our parser refuses a file that libuci took', async () => {
		router.overwrite('off', "config defaults\n\toption a 'b");
		await change.start('software');
		expect(outcome()).toMatchObject({ code: 'refused', error: { kind: 'protocol' } });
		expect(router.staged).toBeNull();
	});
});

describe('a change that goes wrong', () => {
	it('is taken back at once when the file is not what was meant (full flash: an empty file)', async () => {
		router.write = () => '';
		expect(await changeTo('software')).toEqual({ code: 'undone', reason: { code: 'file_differs' } });
		expect(clock.now()).toBeLessThan(5_000);
		expectAsBefore();
	});

	it('is taken back when another section of the file changed with it', async () => {
		const write = router.write;
		router.write = (mode) => write(mode).replace("name 'lan'", "name 'wan'");
		expect(await changeTo('software')).toEqual({ code: 'undone', reason: { code: 'file_differs' } });
	});

	it('is taken back when the firewall falls back, with its reason', async () => {
		router.reload = () => 'software';
		router.verdict = { code: 'hardware_refused', devices: ['eth1'] };
		expect(await changeTo('hardware')).toEqual({
			code: 'undone',
			reason: { code: 'not_in_effect', verdict: { code: 'hardware_refused', devices: ['eth1'] } }
		});
		expectAsBefore();
	});

	it('to off is not believed while the kernel cannot be asked', async () => {
		router.overwrite('software');
		router.kernelError = 'Operation not permitted';
		router.verdict = { code: 'nft_failed' };
		expect(await changeTo('off')).toMatchObject({ code: 'undone', reason: { code: 'not_in_effect' } });
	});

	it.each<Verdict>([
		{ code: 'devices_differ', missing: ['phy0-ap0'], surplus: [] },
		{ code: 'not_in_hardware', cause: 'no_engine', connections: 7 },
		{ code: 'partly_in_hardware', shortfalls: [{ code: 'one_way', connections: 1 }] },
		{ code: 'uplink_not_covered', devices: ['pppoe-wan'] },
		{ code: 'nothing_to_offload', cause: 'no_default_route' }
	])('is kept with $code: what is seen of a mode comes after it', async (verdict) => {
		router.verdict = verdict;
		expect(await changeTo('hardware')).toEqual({ code: 'kept' });
	});

	it.each<Verdict>([{ code: 'reload_failed' }, { code: 'firewall_stopped' }])(
		'loads the firewall once where a reload does nothing: $code',
		async (verdict) => {
			router.verdict = verdict;
			router.reload = () => 'off';
			router.load = () => {
				expect(clock.now()).toBeGreaterThan(RELOAD_DELAY);
				router.effective = router.committed;
				router.verdict = { code: 'same' };
			};
			expect(await changeTo('software')).toEqual({ code: 'kept' });
			expect(loads()).toHaveLength(1);
		}
	);

	it('to off does not hold for a firewall that is not loaded', async () => {
		router.overwrite('software');
		router.verdict = { code: 'ruleset_refused', reason: 'line 3: syntax error' };
		expect(await changeTo('off')).toEqual({
			code: 'undone',
			reason: { code: 'not_in_effect', verdict: router.verdict }
		});
		expect(loads()).toEqual([]);
	});

	it('is taken back when loading the firewall fails, too', async () => {
		router.verdict = { code: 'reload_failed' };
		router.reload = () => 'off';
		router.faults.set('luci.nft-offload.load_firewall', {
			fault: { kind: 'status', status: UbusStatus.NoData, name: 'NoData' },
			done: false
		});
		expect(await changeTo('software')).toMatchObject({ code: 'undone', reason: { code: 'not_in_effect' } });
		expect(loads()).toHaveLength(1);
		expectAsBefore();
	});

	it('is kept although the firewall reloads half a minute later, behind somebody else’s changes', async () => {
		router.reloadDelay = 30_000;
		expect(await changeTo('software')).toEqual({ code: 'kept' });
		expect(router).toMatchObject({ committed: 'software', effective: 'software', pending: false });
	});

	it('is rolled back by the router when it cuts the browser off', async () => {
		router.isCutOff = () => router.pending && clock.now() > 1_000;
		expect(await changeTo('software')).toEqual({ code: 'rolled_back', reason: { code: 'unreachable' } });
		expect(clock.now()).toBeGreaterThanOrEqual(ROLLBACK_SECONDS * 1000);
		expectAsBefore();
	});

	it('is rolled back when another change that it takes along cuts the browser off a while later', async () => {
		router.others = { network: [['set', 'lan', 'ipaddr', '192.168.9.1/24']] };
		router.isCutOff = () => router.pending && clock.now() > 8_000;
		expect(await changeTo('software')).toEqual({ code: 'rolled_back', reason: { code: 'unreachable' } });
		expectAsBefore();
	});

	it('is taken back when the admin asks for it', async () => {
		router.reload = () => 'off';
		await review('software');
		router.clock.after(3_000, () => {
			change.undo();
			expect(change.state).toMatchObject({ step: 'undoing', reason: { code: 'asked' } });
		});
		await change.apply();
		expect(outcome()).toEqual({ code: 'undone', reason: { code: 'asked' } });
		expectAsBefore();
	});

	it('does not say that the admin asked for it when that did not reach the router', async () => {
		router.reload = () => 'off';
		await review('software');
		router.clock.after(3_000, () => {
			router.isCutOff = () => router.pending;
			change.undo();
		});
		await change.apply();
		expect(outcome()).toEqual({ code: 'rolled_back', reason: { code: 'unreachable' } });
	});

	it('offers no undoing once it is being confirmed', async () => {
		router.beforeAnswer = (name) => {
			if (name !== 'uci.confirm') return;
			change.undo();
			expect(change.state).toMatchObject({ step: 'verifying', waitingFor: 'confirmation' });
		};
		expect(await changeTo('software')).toEqual({ code: 'kept' });
	});

	it('admits that it does not know when the router never comes back', async () => {
		router.isCutOff = () => clock.now() > 1_500;
		expect(await changeTo('software')).toEqual({ code: 'uncertain', reason: { code: 'unreachable' } });
	});

	it('goes on when the answer to the apply is lost but the apply was done', async () => {
		router.faults.set('uci.apply', { fault: { kind: 'timeout', after: 20_000 }, done: true });
		expect(await changeTo('software')).toEqual({ code: 'kept' });
	});

	it('confirms again when the answer to the confirmation is lost', async () => {
		router.faults.set('uci.confirm', { fault: { kind: 'network', reason: 'reset' }, done: true });
		expect(await changeTo('software')).toEqual({ code: 'kept' });
		expect(router.pending).toBe(false);
	});

	it('finds out when the router had rolled back before the confirmation came', async () => {
		router.beforeAnswer = (name) => {
			if (name === 'uci.confirm') router.rollBack();
		};
		expect(await changeTo('software')).toMatchObject({ code: 'rolled_back' });
		expectAsBefore();
	});

	it('tells the second of two admins that the first one’s change is waiting', async () => {
		await review('software');
		router.pending = true;
		await change.apply();
		expect(outcome()).toEqual({ code: 'busy' });
		// rpcd lets nobody revert anything while an apply waits.
		expect(change.state).toMatchObject({ left: true });
		expect(router.committed).toBe('off');
	});

	it('applies nothing when the file was changed while the admin was reading', async () => {
		await review('software');
		router.overwrite('hardware');
		await change.apply();
		expect(outcome()).toEqual({ code: 'overtaken' });
		expect(router).toMatchObject({ committed: 'hardware', staged: null, pending: false });
		expect(router.calls).not.toContain('uci.apply');
	});

	it('applies nothing when something else was staged while the admin was reading', async () => {
		await review('software');
		router.others = { network: [['set', 'lan', 'ipaddr', '10.0.0.1']] };
		await change.apply();
		expect(outcome()).toEqual({ code: 'overtaken' });
		expect(router.calls).not.toContain('uci.apply');
		expect(router.others).toEqual({ network: [['set', 'lan', 'ipaddr', '10.0.0.1']] });
	});
});
