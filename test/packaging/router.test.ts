// SPDX-License-Identifier: Apache-2.0
/** The packages in the hands of the real opkg and the real apk, with everything of the router but its kernel. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { apkName, buildApk, buildApkIndex } from '../../packaging/apk.ts';
import { PROJECT } from '../../packaging/command.ts';
import { buildIpk, ipkName } from '../../packaging/ipk.ts';
import { readMetadata, type Metadata } from '../../packaging/metadata.ts';
import { releaseFiles } from '../../packaging/release.ts';
import { stage } from '../../packaging/stage.ts';
import { byBytes, directoriesOf, readTree, type TreeFile } from '../../packaging/tree.ts';
import {
	ChrootRouter,
	difference,
	hash,
	rootsWith,
	type Change,
	type Changes,
	type Manager
} from './roots.ts';

const metadata = readMetadata();
const older: Metadata = { ...metadata, version: '0.0.9' };

const directory = mkdtempSync(join(tmpdir(), 'nft-offload-staged-'));
await stage(directory);
const files = readTree(directory);
rmSync(directory, { recursive: true });

/** An older version: the page in another folder, a module that is gone since, and a file with other bytes. */
const olderFiles = [
	...files.map((file): TreeFile => {
		const path = file.path.replace(`nft-offload/${metadata.version}/`, `nft-offload/${older.version}/`);
		return path.endsWith('status.uc') ? { ...file, path, content: Buffer.from('old') } : { ...file, path };
	}),
	{ path: 'usr/share/ucode/nft_offload/gone.uc', mode: 0o644 as const, content: Buffer.from('gone') }
].sort((a, b) => byBytes(a.path, b.path));

interface Commands {
	readonly install: string;
	readonly remove: string;
	/** Where the command finds the package. */
	readonly file: string;
	/** From a feed that serves what a release has. */
	readonly fromFeed: string;
	readonly version: string;
	build(metadata: Metadata, files: readonly TreeFile[]): Promise<Buffer> | Buffer;
	/** What the manager itself keeps of an installed package. */
	readonly kept: RegExp;
}

const { name } = metadata;

const LINK = 'etc/rc.d/S15nft-offload';
const CONFIG = 'etc/config/firewall';
const OPTION = "\toption flow_offloading '1'\n";

/** A change of the mode in whose middle somebody installs or removes packages. */
const MARKER = 'etc/nft-offload/change.json';
const UNDER_WAY = {
	id: 1,
	mode: 'software',
	previous: 'off',
	options: { flow_offloading: '1', flow_offloading_hw: null },
	previous_options: { flow_offloading: null, flow_offloading_hw: null },
	way_back: null,
	by: 'root',
	trial: false,
	seconds: 120
};

/** A command that the README tells the router's owner to type: what is tried is what is written there. */
function fromReadme(command: string): string {
	if (!readFileSync(join(PROJECT, 'README.md'), 'utf8').includes(command))
		throw new Error(`not in the README: ${command}`);
	return command;
}

const COMMANDS: Record<Manager, Commands> = {
	apk: {
		install: fromReadme(`apk add --allow-untrusted /tmp/${apkName(metadata)}`),
		remove: fromReadme(`apk del ${name}`),
		file: `tmp/${apkName(metadata)}`,
		fromFeed: `apk --allow-untrusted --repository /tmp/feed/packages.adb add ${name}`,
		version: `apk query --installed --format json --fields version ${name}`,
		build: async (about, tree) => (await buildApk(about, tree)).file,
		kept: /^(etc\/apk\/world|lib\/apk\/(db(\/.*)?|exec|packages\/luci-app-nft-offload\.list))$/
	},
	opkg: {
		install: fromReadme(`opkg install /tmp/${ipkName(metadata)}`),
		remove: fromReadme(`opkg remove ${name}`),
		file: `tmp/${ipkName(metadata)}`,
		fromFeed: `sed -i '/check_signature/d' /etc/opkg.conf
			echo 'src/gz ours file:///tmp/feed' > /etc/opkg/customfeeds.conf
			opkg update && opkg install ${name}`,
		version: `opkg status ${name}`,
		build: buildIpk,
		kept: /^usr\/lib\/opkg\/(status|info\/luci-app-nft-offload\.(control|list|postinst|postrm|prerm))$/
	}
};

for (const manager of ['apk', 'opkg'] as const) {
	const roots = rootsWith(manager);
	if (typeof roots === 'string') {
		it.skip(`the real ${manager}: ${roots}`);
	} else {
		for (const { name: release, archive } of roots) {
			describe(`the real ${manager} of ${release}`, { timeout: 60_000 }, () => {
				suite(manager, archive);
			});
		}
	}
}

function suite(manager: Manager, archive: string): void {
	const commands = COMMANDS[manager];
	const router = new ChrootRouter(archive);
	afterAll(() => {
		router.remove();
	});
	// The init script and the bus are the parts that need a running router.
	router.write('etc/init.d/rpcd', '#!/bin/sh\necho "$1" >> /tmp/reloads\n', 0o755);
	router.write(
		'bin/ubus',
		'#!/bin/sh\n[ -e /tmp/undecided ] && echo "Command failed: Permission denied"\n',
		0o755
	);
	const clean = router.inventory();

	const install = async (about: Metadata, tree: readonly TreeFile[]): Promise<string> => {
		router.write(commands.file, await commands.build(about, tree));
		return router.run(commands.install);
	};
	const changes = (): Changes => {
		const all = Object.entries(difference(clean, router.inventory()));
		return Object.fromEntries(all.filter(([path]) => !commands.kept.test(path)));
	};
	/** The new directories and the files, owned by root, and what a restart of the router runs. */
	const installed = (tree: readonly TreeFile[]): Changes => ({
		[LINK]: [undefined, '120777 0:0 ../init.d/nft-offload'],
		...Object.fromEntries(
			directoriesOf(tree)
				.filter((path) => !clean.has(path))
				.map((path): [string, Change] => [path, [undefined, '40755 0:0 ']])
		),
		...Object.fromEntries(
			tree.map(({ path, mode, content }): [string, Change] => [
				path,
				[undefined, `100${mode.toString(8)} 0:0 ${hash(content)}`]
			])
		)
	});
	const reloads = (): string => (router.exists('tmp/reloads') ? router.read('tmp/reloads').toString() : '');
	const useLuci = (): void => {
		router.run('rm -f /tmp/reloads; mkdir -p /tmp/luci-modulecache; echo > /tmp/luci-indexcache.1.json');
	};

	beforeEach(useLuci);

	it('installs the files as they are, and tells LuCI and rpcd', async () => {
		await install(metadata, files);
		expect(changes()).toEqual(installed(files));
		expect(router.run(commands.version)).toContain(metadata.version);
		expect(
			['tmp/luci-indexcache.1.json', 'tmp/luci-modulecache'].filter((path) => router.exists(path))
		).toEqual([]);
		expect(reloads()).toBe('reload\n');
	});

	it('is understood by the ucode of this release, the plugin as well as every module', () => {
		expect(
			Object.keys(JSON.parse(router.run('/usr/libexec/rpcd/luci.nft-offload list')) as object)
		).toContain('get_status');
		const modules = files.flatMap(({ path }) => /ucode\/nft_offload\/(\w+)\.uc$/.exec(path)?.[1] ?? []);
		router.write(
			'tmp/all.uc',
			modules.map((module) => `import * as ${module} from 'nft_offload.${module}';\n`).join('')
		);
		expect(router.run('ucode -c -o /tmp/all.bin /tmp/all.uc')).toBe('');
		// Packing lays a part's own file out anew, and takes quotes off keys that ucode needs them on.
		const parts = files.filter(({ path }) => /ucode\/nft_offload\/\w+\/\w+\.uc$/.test(path));
		for (const { path } of parts) expect(router.run(`ucode -c -o /tmp/one.bin /${path}`)).toBe('');
	});

	/** What an installation of kmod-nft-offload leaves that was cut off. */
	const LEFT = [
		'tmp/run/nft-offload/log',
		'usr/lib/opkg/status.nft-offload',
		'usr/lib/opkg/status.nft-offload.new'
	];
	const leave = (): void => {
		for (const path of LEFT) router.write(path, '');
	};
	const left = (): string[] => LEFT.filter((path) => router.exists(path));
	/** Also of its folder, which only opkg has. */
	const clear = (): void => {
		router.run(`cd / && rm -f ${LEFT.join(' ')}; rmdir /usr/lib/opkg 2>/dev/null || true`);
	};

	it('removes them whole, with what a job has left, and tells LuCI and rpcd', () => {
		leave();
		router.run(commands.remove);
		expect(left()).toEqual([]);
		expect(router.exists('tmp/run/nft-offload')).toBe(false);
		clear();
		expect(changes()).toEqual({});
		expect(router.exists('tmp/luci-indexcache.1.json')).toBe(false);
		expect(reloads()).toBe('reload\n');
	});

	it('leaves to a job that runs what is its own', async () => {
		await install(metadata, files);
		leave();
		router.run(`flock /var/run/nft-offload/lock sh -c '${commands.remove}' >/dev/null`);
		expect(left()).toEqual(LEFT);
		clear();
	});

	it('upgrades an older version: what is gone goes, the configuration and what a job has left stay', async () => {
		await install(older, olderFiles);
		expect(changes()).toEqual(installed(olderFiles));
		useLuci();
		leave();
		await install(metadata, files);
		expect(left()).toEqual(LEFT);
		clear();
		expect(changes()).toEqual(installed(files));
		expect(router.run(commands.version)).toContain(metadata.version);
		expect(reloads()).toBe('reload\n');
		router.run(commands.remove);
		expect(changes()).toEqual({});
	});

	it('holds rpcd back, not the manager, while an applied change waits for its confirmation', async () => {
		router.write('tmp/undecided', '');
		expect(await install(metadata, files)).toContain('as soon as the applied changes are confirmed');
		expect(reloads()).toBe('');
		router.run('rm /tmp/undecided');
		await vi.waitFor(
			() => {
				expect(reloads()).toBe('reload\n');
			},
			{ timeout: 10_000, interval: 100 }
		);
		router.run(commands.remove);
	});

	it('in an image that is being built is run at its boot, and touches nothing of the builder', () => {
		for (const [script, text] of Object.entries(metadata.scripts)) {
			router.write(`tmp/${script}`, text, 0o755);
		}
		router.write('tmp/image/etc/init.d/nft-offload', SAYING, 0o755);
		router.write('etc/init.d/nft-offload', SAYING, 0o755);
		router.run('export IPKG_INSTROOT=/tmp/image; /tmp/settle && /tmp/refresh');
		expect([reloads(), said(), router.exists('tmp/luci-indexcache.1.json')]).toEqual(['', '', true]);
		expect(router.run(`readlink /tmp/image/${LINK}`)).toBe('../init.d/nft-offload\n');
		expect(router.exists(LINK)).toBe(false);
		router.run('rm -r /tmp/image /etc/init.d/nft-offload');
	});

	/** The service, as far as it is asked to do something. */
	const SAYING = '#!/bin/sh\necho "$1" >> /tmp/said\n';
	const said = (): string => (router.exists('tmp/said') ? router.read('tmp/said').toString() : '');

	it('stops the service once before it is upgraded and once before it goes', async () => {
		await install(older, olderFiles);
		router.write('etc/init.d/nft-offload', SAYING, 0o755);
		await install(metadata, files);
		expect(said()).toBe('stop\n');
		router.write('etc/init.d/nft-offload', SAYING, 0o755);
		router.run(commands.remove);
		expect(said()).toBe('stop\nstop\n');
		// apk leaves what an admin has changed below /etc, and so the link to it.
		router.run(`rm -f /tmp/said /etc/init.d/nft-offload* /${LINK}`);
		expect(changes()).toEqual({});
	});

	it.each(['upgraded', 'removed'])('takes a change back that is under way when it is %s', async (end) => {
		const before = router.read(CONFIG).toString();
		const text = `config defaults\n\toption input 'REJECT'\n${OPTION}`;
		await install(older, olderFiles);
		router.write(CONFIG, text);
		router.write(MARKER, JSON.stringify(UNDER_WAY));
		if (end === 'removed') {
			router.run(commands.remove);
		} else {
			await install(metadata, files);
		}
		expect([router.read(CONFIG).toString(), router.exists(MARKER)]).toEqual([
			text.replace(OPTION, ''),
			false
		]);
		if (end === 'upgraded') router.run(commands.remove);
		router.write(CONFIG, before, 0o600);
		expect(changes()).toEqual({});
	});

	it('takes the include of a policy with it, and no comment of an admin’s', async () => {
		const before = router.read(CONFIG).toString();
		const mine = "# mine\nconfig rule\n\toption name 'mine'\n";
		const ours =
			"\toption type 'script'\n\toption path '/usr/libexec/nft-offload/policy'\n\toption fw4_compatible '1'\n";
		await install(metadata, files);
		router.write(CONFIG, `${before}\nconfig include 'nft_offload'\n${ours}\n${mine}`);
		router.run(commands.remove);
		expect(router.read(CONFIG).toString()).toBe(`${before}\n${mine}`);
		router.write(CONFIG, before, 0o600);
		expect(changes()).toEqual({});
	});

	it('installs from the feed of a release', async () => {
		const ipk = await buildIpk(metadata, files);
		const apk = await buildApk(metadata, files);
		for (const [own, content] of await releaseFiles({ metadata, files, ipk, apk })) {
			router.write(`tmp/feed/${own}`, content);
		}
		router.run(commands.fromFeed);
		expect(router.run(commands.version)).toContain(metadata.version);
		router.run(commands.remove);
	});

	if (manager === 'apk') {
		it('finds nothing to complain about in the files', async () => {
			const apk = await buildApk(metadata, files);
			router.write('tmp/package.apk', apk.file);
			router.write('tmp/packages.adb', await buildApkIndex(metadata, files, apk));
			expect(router.run('apk verify --allow-untrusted /tmp/package.apk')).toBe('/tmp/package.apk: OK\n');
			const dump = router.run('apk adbdump /tmp/package.apk && apk adbdump /tmp/packages.adb');
			expect(dump).toContain(`  version: ${metadata.version}\n`);
			expect(dump).not.toMatch(/error|unknown|invalid/i);
		});
	}
}
