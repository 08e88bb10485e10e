// SPDX-License-Identifier: Apache-2.0
/**
 * The installation with the real apk and the real opkg, over the real rpcd, from a feed on the loopback interface:
 * `feed/` beside a root file system's archive (see test/packaging/roots.ts), with the package index, the three
 * packages, and for apk an index without them, `other.adb`.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findRoots, type Manager } from '../packaging/roots.ts';
import { Feed } from './feed.ts';
import { edit, Machine, prepare } from './machine.ts';

const SECONDS = 1000;
const KMOD = /^kmod-.*\.(apk|ipk)$/;

for (const manager of ['apk', 'opkg'] as const) {
	const roots = findRoots(manager);
	const usable = typeof roots === 'string' ? [] : roots.filter(({ archive }) => existsSync(feedOf(archive)));
	if (usable.length === 0)
		it.skip(
			`the real ${manager}: ${typeof roots === 'string' ? roots : 'no feed/ beside the root file system'}`
		);
	for (const { name, archive } of usable)
		describe(`the real ${manager} of ${name}`, { timeout: 120 * SECONDS }, () => {
			suite(manager, archive);
		});
}

function feedOf(archive: string): string {
	return join(dirname(archive), 'feed');
}

/** The feed, with opkg's list signed by a key of the root's own. */
function signedFeed(manager: Manager, archive: string, root: string): string {
	const directory = mkdtempSync(join(tmpdir(), 'nft-offload-feed-'));
	cpSync(feedOf(archive), directory, { recursive: true });
	if (manager === 'opkg') {
		const inRoot = join(root, 'tmp/feed');
		mkdirSync(inRoot);
		writeFileSync(join(inRoot, 'Packages'), gunzipSync(readFileSync(join(directory, 'Packages.gz'))));
		const key = `cd /tmp/feed && usign -G -s secret -p public && usign -S -m Packages -s secret -x Packages.sig &&
			cp public /etc/opkg/keys/$(usign -F -p public)`;
		const outcome = spawnSync('chroot', [root, '/bin/sh', '-c', `export PATH=/usr/bin:/bin; ${key}`]);
		expect(outcome.status, outcome.stderr.toString()).toBe(0);
		cpSync(join(inRoot, 'Packages.sig'), join(directory, 'Packages.sig'));
		rmSync(inRoot, { recursive: true });
	}
	return directory;
}

function suite(manager: Manager, archive: string): void {
	let base = '';
	let directory = '';
	let feed: Feed;
	let router: Machine;

	beforeAll(async () => {
		base = prepare(manager, archive);
		directory = signedFeed(manager, archive, base);
		feed = await Feed.start(directory);
	});
	afterAll(async () => {
		await feed.stop();
		for (const each of [base, directory]) rmSync(each, { recursive: true, force: true });
	});
	beforeEach(() => {
		router = new Machine(base, manager, feed.url);
		feed.asked.length = 0;
	});
	afterEach(async () => {
		feed.release();
		await router.remove();
	});

	const database = manager === 'apk' ? 'lib/apk/db/installed' : 'usr/lib/opkg/status';
	const downloaded = (): string[] => feed.asked.filter((name) => KMOD.test(name));
	const versions = (): (string | null)[] => router.details().packages.map(({ version }) => version);
	/** A job that fails so, with these words of the manager's in its log, and changes nothing. */
	const fails = async (failure: object, words: RegExp): Promise<void> => {
		const before = readFileSync(router.path(database));
		const { job, log } = await router.install();
		expect(job).toMatchObject({ state: 'failed', failure });
		expect(log).toMatch(words);
		expect(readFileSync(router.path(database)).equals(before)).toBe(true);
		expect(job.changes).toEqual({ installed: [], module_loaded: false, firewall_reloaded: false });
	};

	it('installs, loads the module, reloads the firewall and tells what changed', async () => {
		await router.boot();
		expect(router.details()).toMatchObject({ manager, kernel: { fits: true }, module: { state: 'missing' } });
		feed.hold = /^kmod-nf-flow/;
		router.call('install_package');
		await expect.poll(() => feed.holds, { timeout: 20 * SECONDS }).toBe(true);
		await expect.poll(() => router.job()).toMatchObject({ state: 'running', report: { step: 'install' } });
		feed.release();
		const { job, log } = await router.ended();
		expect(job).toMatchObject({ state: 'succeeded', report: { step: 'verify' } });
		expect(log).toMatch(/Installing kmod-nft-offload/);
		expect(versions()).not.toContain(null);
		expect(router.details().module.state).toBe('loaded');
		expect(readFileSync(router.path('tmp/firewall'), 'utf8')).toBe('reload\n');
	});

	it('shows each step, and what it counts', async () => {
		await router.boot();
		const { job, steps } = await router.install();
		expect(job.state).toBe('succeeded');
		expect(['check', 'update', 'match', 'install', 'reload', 'verify']).toEqual(
			expect.arrayContaining(steps)
		);
		expect(job.changes).toEqual({
			installed: router.details().packages.filter(({ name }) => name !== 'kmod-nft-nat'),
			module_loaded: true,
			firewall_reloaded: true
		});
	});

	it('does nothing where all is there, and asks no feed', async () => {
		await router.boot();
		await router.install();
		feed.asked.length = 0;
		const { job } = await router.install();
		expect(job).toMatchObject({ state: 'succeeded', changes: { installed: [], firewall_reloaded: false } });
		expect(feed.asked).toEqual([]);
	});

	it('loads the module of a package that is there', async () => {
		await router.boot();
		await router.install();
		await router.cutPower();
		await router.boot();
		feed.asked.length = 0;
		expect(router.details().module.state).toBe('loadable');
		const { job } = await router.install();
		expect(job).toMatchObject({ state: 'succeeded', changes: { installed: [], module_loaded: true } });
		expect(feed.asked).toEqual([]);
	});

	it('refuses a second job while one runs', async () => {
		await router.boot();
		feed.hold = /./;
		router.call('install_package');
		expect(router.call('install_package')).toEqual({ problem: 'job_running' });
		feed.release();
		await router.ended();
	});

	it('goes on when rpcd is killed and started again', async () => {
		await router.boot();
		feed.hold = KMOD;
		router.call('install_package');
		await expect.poll(() => feed.holds, { timeout: 20 * SECONDS }).toBe(true);
		expect(router.kill(/^rpcd /)).toBe(1);
		await expect
			.poll(() => router.run('ubus', 'list'), { timeout: 20 * SECONDS })
			.toContain('luci.nft-offload');
		expect(router.job()).toMatchObject({ state: 'running', report: { step: 'install' } });
		feed.release();
		expect((await router.ended()).job.state).toBe('succeeded');
	});

	it('tells that there is no network', async () => {
		router.useFeed(manager, 'http://127.0.0.1:1');
		await router.boot();
		await fails({ code: 'no_network' }, /wget.* 4/);
	});

	it('tells that the feed is gone', async () => {
		router.useFeed(manager, `${feed.url}/gone/${manager === 'apk' ? 'gone.adb' : 'gone.d'}`);
		if (manager === 'opkg') feed.hold = null;
		await router.boot();
		if (manager === 'opkg') {
			const index = join(directory, 'Packages.gz');
			cpSync(index, `${index}.kept`);
			rmSync(index);
			await fails({ code: 'feed_gone' }, /wget returned 8/).finally(() => {
				cpSync(`${index}.kept`, index);
			});
		} else await fails({ code: 'feed_gone' }, /wget: exited with error 8/);
	});

	it('tells that a signature is refused', async () => {
		const keys = router.path(manager === 'apk' ? 'etc/apk/keys' : 'etc/opkg/keys');
		rmSync(keys, { recursive: true });
		mkdirSync(keys);
		await router.boot();
		await fails({ code: 'signature_refused' }, /UNTRUSTED signature|Signature check failed/);
		expect(downloaded()).toEqual([]);
	});

	it('tells that somebody else’s package manager is at work', async () => {
		await router.boot();
		feed.hold = /./;
		router.start(manager, 'update');
		await expect.poll(() => feed.holds, { timeout: 20 * SECONDS }).toBe(true);
		await fails({ code: 'database_locked' }, /[Ll]ock/);
	});

	/** A file system of its own for the modules, with so much room. */
	const room = (kib: number): string => `modules="$ROOT/lib/modules"
		cp -a "$modules" "$ROOT/tmp/modules"; mount -t tmpfs none "$modules"; cp -a "$ROOT"/tmp/modules/. "$modules"
		used=$(df -k "$modules" | awk 'END { print $3 }'); mount -o remount,size=$((used + ${kib.toString()}))k "$modules"`;

	it('tells that there is no room before it downloads anything', async () => {
		await router.boot({ mounts: room(100) });
		await fails({ code: 'no_space' }, /kmod-nft-offload/);
		expect(downloaded()).toEqual([]);
	});

	it('tells that the flash has filled up meanwhile, and succeeds once there is room', async () => {
		await router.boot({ mounts: room(1000) });
		feed.hold = KMOD;
		router.call('install_package');
		await expect.poll(() => feed.holds, { timeout: 20 * SECONDS }).toBe(true);
		router.run('sh', '-c', 'yes >/lib/modules/fill; true');
		feed.release();
		const { job } = await router.ended();
		expect(job).toMatchObject({ state: 'failed', failure: { code: 'no_space' } });
		router.run('rm', '/lib/modules/fill');
		expect((await router.install()).job.state).toBe('succeeded');
		expect(versions()).not.toContain(null);
		expect(router.details().module.state).toBe('loaded');
	});

	it('unpacks anew what the kernel does not take', async () => {
		await router.boot();
		await router.install();
		await router.cutPower();
		const module = router.path(`lib/modules/${router.release}/nf_flow_table.ko`);
		const whole = readFileSync(module);
		writeFileSync(module, whole.subarray(0, 4096));
		await router.boot();
		const { job } = await router.install();
		expect(job.state).toBe('succeeded');
		expect(readFileSync(module).equals(whole)).toBe(true);
	});

	it('tells that the feed is for another kernel before it downloads anything', async () => {
		const own =
			manager === 'apk'
				? /^(P:kernel\nV:[^~]*~)[0-9a-f]{4}/m
				: /^(Package: kernel\nVersion: .*-)[0-9a-f]{4}/m;
		edit(router.path(database), (text) => text.replace(own, '$10000'));
		await router.boot();
		await fails({ code: 'wrong_kernel' }, /kmod-nft-offload/);
		expect(downloaded()).toEqual([]);
	});

	it('tells that another kernel runs than the packages are for, and asks no feed', async () => {
		await router.boot({ release: '6.6.6' });
		expect(router.details().kernel).toMatchObject({ running: '6.6.6', fits: false });
		await fails({ code: 'wrong_kernel', kernel: '6.6.6' }, /^/);
		expect(feed.asked).toEqual([]);
	});

	it('tells that no feed has the package', async () => {
		const index = join(directory, 'Packages.gz');
		if (manager === 'apk') router.useFeed(manager, `${feed.url}/other.adb`);
		else {
			edit(router.path('etc/opkg.conf'), (text) => text.replace('option check_signature\n', ''));
			cpSync(index, `${index}.kept`);
			writeFileSync(
				index,
				gzipSync('Package: other\nVersion: 1\nArchitecture: all\nFilename: other.ipk\nSize: 1\n\n')
			);
		}
		await router.boot();
		await fails({ code: 'not_in_feed' }, /kmod-nft-offload|\[\n\]/).finally(() => {
			if (manager === 'opkg') cpSync(`${index}.kept`, index);
		});
	});

	it('tells that it was interrupted, refuses a second job while the manager is left, and then succeeds', async () => {
		await router.boot();
		feed.hold = KMOD;
		router.call('install_package');
		await expect.poll(() => feed.holds, { timeout: 20 * SECONDS }).toBe(true);
		expect(router.kill(/worker\.uc/)).toBe(1);
		await expect
			.poll(() => router.job())
			.toMatchObject({ state: 'failed', failure: { code: 'interrupted' } });
		expect(router.call('install_package')).toEqual({ problem: 'job_running' });
		feed.release();
		await expect
			.poll(() => router.call('install_package'), { timeout: 20 * SECONDS })
			.not.toEqual({ problem: 'job_running' });
		expect((await router.ended()).job.state).toBe('succeeded');
		expect(versions()).not.toContain(null);
	});

	it('gives a step up that takes too long, and nothing hangs', async () => {
		edit(router.path('usr/share/ucode/nft_offload/job_state.uc'), (text) =>
			text.replace(/update: \d+/, 'update: 2').replace(/install: \d+/, 'install: 2')
		);
		await router.boot();
		for (const [step, held] of [
			['update', /./],
			['install', KMOD]
		] as const) {
			feed.hold = held;
			expect((await router.install()).job).toMatchObject({
				state: 'failed',
				failure: { code: 'timed_out' },
				report: { step, step_limit: 2 }
			});
			feed.release();
			expect(router.kill(/wget|uclient-fetch/)).toBe(0);
		}
		expect((await router.install()).job.state).toBe('succeeded');
	});

	if (manager === 'opkg')
		it('mends a package database that was cut off with the power', async () => {
			await router.boot();
			const before = readFileSync(router.path(database));
			feed.hold = KMOD;
			router.call('install_package');
			await expect.poll(() => feed.holds, { timeout: 20 * SECONDS }).toBe(true);
			await router.cutPower();
			feed.release();
			writeFileSync(router.path(database), before.subarray(0, 4096));
			await router.boot();
			expect((await router.install()).job.state).toBe('succeeded');
			const names = (text: string): string[] => text.match(/^Package: .*/gm) ?? [];
			const after = names(readFileSync(router.path(database), 'utf8'));
			expect(after).toEqual(expect.arrayContaining(names(before.toString())));
			expect(existsSync(router.path(`${database}.nft-offload`))).toBe(false);
		});

	it(
		'mends the router in a second attempt, whatever was killed at 20 moments',
		{ timeout: 900 * SECONDS },
		async () => {
			await router.boot();
			const started = performance.now();
			await router.install();
			const duration = performance.now() - started;
			const victims = [/worker\.uc/, manager === 'apk' ? /^\/usr\/bin\/apk / : /^\/bin\/opkg /, null];
			const hits = new Map<RegExp, number>();
			for (let moment = 0; moment < 20; moment++) {
				await router.remove();
				router = new Machine(base, manager, feed.url);
				await router.boot();
				const victim = victims[moment % victims.length] ?? null;
				const from = performance.now();
				router.call('install_package');
				while (performance.now() - from < (duration * moment) / 20) await new Promise(setImmediate);
				if (victim === null) {
					await router.cutPower();
					await router.boot();
				} else hits.set(victim, (hits.get(victim) ?? 0) + router.kill(victim));
				await expect.poll(() => router.job().state, { timeout: 60 * SECONDS }).not.toBe('running');
				await expect
					.poll(() => router.call('install_package'), { timeout: 60 * SECONDS })
					.not.toEqual({ problem: 'job_running' });
				const { job, log } = await router.ended();
				expect(job.state, `${String(victim)} at moment ${moment.toString()}\n${log}`).toBe('succeeded');
				expect(versions()).not.toContain(null);
				expect(router.details().module.state).toBe('loaded');
			}
			// What had ended by itself was not killed.
			for (const victim of victims.filter((each) => each !== null))
				expect(hits.get(victim)).toBeGreaterThan(1);
		}
	);
}
