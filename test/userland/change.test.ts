// SPDX-License-Identifier: Apache-2.0
/**
 * What became of a change of the mode when rpcd's rollback carried it, row by row of the table of issue 13, and what becomes
 * of it now that the router does: on OpenWrt's real programs.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Change, Mode } from '../../rpcd/api/index.ts';
import {
	FILE,
	groundText,
	loadedMode,
	look,
	modeIn,
	optionsIn,
	otherLines,
	prepare
} from '../faults/ground.ts';
import { until } from '../vm/until.ts';
import { Admin } from './admin.ts';
import { findParts } from './available.ts';
import { Machine } from './machine.ts';

const parts = await findParts();
if (typeof parts === 'string') console.log(`skipped, the change of the mode on OpenWrt's userland: ${parts}`);

/** Seconds: the shortest deadline there is, and one that does not come in a test. */
const SOON = 5;
const LATE = 60;
/** Seconds for the way back. */
const BACK = 30;

type Of<S extends Change['state']> = Extract<Change, { state: S }>;

describe.skipIf(typeof parts === 'string')('a change of the mode on OpenWrt’s userland', () => {
	let running: Machine | undefined;
	let stock = '';
	let admin: Admin;

	const machine = (): Machine => {
		if (!running) throw new Error('not started');
		return running;
	};

	beforeAll(async () => {
		if (typeof parts === 'string') return;
		running = await Machine.start(parts);
		stock = readFileSync(running.path(FILE), 'latin1');
	}, 60_000);

	afterAll(async () => {
		await running?.stop();
	});

	const ground = (mode: Mode): Promise<unknown> => prepare(machine(), groundText(stock, mode));

	beforeEach(async () => {
		await ground('off');
		admin = await Admin.login(machine());
	});

	/** The change in a state, as soon as somebody who logs in now is told so. */
	async function seen<S extends Change['state']>(state: S, seconds = BACK): Promise<Of<S>> {
		let last: Change = { state: 'none' };
		const watcher = await until('a session', 30, () => Admin.login(machine()));
		await until(`the change to be ${state}`, seconds, async () => {
			last = await watcher.change();
			return last.state === state;
		}).catch((error: unknown) => {
			throw new Error(`${String(error)}: ${JSON.stringify(last)}`);
		});
		return last as Of<S>;
	}

	async function proving(mode: Mode, seconds = LATE): Promise<number> {
		await admin.start({ mode, seconds });
		return (await seen('proving')).report.id;
	}

	/** What the file says and firewall4 has loaded, once both are the same; and nothing is left behind. */
	async function settled(): Promise<Mode> {
		let mode: Mode = 'off';
		await until('the firewall as the file says, and nothing left behind', 15, async () => {
			const sight = await look(machine());
			mode = modeIn(optionsIn(sight));
			return loadedMode(sight) === mode && !sight.marker && sight.guards === '' && !sight.service;
		});
		return mode;
	}

	const text = (): string => readFileSync(machine().path(FILE), 'latin1');

	const reverted = (code: string): object => ({ code: 'reverted', reason: { code }, loaded: true });

	describe('the router is restarted, or rpcd, inside the window', () => {
		test('a restart without a warning comes back in the old mode, and says so', async () => {
			const before = text();
			await proving('software');
			await machine().reset();
			expect((await seen('ended')).outcome).toMatchObject(reverted('restarted'));
			expect(await settled()).toBe('off');
			expect(text()).toBe(before);
		});

		test('a restart on a full flash loads the old mode all the same, and the file follows once there is room', async () => {
			const before = text();
			await proving('software');
			await machine().shell('dd if=/dev/zero of=/ballast bs=4k 2>/dev/null || true');
			await machine().reset();
			await seen('reverting');
			const sight = await look(machine());
			expect([modeIn(optionsIn(sight)), loadedMode(sight)]).toEqual(['software', 'off']);
			await machine().shell('rm /ballast');
			expect((await seen('ended')).outcome).toMatchObject(reverted('restarted'));
			expect(await settled()).toBe('off');
			expect(text()).toBe(before);
			expect((await look(machine())).staged).toBe('');
		});

		test('a restart with the boot script disarmed: who looks first has it taken back', async () => {
			await proving('software');
			await machine().shell('mv /etc/rc.d/S15nft-offload /etc/rc.d/off');
			try {
				await machine().reset();
				expect((await seen('ended')).outcome).toMatchObject(reverted('restarted'));
			} finally {
				await machine().shell('mv /etc/rc.d/off /etc/rc.d/S15nft-offload');
			}
			expect(await settled()).toBe('off');
		});

		test('procd told to forget the guard: who looks brings it back, and it goes back at the deadline', async () => {
			await proving('software', SOON + 2);
			await machine().shell(`ubus call service delete '{"name":"nft-offload"}'`);
			expect((await seen('ended')).outcome).toMatchObject(reverted('time_over'));
			expect(await settled()).toBe('off');
		});

		test('rpcd reloaded: it goes back at the deadline', async () => {
			await proving('software', SOON + 2);
			await machine().shell('/etc/init.d/rpcd reload');
			expect((await seen('ended')).outcome).toMatchObject(reverted('time_over'));
			expect(await settled()).toBe('off');
		});

		test('rpcd and the guard killed: another guard goes back at the deadline', async () => {
			await proving('software', SOON + 2);
			await machine().shell(`kill -9 $(pidof rpcd) $(pgrep -f '[c]hange/guard.uc')`);
			expect((await seen('ended')).outcome).toMatchObject(reverted('time_over'));
			expect(await settled()).toBe('off');
		});
	});

	test('the page’s own connection proves nothing: asked by a page all the time, the router does not keep', async () => {
		const { proof } = await admin.start({ mode: 'software', seconds: SOON }).then(() => seen('proving'));
		expect(proof).toMatchObject({ lacks: 'connections', looks: 0 });
		expect((await seen('ended')).outcome).toMatchObject(reverted('time_over'));
		expect(await settled()).toBe('off');
	});

	test('a mode that was set up already is proved by a load of its own, however late that comes', async () => {
		await machine().shell('mkdir -p /tmp/kernel; echo wan >/tmp/kernel/busy');
		try {
			await ground('hardware');
			expect(loadedMode(await look(machine()))).toBe('software');
			// firewall4 waits for its lock.
			await machine().shell('flock /var/run/fw4.lock sleep 4 >/dev/null 2>&1 &');
			const { state, ...change } = await admin.start({ mode: 'software', seconds: LATE });
			expect(['starting', 'loading']).toContain(state);
			const id = 'report' in change ? change.report.id : 0;
			await seen('loading');
			await expect(admin.decide('keep', id)).rejects.toThrow('not_set_up');
			const before = (await look(machine())).flowtables;
			await seen('proving');
			expect((await look(machine())).flowtables).not.toBe(before);
			expect(await admin.decide('keep', id)).toMatchObject({ outcome: { code: 'kept', proved: false } });
			expect(await settled()).toBe('software');
		} finally {
			await machine().shell('rm /tmp/kernel/busy');
		}
	});

	test('what another session of the same user keeps stays kept', async () => {
		const id = await proving('software', SOON + 2);
		await admin.loginAgain();
		expect(await admin.decide('keep', id)).toMatchObject({ outcome: { code: 'kept', by: 'root' } });
		const kept = Date.now();
		await until(
			'the moment at which it would have gone back',
			30,
			() => Date.now() - kept > (SOON + 3) * 1000
		);
		expect(await settled()).toBe('software');
		await machine().reset();
		expect(await settled()).toBe('software');
	});

	test('a page that is loaded again finds the change, and nothing is staged anywhere', async () => {
		await admin.check('software');
		expect(await admin.staged()).toEqual([]);
		const id = await proving('software');
		expect(await admin.staged()).toEqual([]);
		const other = await Admin.login(machine());
		expect(await other.change()).toMatchObject({
			state: 'proving',
			report: { id, by: 'root', seconds: LATE }
		});
		await expect(other.start({ mode: 'hardware', seconds: LATE })).rejects.toThrow('change_running');
		await other.stage('neighbour', { name: 'as-another-wants' });
		await other.apply(10);
		await other.confirm();
		expect(await other.decide('undo', id)).toMatchObject({
			state: expect.stringMatching('reverting|ended') as string
		});
		expect((await seen('ended')).outcome).toMatchObject(reverted('asked'));
		expect(await settled()).toBe('off');
		expect((await look(machine())).read).toContain(`copy.neighbour.name='as-another-wants'`);
	});

	test('of twenty starts at one moment one wins, and the others are told whose it is', async () => {
		const script =
			'for i in $(seq 20); do ubus -t 60 call luci.nft-offload start_change \'{"mode":"software"}\' >/tmp/start.$i & done; wait; cat /tmp/start.*; rm /tmp/start.*';
		const said = await machine().shell(script);
		expect([...said.matchAll(/"problem": "(\w+)"/g)].map(([, problem]) => problem)).toEqual(
			Array(19).fill('change_running')
		);
		const { report } = await seen('proving');
		await admin.decide('undo', report.id);
		expect((await seen('ended')).outcome).toMatchObject(reverted('asked'));
		expect(await settled()).toBe('off');
	});

	test('from a value that firewall4 dies of, the way back is Off, and it is loaded', async () => {
		await machine().shell('uci set firewall.@defaults[0].flow_offloading=maybe; uci commit firewall');
		expect(await admin.check('software')).toMatchObject({
			previous: 'off',
			way_back: { flow_offloading: '0' }
		});
		const id = await proving('software');
		await admin.decide('undo', id);
		expect((await seen('ended')).outcome).toMatchObject(reverted('asked'));
		expect(optionsIn(await look(machine()))).toMatchObject({ flow_offloading: '0' });
		expect(await settled()).toBe('off');
	});

	describe('a file that is never written', () => {
		test('on a flash that takes nothing: that is what is said, and nothing is left behind', async () => {
			const before = text();
			await machine().remount('ro');
			try {
				const said = await admin.start({ mode: 'software', seconds: SOON }).catch((error: unknown) => error);
				if (!(said instanceof Error)) expect((await seen('ended')).outcome.code).toBe('not_written');
			} finally {
				await machine().remount('rw');
			}
			expect(await settled()).toBe('off');
			expect(text()).toBe(before);
		});

		test('on a full one: refused', async () => {
			const before = text();
			await machine().shell('dd if=/dev/zero of=/ballast bs=4k 2>/dev/null || true');
			try {
				await expect(admin.start({ mode: 'software', seconds: SOON })).rejects.toThrow('flash_full');
			} finally {
				await machine().shell('rm /ballast');
			}
			expect(text()).toBe(before);
		});
	});

	describe('beside another admin', () => {
		test('nothing starts while his apply waits for its confirmation', async () => {
			const other = await Admin.login(machine());
			await other.stage('neighbour', { name: 'as-another-wants' });
			await other.apply(20);
			await expect(admin.start({ mode: 'software', seconds: SOON })).rejects.toThrow('apply_pending');
			await other.confirm();
		});

		test('what is kept is not taken back by an apply that began before the file was written', async () => {
			const other = await Admin.login(machine());
			await other.stage('neighbour', { name: 'as-another-wants' });
			// The flash takes its time between the marker and the file.
			await machine().shell(
				'mv /bin/sync /bin/sync.at-once; printf "#!/bin/sh\\nsleep 3\\n" >/bin/sync; chmod +x /bin/sync'
			);
			try {
				const started = admin.start({ mode: 'software', seconds: LATE });
				await until('the marker', 20, async () => (await look(machine())).marker);
				await other.apply(12);
				await started;
			} finally {
				await machine().shell('mv /bin/sync.at-once /bin/sync');
			}
			const { report } = await seen('proving');
			await admin.decide('keep', report.id);
			// rpcd takes the apply back, and the file is as it was.
			expect((await seen('ended')).outcome).toMatchObject({ code: 'superseded' });
			expect(await settled()).toBe('off');
		});

		test('what is kept while his apply waits is kept once that is confirmed', async () => {
			const id = await proving('software');
			const other = await Admin.login(machine());
			await other.stage('neighbour', { name: 'as-another-wants' });
			await other.apply(30);
			expect(await admin.decide('keep', id)).toMatchObject({ state: 'proving' });
			await other.confirm();
			expect((await seen('ended')).outcome).toMatchObject({ code: 'kept', by: 'root' });
			expect(await settled()).toBe('software');
		});

		test('a file that he leaves without defaults has both options absent, and that is loaded', async () => {
			await proving('software');
			await machine().shell('uci delete firewall.@defaults[0]; uci commit firewall');
			expect((await seen('ended')).outcome).toMatchObject({
				code: 'superseded',
				options: { flow_offloading: null, flow_offloading_hw: null }
			});
			expect(await settled()).toBe('off');
		});

		test('the way back waits for an apply, whose rollback brings the change back', async () => {
			await proving('software', SOON);
			const other = await Admin.login(machine());
			await other.stage('neighbour', { name: 'as-another-wants' });
			// rpcd keeps the file as it is now, with the new options.
			await other.apply(10);
			await until('the way back to wait', 20, async () => {
				const change = await admin.change();
				return change.state === 'reverting' && change.waits_for?.code === 'apply';
			});
			expect((await seen('ended')).outcome).toMatchObject(reverted('time_over'));
			expect(await settled()).toBe('off');
			expect((await look(machine())).read).toContain(`copy.neighbour.name='as-it-was'`);
		});

		test('options that he sets meanwhile stay, and the change says so', async () => {
			await proving('software');
			const other = await Admin.login(machine());
			await other.stage('@defaults[0]', { flow_offloading_hw: '1' });
			await other.apply(20);
			await other.confirm();
			const { outcome } = await seen('ended');
			expect(outcome).toMatchObject({ code: 'superseded', options: { flow_offloading_hw: '1' } });
			expect(await settled()).toBe('hardware');
		});

		test('what the command line has staged is not taken along, and stays staged', async () => {
			await machine().shell(`uci set firewall.neighbour.src_port='4242'`);
			const id = await proving('software');
			await admin.decide('keep', id);
			expect(await settled()).toBe('software');
			const sight = await look(machine());
			expect(sight.staged).toContain(`src_port='4242'`);
			expect(otherLines(sight.text)).toEqual(otherLines(groundText(stock, 'off')));
		});
	});

	test('the service is stopped, as before a removal or an upgrade: it goes back first', async () => {
		await proving('hardware');
		await machine().shell('/etc/init.d/nft-offload stop');
		expect((await seen('ended', 1)).outcome).toMatchObject(reverted('stopped'));
		expect(await settled()).toBe('off');
	});

	test('stopped in its first moments it does not begin, or goes back: it is not left without a guard', async () => {
		for (const rest of [0, 40, 80, 120, 160, 200, 250, 300]) {
			await ground('off');
			const started = admin
				.start({ mode: 'software', seconds: LATE })
				.catch((error: unknown) => String(error));
			await machine()
				.shell(`until [ -e /var/run/nft-offload/order.json ] || [ -e /var/run/nft-offload/order.taken ]; do :; done
				usleep ${rest * 1000} 2>/dev/null || sleep 0
				/etc/init.d/nft-offload stop`);
			const said = await started;
			if (typeof said === 'string') expect(said).toContain('change_not_started');
			expect(await settled(), `after ${rest} ms`).toBe('off');
			expect(['none', 'ended']).toContain((await admin.change()).state);
		}
	}, 180_000);

	test('without the boot script nothing starts', async () => {
		await machine().shell('mv /etc/rc.d/S15nft-offload /etc/rc.d/off');
		try {
			await expect(admin.start({ mode: 'software', seconds: SOON })).rejects.toThrow('not_guarded');
		} finally {
			await machine().shell('mv /etc/rc.d/off /etc/rc.d/S15nft-offload');
		}
	});
});
