// SPDX-License-Identifier: Apache-2.0
/**
 * The shipped plugin and the shipped guard on the virtual router, from the start of a change to its end: what an admin, another
 * one, a crash and the flash can do to it. Whatever happens, the router ends in the old mode or the new one, and says which.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test as base } from 'vitest';
import { until } from '../vm/until.ts';
import { Admin, told } from './admin.ts';
import { isObject, type JsonObject } from './bus.ts';
import { install, type Installed } from './installed.ts';
import { VirtualRouter } from './router.ts';
import type { Mode } from '../../rpcd/api/index.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';
import { USERS } from './users.ts';

const SECONDS = 60;

let installed: Installed;

beforeAll(async () => {
	installed = await install();
});

afterAll(() => {
	installed.remove();
});

interface Setting {
	router: VirtualRouter;
	admin: Admin;
	/** The firewall's file before the change. */
	before: string;
}

interface Fixtures {
	/** A router, which is gone after the test. */
	start: (scenario: ScenarioName) => Promise<Setting>;
	/** One on which a change has begun whose mode is set up. */
	proving: (scenario: ScenarioName, mode: Mode, args?: JsonObject) => Promise<Setting>;
}

const it = base.extend<Fixtures>({
	// eslint-disable-next-line no-empty-pattern -- Vitest reads from this which fixtures it needs
	start: async ({}, use) => {
		const routers: VirtualRouter[] = [];
		await use(async (scenario) => {
			const router = await VirtualRouter.start(SCENARIOS[scenario], { ...installed, users: USERS });
			routers.push(router);
			return { router, admin: new Admin(router), before: router.firewallFile() };
		});
		for (const router of routers) router.stop();
	},
	proving: async ({ start }, use) => {
		await use(async (scenario, mode, args = {}) => {
			const setting = await start(scenario);
			const begun = await setting.admin.ask('start_change', { mode, seconds: SECONDS, ...args });
			expect(told(begun)).toMatch(/^(starting|loading)/);
			await becomes(setting.admin, /^proving/);
			return setting;
		});
	}
});

/** Waits until the router tells this of the change. */
async function becomes(admin: Admin, wanted: RegExp): Promise<JsonObject> {
	let change: JsonObject = {};
	await until(`a change that is ${wanted.source}`, 40, async () => {
		change = await admin.ask('get_change');
		return wanted.test(told(change));
	});
	return change;
}

const proofOf = ({ proof }: JsonObject): JsonObject => (isObject(proof) ? proof : {});

/** Waits until the proof is complete, or until the watch has looked as often as a complete one takes, and again. */
async function looksOf(setting: Setting): Promise<JsonObject> {
	const { admin, router } = setting;
	const enough = router.uptime + 14;
	let proof: JsonObject = {};
	await until('a proof', 40, async () => {
		proof = proofOf(await admin.ask('get_change'));
		return proof['lacks'] === null || router.uptime >= enough;
	});
	return proof;
}

/** Nothing is left that could change the router again, and the next change can begin. */
async function expectNothingLeft({ router, admin }: Setting): Promise<void> {
	await until('the end of the guard', 10, () => router.procd.services.length === 0);
	expect(existsSync(join(router.root, 'etc/nft-offload/change.json'))).toBe(false);
	expect(await admin.ask('check_change', { mode: 'off' })).toMatchObject({ mode: 'off' });
	expect(router.procd.log).toEqual([]);
}

/** It is as it was before the change, and says why. */
async function expectReverted(setting: Setting, reason: string): Promise<void> {
	const { router, admin, before } = setting;
	expect(told(await becomes(admin, /^ended/))).toBe(`ended reverted ${reason}`);
	expect(await admin.ask('get_change')).toMatchObject({ outcome: { loaded: true } });
	expect(router.firewallFile()).toBe(before);
	expect(router.kernel.flowtable).toBeNull();
	await expectNothingLeft(setting);
}

describe.concurrent('a change', () => {
	it('is kept by who watches its proof', async ({ proving }) => {
		const setting = await proving('cpu', 'software');
		const { router, admin } = setting;
		expect(await looksOf(setting)).toMatchObject({ lacks: null, looks: 3 });
		expect(await admin.decide('keep_change')).toMatchObject({
			state: 'ended',
			report: { by: 'root', mode: 'software', previous: 'off' },
			outcome: { code: 'kept', by: 'root', proved: true }
		});
		expect(router.firewallFile()).toContain("\toption flow_offloading '1'\n");
		expect(router.kernel.flowtable).toEqual({ devices: ['br-lan', 'wan'], hardware: false });
		await expectNothingLeft(setting);
	});

	it('is taken back when nobody keeps it, byte for byte, and what others have staged stays staged', async ({
		start
	}) => {
		const setting = await start('cpu');
		const { router, admin } = setting;
		const other = new Admin(router);
		for (const { sid } of [admin, other])
			router.staging.stage(sid, 'firewall', ['set', 'cfg01e63d', 'input', 'DROP']);
		await admin.ask('start_change', { mode: 'software', seconds: SECONDS });
		await becomes(admin, /^proving/);
		router.clock.advance(SECONDS * 1000);
		await expectReverted(setting, 'time_over');
		expect([admin.staged('firewall'), other.staged('firewall')]).toEqual([1, 1]);
	});

	it('is taken back on demand, by another admin', async ({ proving }) => {
		const setting = await proving('cpu', 'software');
		const other = new Admin(setting.router);
		expect(told(await other.decide('undo_change'))).toMatch(/^(reverting|ended)/);
		await expectReverted(setting, 'asked');
	});

	it('is one of twenty that are started at the same moment, and the others are told whose it is', async ({
		start
	}) => {
		const { router, admin } = await start('cpu');
		const answers = await Promise.all(
			Array.from({ length: 20 }, () => admin.ask('start_change', { mode: 'software', seconds: SECONDS }))
		);
		const others = answers.filter((answer) => 'problem' in answer);
		expect(others).toEqual(Array(19).fill({ problem: 'change_running', by: 'root' }));
		expect(told(answers.find((answer) => !('problem' in answer)) ?? {})).toMatch(
			/^(starting|loading|proving)/
		);
		const left = readdirSync(join(router.root, 'var/run/nft-offload'));
		expect(left.filter((name) => /order|aside/.test(name))).toEqual([]);
	});

	it('can begin as soon as the one before has ended', async ({ proving }) => {
		const { admin } = await proving('cpu', 'software');
		await admin.decide('keep_change');
		for (const mode of ['off', 'software']) {
			const begun = await admin.ask('start_change', { mode, seconds: SECONDS });
			expect(told(begun)).toMatch(/^(starting|loading)/);
			await admin.decide('undo_change');
			await becomes(admin, /^ended reverted asked/);
		}
		expect(await admin.ask('install_package')).not.toHaveProperty('problem');
	});

	it('is one at a time, and the second admin is told whose it is', async ({ proving }) => {
		const { router, admin } = await proving('cpu', 'software');
		const other = new Admin(router);
		const refused = await other.ask('start_change', { mode: 'off' });
		expect(refused).toEqual({ problem: 'change_running', by: 'root' });
		expect(await other.ask('install_package')).toEqual({ problem: 'change_running', by: 'root' });
		expect(told(await admin.ask('get_change'))).toBe('proving');
	});

	it('outlives its guard, its session, and rpcd', async ({ proving }) => {
		const setting = await proving('cpu', 'software');
		const { router } = setting;
		const [guard = 0] = router.procd.running;
		process.kill(guard, 'SIGKILL');
		router.reloadRpcd();
		router.sessions.destroy(setting.admin.sid);
		router.clock.advance(SECONDS * 1000);
		await until('another guard', 10, () => router.procd.running.some((pid) => pid !== guard));
		await expectReverted({ ...setting, admin: new Admin(router) }, 'time_over');
	});

	it('ends where somebody has set the options otherwise', async ({ proving }) => {
		const setting = await proving('hardware-able', 'hardware');
		const { router, admin } = setting;
		const other = new Admin(router);
		expect(await other.apply('flow_offloading_hw', '0', 30)).toBe(0);
		await becomes(admin, /^ended superseded/);
		await other.call('uci', 'confirm');
		await until('the reload', 10, () => router.kernel.flowtable?.hardware === false);
		expect(router.firewallFile()).toContain("\toption flow_offloading_hw '0'\n");
		await expectNothingLeft(setting);
	});

	it('does not start while an apply waits', async ({ start }) => {
		const { router, admin } = await start('cpu');
		const other = new Admin(router);
		await other.apply('input', 'DROP', 30);
		expect(await admin.ask('start_change', { mode: 'software' })).toEqual({ problem: 'apply_pending' });
	});

	it('goes back for good only once an apply that could bring it back has ended', async ({ proving }) => {
		const setting = await proving('cpu', 'software');
		const { router, admin } = setting;
		// Its snapshot holds the change, which its rollback restores after the way back.
		await new Admin(router).apply('input', 'DROP', 30);
		await admin.decide('undo_change');
		await becomes(admin, /^reverting asked apply/);
		expect(router.firewallFile()).not.toContain('flow_offloading');
		router.clock.advance(30_000);
		expect(router.firewallFile()).toContain('flow_offloading');
		expect(told(await becomes(admin, /^ended/))).toBe('ended reverted asked');
		expect(router.firewallFile()).not.toContain('flow_offloading');
		await until('the reload', 10, () => router.kernel.flowtable === null);
		await expectNothingLeft(setting);
	});

	it('whose guard dies once the file is written is written, whoever applies meanwhile', async ({
		proving
	}) => {
		const { router, admin } = await proving('cpu', 'software');
		await new Admin(router).apply('input', 'DROP', 30);
		router.processes.kill('guard.mjs');
		// As a guard leaves it that dies between the file and its record.
		const record = join(router.root, 'var/run/nft-offload/change.json');
		const text = readFileSync(record, 'utf8');
		writeFileSync(record, text.replace('"phase": "proving"', '"phase": "starting"'));
		expect(told(await becomes(admin, /^(proving|ended)/))).toBe('proving');
	});

	it('leaves what somebody has added to the file meanwhile', async ({ proving }) => {
		const setting = await proving('cpu', 'software');
		const { router, admin, before } = setting;
		const added = "\nconfig redirect # at noon\n\toption name 'game'\n";
		router.writeFirewall(router.firewallFile() + added);
		await admin.decide('undo_change');
		await becomes(admin, /^ended reverted asked/);
		expect(router.firewallFile()).toBe(before + added);
		await expectNothingLeft(setting);
	});

	it('begins its proof anew with each load of the firewall', async ({ proving }) => {
		const setting = await proving('cpu', 'software');
		const { router, admin } = setting;
		await until('a look', 20, async () => proofOf(await admin.ask('get_change'))['looks'] === 1);
		router.firewall.load();
		await until('a new proof', 10, async () => proofOf(await admin.ask('get_change'))['looks'] === 0);
		expect(told(await admin.ask('get_change'))).toBe('proving');
	});

	it('goes back when its service is stopped, as before the package is removed', async ({ proving }) => {
		const setting = await proving('cpu', 'software');
		await setting.router.processes.run([join(setting.router.root, 'etc/init.d/nft-offload'), 'stop']);
		await expectReverted(setting, 'stopped');
	});
});

describe.concurrent('the proof', () => {
	it('of hardware is complete where packets go both ways', async ({ proving }) => {
		const setting = await proving('hardware-able', 'hardware');
		expect(await looksOf(setting)).toMatchObject({ lacks: null, looks: 3 });
	});

	it('of an engine that swallows what it takes is never complete', async ({ proving }) => {
		const setting = await proving('swallows', 'hardware');
		const proof = await looksOf(setting);
		expect(proof).toMatchObject({ lacks: 'movement' });
		expect(proof['connections']).toBeGreaterThan(0);
		setting.router.clock.advance(SECONDS * 1000);
		await expectReverted(setting, 'time_over');
	});

	it.for([
		['no-traffic', 'connections'],
		['uncounted', 'counters']
	] as const)(
		'on a router with %s lacks %s, and an admin can keep the change all the same',
		async ([scenario, lacks], { proving }) => {
			const setting = await proving(scenario, 'hardware');
			await until(
				'a look',
				20,
				async () => proofOf(await setting.admin.ask('get_change'))['lacks'] === lacks
			);
			expect(await setting.admin.decide('keep_change')).toMatchObject({
				outcome: { code: 'kept', proved: false }
			});
			await expectNothingLeft(setting);
		}
	);

	it('of off is that packets go past no flowtable', async ({ proving }) => {
		const setting = await proving('software', 'off');
		expect(await looksOf(setting)).toMatchObject({ lacks: null, others: 0 });
	});
});

describe.concurrent('a restart in its middle', () => {
	it.for(['crashes', 'loses nothing'] as const)('brings the old mode back (%s)', async (how, { proving }) => {
		const setting = await proving('hardware-able', 'hardware', { trial: true });
		const { router } = setting;
		const restart = router.reboot(how);
		expect(router.reachable).toBe(false);
		router.clock.advance(3000);
		await restart;
		expect(router.reachable).toBe(true);
		await expectReverted({ ...setting, admin: new Admin(router) }, 'restarted');
	});

	it('by a driver that panics is the last one', async ({ start }) => {
		const setting = await start('panics');
		const { router, admin } = setting;
		await admin.ask('start_change', { mode: 'hardware', seconds: SECONDS });
		await until('the panic', 40, () => !router.reachable);
		await until('the router', 40, () => router.reachable);
		await expectReverted({ ...setting, admin: new Admin(router) }, 'restarted');
	});

	it('whose marker the flash has cut off is told, with the mode that has stayed', async ({ proving }) => {
		const { router } = await proving('hardware-able', 'hardware', { trial: true });
		const marker = join(router.root, 'etc/nft-offload/change.json');
		writeFileSync(marker, readFileSync(marker).subarray(0, 40));
		router.flash.sync();
		const restart = router.reboot('crashes');
		router.clock.advance(3000);
		await restart;
		const again = new Admin(router);
		const lost = await again.ask('get_change');
		expect(lost).toEqual({ state: 'lost', id: expect.any(Number) as number, mode: 'hardware' });
		const status = await again.ask('get_status');
		expect(status).toMatchObject({ change: lost['id'] });
		// Counters begin at the boot, with nothing.
		expect(JSON.stringify(status['load'])).not.toMatch(/:-/);
		expect([existsSync(marker), router.kernel.flowtable?.hardware]).toEqual([false, true]);
		expect(told(await again.ask('start_change', { mode: 'off', seconds: SECONDS }))).toMatch(
			/^(starting|loading)/
		);
	});

	it('with a flash that takes nothing at first: brings it back later, and says so once it is loaded', async ({
		start
	}) => {
		const { router, admin } = await start('software-able');
		await admin.ask('start_change', { mode: 'hardware', seconds: SECONDS });
		await becomes(admin, /^proving/);
		router.flash.state = 'read-only';
		const restart = router.reboot('crashes');
		router.clock.advance(3000);
		await restart;
		const again = new Admin(router);
		await becomes(again, /^reverting restarted file/);
		expect(router.kernel.flowtable?.hardware).toBe(true);
		router.firewall.refuses = true;
		router.flash.state = 'works';
		await becomes(again, /^reverting restarted firewall/);
		const { uptime } = router;
		await until('some steps', 20, () => router.uptime > uptime + 3);
		expect(told(await again.ask('get_change'))).toBe('reverting restarted firewall');
		router.firewall.refuses = false;
		router.firewall.load();
		expect(await becomes(again, /^ended/)).toMatchObject({ outcome: { code: 'reverted', loaded: true } });
		expect(router.kernel.flowtable?.hardware).toBe(false);
	});
});

describe.concurrent('the flash', () => {
	it('that is full takes no change, and the file stays', async ({ start }) => {
		const setting = await start('flash-fills');
		const { admin, router, before } = setting;
		await admin.ask('start_change', { mode: 'software', seconds: SECONDS });
		await becomes(admin, /^ended not_written/);
		expect(router.firewallFile()).toBe(before);
		await expectNothingLeft(setting);
	});

	it('that takes nothing makes the way back wait', async ({ proving }) => {
		const setting = await proving('flash-fails', 'software');
		const { router, admin } = setting;
		await admin.decide('undo_change');
		await becomes(admin, /^reverting asked file/);
		router.clock.advance(30_000);
		await expectReverted(setting, 'asked');
	});
});

describe.concurrent('a router that a change cuts off', () => {
	it('is back once the change is', async ({ proving }) => {
		const setting = await proving('cut-off', 'software');
		expect(setting.router.reachable).toBe(false);
		setting.router.clock.advance(SECONDS * 1000);
		await expectReverted(setting, 'time_over');
		expect(setting.router.reachable).toBe(true);
	});
});
