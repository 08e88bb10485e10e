// SPDX-License-Identifier: Apache-2.0
/**
 * The shipped comparison on the virtual router, with the shipped guard, in a hurry: the router's clock goes on by what the comparison
 * rests. Whatever becomes of it, the router is in its mode of before, unless the better one was to be kept.
 */
import { afterAll, beforeAll, describe, expect, test as base } from 'vitest';
import type { Comparison, Phase } from '../../rpcd/api/index.ts';
import { until } from '../vm/until.ts';
import { Admin } from './admin.ts';
import type { JsonObject } from './bus.ts';
import { install, type Installed } from './installed.ts';
import { VirtualRouter } from './router.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';
import { USERS } from './users.ts';

/** Seconds: programs of ours are processes here, and each starts Node. */
const PATIENCE = 90;
/** While it is there, a comparison takes the clock on by what it rests. */
const HASTE = 'run/virtual-kernel/haste';

let installed: Installed;

beforeAll(async () => {
	installed = await install();
});

afterAll(() => {
	installed.remove();
});

class Setting {
	readonly router: VirtualRouter;
	readonly admin: Admin;
	readonly before: string;

	constructor(router: VirtualRouter) {
		this.router = router;
		this.admin = new Admin(router);
		this.before = router.firewallFile();
		router.kernel.write(HASTE, '');
	}

	async look(): Promise<Comparison> {
		return (await this.admin.ask('get_comparison')) as unknown as Comparison;
	}

	async start(args: JsonObject): Promise<Comparison> {
		return (await this.admin.ask('start_comparison', args)) as unknown as Comparison;
	}

	/** Waits until it does this. */
	becomes(wanted: RegExp): Promise<Comparison> {
		return until(`a comparison that is ${wanted.source}`, PATIENCE, async () => {
			const comparison = await this.look();
			const step = comparison.state === 'running' ? comparison.step : '';
			return wanted.test(`${comparison.state} ${step}`) ? comparison : null;
		});
	}

	async ended(): Promise<Extract<Comparison, { state: 'ended' }>> {
		const comparison = await this.becomes(/^ended/);
		if (comparison.state !== 'ended') throw new Error('not ended');
		return comparison;
	}

	/** Everything is as it was, and nothing runs any more. */
	async expectBack(): Promise<void> {
		await until('the end of the guard', PATIENCE, () => this.router.procd.services.length === 0);
		expect(this.router.firewallFile()).toBe(this.before);
		expect(this.router.procd.log).toEqual([]);
	}
}

const it = base.extend<{ start: (scenario: ScenarioName) => Promise<Setting> }>({
	// eslint-disable-next-line no-empty-pattern -- Vitest reads from this which fixtures it needs
	start: async ({}, use) => {
		const routers: VirtualRouter[] = [];
		await use(async (scenario) => {
			const router = await VirtualRouter.start(SCENARIOS[scenario], { ...installed, users: USERS });
			routers.push(router);
			return new Setting(router);
		});
		for (const router of routers) router.stop();
	}
});

/** By definition. */
const costOf = (phase: Phase | undefined): number =>
	phase ? Math.floor((phase.busy * 100_000_000) / (phase.received + phase.sent)) : NaN;

describe('a comparison', () => {
	it('of the CPU with software: measured, and gone back', async ({ start }) => {
		const setting = await start('cpu');
		expect(await setting.start({ mode: 'software' })).toMatchObject({
			state: 'running',
			report: { by: 'root', previous: 'off', mode: 'software', keep_better: false, phases: [] }
		});
		expect(await setting.start({ mode: 'software' })).toEqual({ problem: 'comparison_running', by: 'root' });
		const { report, answer } = await setting.ended();
		expect(answer).toEqual({ code: 'compared', limit: 'other', better: true, kept: false });
		const [before, after] = report.phases;
		expect(before).toMatchObject({
			mode: 'off',
			counted_by: 'devices',
			software: 0,
			hardware: 0,
			latency: 1150
		});
		expect(after).toMatchObject({ mode: 'software', hardware: 0 });
		expect(after?.software).toBeGreaterThan(8000);
		// What load.ts takes of the processor on each path.
		for (const [phase, busy] of [
			[before, 0.55 + 0.03],
			[after, 0.2 + 0.03]
		] as const) {
			expect((phase?.busy ?? 0) / 10_000).toBeCloseTo(busy, 1);
			expect(phase?.cost).toBe(costOf(phase));
		}
		await setting.expectBack();
		// The trial was the same admin's.
		expect(await setting.admin.ask('get_change')).toMatchObject({
			report: { by: 'root' },
			outcome: { code: 'reverted', reason: { code: 'asked', by: 'root' } }
		});
	});

	it('of the CPU with hardware: the better one is kept', async ({ start }) => {
		const setting = await start('hardware-able');
		await setting.start({ mode: 'hardware', keep_better: true });
		const { report, answer } = await setting.ended();
		expect(answer).toMatchObject({ code: 'compared', better: true, kept: true });
		expect(report.phases[1]).toMatchObject({ mode: 'hardware', counted_by: 'connections', software: 0 });
		expect(setting.router.kernel.flowtable).toMatchObject({ hardware: true });
	});

	it('with an engine that takes nothing says so, and why', async ({ start }) => {
		const setting = await start('takes-nothing');
		await setting.start({ mode: 'off' });
		const { answer } = await setting.ended();
		expect(answer).toMatchObject({
			code: 'cannot_tell',
			doubt: { cause: 'not_offloaded', mode: 'hardware', reasons: [{ code: 'offloaded', path: 'software' }] }
		});
		await setting.expectBack();
	});

	it('without traffic changes nothing', async ({ start }) => {
		const setting = await start('no-traffic');
		await setting.start({ mode: 'software' });
		const { report, answer } = await setting.ended();
		expect(answer).toMatchObject({ code: 'cannot_tell', doubt: { cause: 'too_little' } });
		expect(report).toMatchObject({ change: null, idle_latency: 1150 });
		await setting.expectBack();
	});

	it('without counters changes nothing', async ({ start }) => {
		const setting = await start('uncounted');
		await setting.start({ mode: 'software' });
		const { answer } = await setting.ended();
		expect(answer).toMatchObject({ code: 'cannot_tell', doubt: { cause: 'not_counted' } });
		await setting.expectBack();
	});

	it('is stopped in its second phase, and the router goes back', async ({ start }) => {
		const setting = await start('cpu');
		const started = await setting.start({ mode: 'software', keep_better: true });
		const id = started.state === 'running' ? started.report.id : 0;
		await until('the change', PATIENCE, async () => {
			const comparison = await setting.look();
			return comparison.state === 'running' && comparison.report.change !== null;
		});
		await setting.admin.ask('stop_comparison', { id });
		const { answer } = await setting.ended();
		expect(answer).toEqual({ code: 'stopped', by: 'root' });
		await setting.expectBack();
	});

	it('is killed in its second phase, and the guard goes back', async ({ start }) => {
		const setting = await start('cpu');
		await setting.start({ mode: 'software', keep_better: true });
		await until('the change', PATIENCE, async () => {
			const comparison = await setting.look();
			return comparison.state === 'running' && comparison.report.change !== null;
		});
		setting.router.processes.kill('compare.mjs');
		const { answer } = await setting.ended();
		expect(answer).toEqual({ code: 'interrupted' });
		setting.router.clock.advance(300_000);
		await setting.expectBack();
	});

	it('in whose first phase somebody sets another mode tells nothing, and leaves that', async ({ start }) => {
		const setting = await start('cpu');
		setting.router.kernel.remove(HASTE);
		await setting.start({ mode: 'software' });
		await setting.admin.ask('start_change', { mode: 'software', trial: true });
		await until('the other mode', PATIENCE, () => setting.router.kernel.flowtable !== null);
		const { report, answer } = await setting.ended();
		expect(answer).toEqual({ code: 'cannot_tell', doubt: { cause: 'change_ended', outcome: null } });
		expect(report).toMatchObject({ change: null, phases: [] });
		expect(setting.router.kernel.flowtable).not.toBeNull();
	});

	it('of the mode that is set up is refused, as one beside a change is', async ({ start }) => {
		const setting = await start('cpu');
		expect(await setting.start({ mode: 'off' })).toMatchObject({
			problem: 'invalid_argument',
			argument: 'mode'
		});
		await setting.admin.ask('start_change', { mode: 'software', trial: true });
		expect(await setting.start({ mode: 'software' })).toEqual({ problem: 'change_running', by: 'root' });
		expect(await setting.admin.ask('stop_comparison', { id: 1 })).toEqual({ problem: 'no_comparison' });
	});
});
