// SPDX-License-Identifier: Apache-2.0
/**
 * How an installation with the real apk and the real opkg fails, over the real rpcd. What the job and its log said is
 * kept in test/fixtures/install, for the page's own tests; a release that it is kept of must still say the same.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { Ended } from './machine.ts';
import { edit } from './machine.ts';
import { expectAsRecorded } from './recording.ts';
import { KMOD, SECONDS, withEachManager } from './setup.ts';

withEachManager((setup) => {
	const { manager, database } = setup;
	const COPY = `${database}.nft-offload`;
	const NOTHING = { installed: [], module_loaded: false, firewall_reloaded: false };

	/** A job that ended so, as it is recorded under this name. */
	const endedAs = async (
		name: string,
		{ job, log }: Ended,
		failure: object,
		words: RegExp
	): Promise<void> => {
		expect(job, log).toMatchObject({ state: 'failed', failure });
		if (job.state === 'failed' && job.failure.code === 'no_space')
			expect(job.failure.free_kib).toBeLessThan(job.failure.needed_kib);
		expect(log).toMatch(words);
		await expectAsRecorded(setup, name, job, log);
	};
	/** A job that fails so, with these words of the manager's in its log, and changes nothing. */
	const fails = async (name: string, failure: object, words: RegExp): Promise<void> => {
		const { router } = setup;
		const before = readFileSync(router.path(database));
		const ended = await router.install();
		await endedAs(name, ended, failure, words);
		expect(readFileSync(router.path(database)).equals(before)).toBe(true);
		expect(ended.job.changes).toEqual(NOTHING);
	};
	/** A second attempt, which succeeds. */
	const succeeds = async (): Promise<void> => {
		const { job, log } = await setup.router.install();
		expect(job.state, log).toBe('succeeded');
		expect(setup.versions()).not.toContain(null);
		expect(setup.router.details().module.state).toBe('loaded');
	};

	it('tells that there is no network', async () => {
		const { router, feed } = setup;
		router.useFeed(manager, 'http://127.0.0.1:1');
		await router.boot();
		await fails('no-network', { code: 'no_network' }, /wget.* 4/);
		router.useFeed(manager, feed.url);
		await succeeds();
	});

	it('tells that the feed is gone', async () => {
		const { router, feed } = setup;
		if (manager === 'apk') router.useFeed(manager, `${feed.url}/gone.adb`);
		await router.boot();
		const gone = (): Promise<void> =>
			fails('feed-gone', { code: 'feed_gone' }, /wget(: exited with error| returned) 8/);
		await (manager === 'apk' ? gone() : setup.withFeedFile('Packages.gz', null, gone));
	});

	it('tells that the feed’s certificate is refused', async ({ skip }) => {
		const { router } = setup;
		if (!existsSync(router.path('lib/libustream-ssl.so'))) skip('this root has no TLS');
		const feed = await setup.startTlsFeed();
		router.useFeed(manager, feed.url);
		await router.boot();
		await fails('certificate-refused', { code: 'certificate_refused' }, /./).finally(() => feed.stop());
	});

	it('tells that there is no TLS library', async () => {
		const { router } = setup;
		rmSync(router.path('lib/libustream-ssl.so'), { force: true });
		router.useFeed(manager, 'https://127.0.0.1:1');
		await router.boot();
		await fails('no-tls', { code: 'no_tls' }, /SSL support not available/);
	});

	// opkg misses the signature first.
	if (manager === 'apk')
		it('tells that something else answers in the place of the feed', async () => {
			await setup.router.boot();
			// Of a longer one wget would notice only after a minute that apk reads no further.
			const page = Buffer.from('<html><body>Log in</body></html>\n');
			await setup.withFeedFile('packages.adb', page, () =>
				fails('feed-unreadable', { code: 'feed_unreadable' }, /packages\.adb: file format is invalid/)
			);
		});

	it('tells that the lists could not be updated, in the manager’s own words where there are no others', async () => {
		const { router, feed } = setup;
		router.useFeed(manager, feed.url.replace('http:', 'ftp:'));
		await router.boot();
		const last: unknown = expect.stringMatching(
			manager === 'apk' ? /^WARNING: updating and opening ftp:/ : /^\* opkg_download: .* wget returned 1\.$/
		);
		await fails('update-failed', { code: 'manager_failed', status: 1, last }, /Failed to allocate uclient/);
		router.useFeed(manager, feed.url);
		await succeeds();
	});

	it('tells that a file system is read-only', async () => {
		const { router } = setup;
		const folder = manager === 'apk' ? 'lib/apk' : 'usr/lib/opkg';
		const mounts = `mount --bind "$ROOT/${folder}" "$ROOT/${folder}"; mount -o remount,bind,ro "$ROOT/${folder}"`;
		await router.boot({ mounts });
		await fails(
			'read-only',
			{ code: 'read_only' },
			manager === 'apk' ? /Unable to lock/ : /info kmod-nft-nat/
		);
		expect(setup.downloaded()).toEqual([]);
	});

	it('tells that a signature is refused', async () => {
		const { router } = setup;
		const keys = router.path(manager === 'apk' ? 'etc/apk/keys' : 'etc/opkg/keys');
		rmSync(keys, { recursive: true });
		mkdirSync(keys);
		await router.boot();
		await fails(
			'signature-refused',
			{ code: 'signature_refused' },
			/UNTRUSTED signature|Signature check failed/
		);
		expect(setup.downloaded()).toEqual([]);
	});

	it('tells that somebody else’s package manager is at work', async () => {
		const { router, feed } = setup;
		await router.boot();
		feed.hold = /./;
		router.start(manager, 'update');
		await setup.held();
		await fails('database-locked', { code: 'database_locked' }, /[Ll]ock/);
		feed.release();
	});

	/** A file system of its own for the modules, with so much room. */
	const room = (kib: number): string => `modules="$ROOT/lib/modules"
		cp -a "$modules" "$ROOT/tmp/modules"; mount -t tmpfs none "$modules"; cp -a "$ROOT"/tmp/modules/. "$modules"
		used=$(df -k "$modules" | awk 'END { print $3 }'); mount -o remount,size=$((used + ${kib.toString()}))k "$modules"`;

	/** For opkg, which tells no installed sizes: the copy of its database, four times the packages, and 128 KiB to spare. */
	const noSpace = (): object => {
		if (manager === 'apk') return { code: 'no_space' };
		const bytes =
			statSync(setup.router.path(database)).size + 4 * setup.feedBytes(/kmod-nf(t-offload|-flow)/);
		return { code: 'no_space', needed_kib: Math.ceil(bytes / 1024) + 128 };
	};

	it('tells that there is no room before it downloads anything', async () => {
		await setup.router.boot({ mounts: room(100) });
		await fails('no-room', noSpace(), /kmod-nft-offload/);
		expect(setup.downloaded()).toEqual([]);
	});

	it('does not take it for the flash when something else is full', async () => {
		const { router } = setup;
		const program = manager === 'apk' ? 'usr/bin/apk' : 'bin/opkg';
		renameSync(router.path(program), router.path(`${program}.real`));
		const asked = manager === 'apk' ? '*" add "*' : 'install*';
		const refusal = `case "$*" in ${asked}) echo 'No space left on device'; exit 1 ;; esac`;
		router.writeProgram(program, `#!/bin/sh\n${refusal}\nexec /${program}.real "$@"\n`);
		await router.boot();
		const { job, log } = await router.install();
		expect(job, log).toMatchObject({ state: 'failed', failure: { code: 'manager_failed', status: 1 } });
		renameSync(router.path(`${program}.real`), router.path(program));
		await succeeds();
	});

	it('goes on being told where there is no room in memory, and ends', async () => {
		const { router, feed } = setup;
		const directory = '/var/run/nft-offload';
		const small = `mkdir -m 0700 "$ROOT/tmp/run/nft-offload"; mount -t tmpfs -o size=128k,mode=0700 none "$ROOT/tmp/run/nft-offload"`;
		await router.boot({ mounts: small });
		await setup.installUntil(KMOD);
		router.run('sh', '-c', `yes >${directory}/fill 2>/dev/null; true`);
		feed.release();
		const states: string[] = [];
		await expect
			.poll(
				() => {
					states.push(router.job().state);
					return states.at(-1);
				},
				{ timeout: 40 * SECONDS }
			)
			.not.toBe('running');
		expect(states).not.toContain('none');
		router.run('rm', `${directory}/fill`);
		await succeeds();
	});

	it('tells that the flash has filled up meanwhile, and succeeds once there is room', async () => {
		const { router, feed } = setup;
		const failure = noSpace();
		await router.boot({ mounts: room(1000) });
		await setup.installUntil(KMOD);
		router.run('sh', '-c', 'yes >/lib/modules/fill 2>/dev/null; true');
		feed.release();
		await endedAs('flash-filled', await router.ended(), failure, /Installing kmod/);
		router.run('rm', '/lib/modules/fill');
		await succeeds();
	});

	it('tells that the feed is for another kernel before it downloads anything', async () => {
		const { router } = setup;
		// "5.15.137-1-HASH" in 23.05, "6.6.121~HASH-r1" since 24.10.
		const own = /^((?:P:|Package: )kernel\nV.*)[0-9a-f]{4}(?=[0-9a-f]{28})/m;
		edit(router.path(database), (text) => text.replace(own, '$10000'));
		await router.boot();
		await fails('wrong-kernel', { code: 'wrong_kernel' }, /kmod-nft-offload/);
		expect(setup.downloaded()).toEqual([]);
	});

	it('tells that another kernel runs than the packages are for, and asks no feed', async () => {
		const { router, feed } = setup;
		await router.boot({ release: '6.6.6' });
		expect(router.details().kernel).toMatchObject({ running: '6.6.6', fits: false });
		await fails('other-kernel-runs', { code: 'wrong_kernel', kernel: '6.6.6' }, /^$/);
		expect(feed.asked).toEqual([]);
	});

	it('tells that no feed has the package', async () => {
		const { router, feed } = setup;
		if (manager === 'apk') router.useFeed(manager, `${feed.url}/other.adb`);
		else edit(router.path('etc/opkg.conf'), (text) => text.replace('option check_signature\n', ''));
		await router.boot();
		const absent = (): Promise<void> =>
			fails('not-in-feed', { code: 'not_in_feed' }, /kmod-nft-offload|\[\n\]/);
		const other = 'Package: other\nVersion: 1\nArchitecture: all\nFilename: other.ipk\nSize: 1\n\n';
		await (manager === 'apk' ? absent() : setup.withFeedFile('Packages.gz', gzipSync(other), absent));
	});

	it('tells that there is no package manager', async () => {
		const { router } = setup;
		await router.boot();
		rmSync(router.path(manager === 'apk' ? database : 'usr/lib/opkg'), { recursive: true });
		expect(router.details().manager).toBe('none');
		await endedAs('no-manager', await router.install(), { code: 'no_manager' }, /^$/);
	});

	it('tells that the package manager failed in a way of its own, and succeeds once it can', async () => {
		const { router } = setup;
		const file = `/lib/modules/${router.release}/nf_flow_table.ko`;
		const [obstacle, line] =
			manager === 'apk' ? ['etc/apk/world', 'kmod-nft-nat<1'] : ['usr/lib/opkg/info/firewall4.list', file];
		if (manager === 'opkg') writeFileSync(router.path(file), 'of another package');
		edit(router.path(obstacle), (text) => `${text}${line}\n`);
		await router.boot();
		const ended = await router.install();
		const words = /unable to select packages|already provided by package/;
		const last: unknown = expect.stringMatching(/unable to select packages|wants to install file/);
		await endedAs('manager-failed', ended, { code: 'manager_failed', last }, words);
		expect(ended.job.changes).toEqual(NOTHING);
		edit(router.path(obstacle), (text) => text.replace(`${line}\n`, ''));
		await succeeds();
	});

	it('tells that the kernel does not take the module, and succeeds when it does', async () => {
		const { router } = setup;
		const loader = readFileSync(router.path('sbin/kmodloader'), 'utf8');
		router.writeProgram('sbin/kmodloader', '#!/bin/sh\nexit 255\n');
		await router.boot();
		await endedAs(
			'module-not-loaded',
			await router.install(),
			{ code: 'module_not_loaded' },
			/modprobe nft_flow_offload/
		);
		router.writeProgram('sbin/kmodloader', loader);
		await succeeds();
	});

	it('tells that the firewall could not be reloaded, and reloads it in a second attempt', async () => {
		const { router } = setup;
		const script = readFileSync(router.path('etc/init.d/firewall'), 'utf8');
		router.writeProgram('etc/init.d/firewall', '#!/bin/sh\nexit 1\n');
		await router.boot();
		await endedAs(
			'reload-failed',
			await router.install(),
			{ code: 'reload_failed', status: 1 },
			/firewall reload/
		);
		router.writeProgram('etc/init.d/firewall', script);
		const { job } = await router.install();
		expect(job).toMatchObject({ state: 'succeeded', changes: { installed: [], firewall_reloaded: true } });
	});

	it('tells that nft has refused the ruleset, whatever the reload says, and succeeds when it is loaded', async () => {
		const { router } = setup;
		const refused = { state: 'failed', failure: { code: 'reload_failed', status: 0 } };
		writeFileSync(router.path('etc/config/firewall'), "config defaults\n\toption flow_offloading '1'\n");
		await router.boot();
		expect((await router.install()).job).toMatchObject(refused);
		router.setFirewall({ loaded: true, devices: ['wan'], handle: 7 });
		expect((await router.install()).job).toMatchObject(refused);
		router.writeProgram('etc/init.d/firewall', "#!/bin/sh\nsed -i 's/handle 7/handle 9/' /tmp/flowtables\n");
		const { job } = await router.install();
		expect(job).toMatchObject({ state: 'succeeded', changes: { installed: [], firewall_reloaded: true } });
	});

	it('tells that it was interrupted, refuses a second job while the manager is left, and then succeeds', async () => {
		const { router, feed } = setup;
		await router.boot();
		await setup.installUntil(KMOD);
		expect(router.kill(/worker\.uc/)).toBe(1);
		await endedAs('interrupted', await router.ended(), { code: 'interrupted' }, /Installing/);
		expect(router.call('install_package')).toEqual({ problem: 'job_running' });
		expect(existsSync(router.path(COPY))).toBe(manager === 'opkg');
		if (manager === 'opkg') writeFileSync(router.path(`${COPY}.new`), '');
		feed.release();
		await expect
			.poll(() => router.call('install_package'), { timeout: 20 * SECONDS })
			.not.toEqual({ problem: 'job_running' });
		expect((await router.ended()).job.state).toBe('succeeded');
		expect(setup.versions()).not.toContain(null);
		for (const end of ['', '.new']) expect(existsSync(router.path(`${COPY}${end}`))).toBe(false);
	});

	it('gives a step up that takes too long, and nothing hangs', async () => {
		const { router, feed } = setup;
		await router.boot();
		for (const [step, seconds, held] of [
			['update', 300, /./],
			['install', 600, KMOD]
		] as const) {
			// However what is shipped is laid out.
			const limit = (now: number, then: number): void => {
				router.editOurs((text) => text.replace(new RegExp(`\\b${step}: ?${now},`), `${step}: ${then},`));
			};
			limit(seconds, 2);
			feed.hold = held;
			const ended = await router.install();
			expect(ended.job.report).toMatchObject({ step, step_limit: 2 });
			await endedAs(`${step}-too-slow`, ended, { code: 'timed_out' }, /./);
			expect(existsSync(router.path(COPY))).toBe(false);
			feed.release();
			limit(2, seconds);
			expect(router.kill(/wget|uclient-fetch/)).toBe(0);
		}
		await succeeds();
	});

	if (manager === 'opkg')
		it('mends a package database that was cut off with the power', async () => {
			const { router, feed } = setup;
			await router.boot();
			const before = readFileSync(router.path(database));
			await setup.installUntil(KMOD);
			await router.cutPower();
			feed.release();
			edit(router.path(database), (text) => text.slice(0, 4096));
			await router.boot();
			await succeeds();
			const names = (text: string): string[] => text.match(/^Package: .*/gm) ?? [];
			const after = names(readFileSync(router.path(database), 'utf8'));
			expect(after).toEqual(expect.arrayContaining(names(before.toString())));
			expect(existsSync(router.path(COPY))).toBe(false);
		});
});
