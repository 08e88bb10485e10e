// SPDX-License-Identifier: Apache-2.0
/**
 * What the tests of the installation share: a router for each real package manager at hand, and a feed on the loopback
 * interface: `feed/` beside a root file system's archive (see test/roots/archives.ts), with the package index, the
 * three packages, and for apk an index without them, `other.adb`.
 */
import { spawnSync } from 'node:child_process';
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rootsWith, type Manager } from '../packaging/roots.ts';
import type { Root } from '../roots/archives.ts';
import { Feed } from './feed.ts';
import { Machine, prepare } from './machine.ts';

export const SECONDS = 1000;
/** The files of our packages in a feed. */
export const KMOD = /^kmod-.*\.(apk|ipk)$/;

/** Runs tests with each real package manager at hand, each on a router of its own that lacks the packages. */
export function withEachManager(tests: (setup: Setup) => void): void {
	for (const manager of ['apk', 'opkg'] as const) {
		const roots = rootsWith(manager);
		const usable =
			typeof roots === 'string' ? [] : roots.filter(({ archive }) => existsSync(feedOf(archive)));
		if (usable.length === 0)
			it.skip(
				`the real ${manager}: ${typeof roots === 'string' ? roots : 'no feed/ beside the root file system'}`
			);
		for (const root of usable)
			describe(`the real ${manager} of ${root.name}`, { timeout: 120 * SECONDS }, () => {
				const setup = new Setup(manager, root);
				// A root is unpacked: as much as a test on a busy machine.
				beforeAll(() => setup.prepare(), 120 * SECONDS);
				afterAll(() => setup.discard());
				beforeEach(() => {
					setup.renew();
				});
				afterEach(() => setup.stop());
				tests(setup);
			});
	}
}

export class Setup {
	readonly manager: Manager;
	readonly root: Root;
	/** The package manager's record of what is installed, in the root. */
	readonly database: string;
	#base = '';
	#directory = '';
	#feed: Feed | null = null;
	#router: Machine | null = null;

	constructor(manager: Manager, root: Root) {
		this.manager = manager;
		this.root = root;
		this.database = manager === 'apk' ? 'lib/apk/db/installed' : 'usr/lib/opkg/status';
	}

	get feed(): Feed {
		if (this.#feed === null) throw new Error('the feed is not there yet');
		return this.#feed;
	}

	get router(): Machine {
		if (this.#router === null) throw new Error('the router is not there yet');
		return this.#router;
	}

	async prepare(): Promise<void> {
		this.#base = await prepare(this.manager, this.root.archive);
		this.#directory = signedFeed(this.manager, this.root.archive, this.#base);
		this.#feed = await Feed.start(this.#directory);
	}

	async discard(): Promise<void> {
		await this.#feed?.stop();
		for (const each of [this.#base, this.#directory]) rmSync(each, { recursive: true, force: true });
	}

	/** A new router, which is not booted yet, and a feed that was not asked yet. */
	renew(): Machine {
		this.#router = new Machine(this.#base, this.manager, this.feed.url);
		this.feed.asked.length = 0;
		return this.#router;
	}

	async stop(): Promise<void> {
		this.feed.release();
		await this.router.remove();
	}

	downloaded(): string[] {
		return this.feed.asked.filter((name) => KMOD.test(name));
	}

	/** What the feed's files of these names have together. */
	feedBytes(names: RegExp): number {
		return readdirSync(this.#directory)
			.filter((name) => names.test(name))
			.reduce((sum, name) => sum + statSync(join(this.#directory, name)).size, 0);
	}

	versions(): (string | null)[] {
		return this.router.details().packages.map(({ version }) => version);
	}

	/** Starts a job and waits until it waits for a file of the feed. */
	async installUntil(held: RegExp): Promise<void> {
		this.feed.hold = held;
		this.router.call('install_package');
		await this.held();
	}

	async held(): Promise<void> {
		await expect.poll(() => this.feed.holds, { timeout: 20 * SECONDS }).toBe(true);
	}

	/** The same feed over TLS, with a certificate that nobody has signed. */
	startTlsFeed(): Promise<Feed> {
		const words = 'px5g selfsigned -newkey ec -keyout /tmp/key.pem -out /tmp/cert.pem -subj /CN=127.0.0.1';
		inRoot(this.#base, words);
		const read = (name: string): Buffer => readFileSync(join(this.#base, 'tmp', name));
		return Feed.start(this.#directory, { cert: read('cert.pem'), key: read('key.pem') });
	}

	/** Another content for a file of the feed, or none at all, while something is done. */
	async withFeedFile(name: string, content: Buffer | null, body: () => Promise<void>): Promise<void> {
		const file = join(this.#directory, name);
		const kept = readFileSync(file);
		rmSync(file);
		if (content !== null) writeFileSync(file, content);
		await body().finally(() => {
			writeFileSync(file, kept);
		});
	}
}

function feedOf(archive: string): string {
	return join(dirname(archive), 'feed');
}

/** The feed, with opkg's list signed by a key of the root's own. */
function signedFeed(manager: Manager, archive: string, root: string): string {
	const directory = mkdtempSync(join(tmpdir(), 'nft-offload-feed-'));
	cpSync(feedOf(archive), directory, { recursive: true });
	if (manager === 'opkg') {
		const signing = join(root, 'tmp/feed');
		mkdirSync(signing);
		writeFileSync(join(signing, 'Packages'), gunzipSync(readFileSync(join(directory, 'Packages.gz'))));
		inRoot(
			root,
			`cd /tmp/feed && usign -G -s secret -p public && usign -S -m Packages -s secret -x Packages.sig &&
			cp public /etc/opkg/keys/$(usign -F -p public)`
		);
		cpSync(join(signing, 'Packages.sig'), join(directory, 'Packages.sig'));
		rmSync(signing, { recursive: true });
	}
	return directory;
}

/** Runs a command line with the root's own programs. */
function inRoot(root: string, line: string): void {
	const outcome = spawnSync('chroot', [
		root,
		'/bin/sh',
		'-c',
		`export PATH=/usr/sbin:/usr/bin:/bin; ${line}`
	]);
	expect(outcome.status, outcome.stderr.toString()).toBe(0);
}
