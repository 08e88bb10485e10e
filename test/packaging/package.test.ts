// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	utimesSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildApk } from '../../packaging/apk.ts';
import { PROJECT } from '../../packaging/command.ts';
import { laidOut, withoutComments } from '../../packaging/comments.ts';
import { buildIpk } from '../../packaging/ipk.ts';
import { messageTemplate, textsOf } from '../../packaging/messages.ts';
import { readMetadata } from '../../packaging/metadata.ts';
import { stage } from '../../packaging/stage.ts';
import { byBytes, directoriesOf, readTree } from '../../packaging/tree.ts';

/** Bytes that a package may have at most. */
const LARGEST = 171_500;
/** Bytes of what the page shows first, which uhttpd compresses not. */
const SEEN_FIRST = 60_000;

const directory = mkdtempSync(join(tmpdir(), 'nft-offload-package-'));
afterAll(() => {
	rmSync(directory, { recursive: true });
});

const metadata = readMetadata();
const root = join(directory, 'root');
await stage(root);
const files = readTree(root);
const project = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');

describe('the installed tree', () => {
	it('has the programs of the plugin, their modules, the page in the folder of its version, and what LuCI and rpcd read as is', () => {
		const inside = (path: string): string[] => readTree(join(PROJECT, path)).map((file) => file.path);
		expect(files.map(({ path }) => path)).toEqual(
			[
				'usr/bin/nft-offload',
				'usr/libexec/rpcd/luci.nft-offload',
				'usr/share/ucode/nft_offload/common.uc',
				'usr/share/ucode/nft_offload/router.uc',
				'usr/share/ucode/nft_offload/transaction.uc',
				'usr/share/ucode/nft_offload/change/guard.uc',
				'usr/share/ucode/nft_offload/gain/worker.uc',
				'usr/share/ucode/nft_offload/install/worker.uc',
				'usr/share/ucode/nft_offload/policy/include.uc',
				'usr/share/ucode/nft_offload/policy/rendered.uc',
				...inside('rpcd/nft_offload')
					.filter((path) => path.endsWith('/methods.ts'))
					.map((path) => `usr/share/ucode/nft_offload/${path.replace(/ts$/, 'uc')}`),
				...inside('build/web').map(
					(path) => `www/luci-static/resources/nft-offload/${metadata.version}/${path}`
				),
				...inside('luci-app-src/root'),
				...inside('luci-app-src/htdocs').map((path) => `www/${path}`)
			].sort(byBytes)
		);
	});

	it('has a view that asks for the page where it is', () => {
		const view = project('luci-app-src/htdocs/luci-static/resources/view/nft-offload/overview.js');
		expect(view).toContain(`'nft-offload/${metadata.version}/'`);
	});

	it('is executable where programs are, and nowhere else', () => {
		const executable = files.filter(({ mode }) => mode === 0o755).map(({ path }) => path);
		expect(executable).toEqual(
			files.map(({ path }) => path).filter((path) => /^(usr\/(bin|libexec)|etc\/init\.d)\//.test(path))
		);
		expect(executable).toContain('usr/libexec/rpcd/luci.nft-offload');
		expect(executable).toContain('etc/init.d/nft-offload');
	});

	it('has the plugin without its comments', () => {
		const plugin = files.filter(
			({ path }) => path.endsWith('.uc') || /^usr\/(bin|libexec\/rpcd)\//.test(path)
		);
		const text = plugin.map(({ content }) => content.toString()).join('');
		expect(text).toContain('function get_flows(');
		expect(text).not.toMatch(/\/\*|\*\//);
	});

	it('has the scripts without theirs, but for the license', () => {
		const scripts = files.filter(({ path }) =>
			/^(usr\/libexec\/nft-offload|etc\/init\.d|lib\/upgrade)\//.test(path)
		);
		const [license] = /# SPDX.*/.exec(project('luci-app-src/root/etc/init.d/nft-offload')) ?? [];
		for (const { path, content } of scripts) {
			const source = project(`luci-app-src/root/${path}`).split('\n');
			const stays = (line: string): boolean => !/^\s*#/.test(line) || /^#!|^# SPDX/.test(line);
			expect(content.toString().split('\n')).toEqual(source.filter(stays));
			expect(content.toString().split('\n', 2)).toContain(license);
			expect(content.toString()).not.toBe(source.join('\n'));
		}
		expect(scripts.map(({ path }) => path)).toEqual(
			expect.arrayContaining([
				'etc/init.d/nft-offload',
				'lib/upgrade/nft-offload.sh',
				'usr/libexec/nft-offload/beside',
				'usr/libexec/nft-offload/start'
			])
		);
	});

	it('has scripts that a shell understands', () => {
		for (const { path, content } of files) {
			if (!/^#!\/bin\/sh|^# SPDX/.test(content.toString())) continue;
			const outcome = spawnSync('sh', ['-n'], { input: content, encoding: 'utf8' });
			expect([path, outcome.status, outcome.stderr]).toEqual([path, 0, '']);
		}
	});

	it('has an init script that runs what the package brings, and a boot that knows it before the firewall', () => {
		const script = files.find(({ path }) => path === 'etc/init.d/nft-offload')?.content.toString() ?? '';
		const named = [...script.matchAll(/\/usr\/(?:share|libexec)\/[\w./-]*nft[\w./-]+/g)].map(
			([path]) => path
		);
		expect(named).toEqual(['/usr/share/ucode/nft_offload/change/guard.uc', '/usr/libexec/nft-offload/start']);
		for (const path of named) expect(files.map((file) => `/${file.path}`)).toContain(path);
		const order = Number(/^START=(\d+)$/m.exec(script)?.[1]);
		// Behind the mount of the overlay and the settings of a first boot, and before firewall4.
		expect([order > 10, order < 19]).toEqual([true, true]);
		expect(metadata.scripts.refresh).toContain(`S${order.toString()}nft-offload`);
	});

	it('loses only comments, and is laid out as its sources are', async () => {
		const text = [
			'#!/usr/bin/ucode',
			'// SPDX-License-Identifier: Apache-2.0',
			'/** Gone,',
			' * with its lines. */',
			"const a = '// stays'; // gone",
			'const b = `/* stays ${ a /* gone */ } //  stays  `;',
			'\tconst c = match(a, /\\/\\*stays/);',
			'return/* gone */(a - -b  , typeof c ) ;'
		];
		const left = withoutComments(text.join('\n'));
		expect(left.split('\n')).toEqual([
			'#!/usr/bin/ucode',
			'// SPDX-License-Identifier: Apache-2.0',
			'',
			'',
			"const a = '// stays';",
			'const b = `/* stays ${ a } //  stays  `;',
			'\tconst c = match(a, /\\/\\*stays/);',
			'return (a - -b , typeof c ) ;'
		]);
		const laid = await laidOut(left);
		expect(laid.split('\n').slice(3)).toEqual([
			"const a = '// stays';",
			'const b = `/* stays ${a} //  stays  `;',
			'const c = match(a, /\\/\\*stays/);',
			'return (a - -b, typeof c);',
			''
		]);
	});
});

describe('a tree', () => {
	it('is read in the order of its bytes, whatever the file system gives', () => {
		for (const path of ['tree/b', 'tree/a/c', 'tree/a-']) {
			mkdirSync(join(directory, dirname(path)), { recursive: true });
			writeFileSync(join(directory, path), '');
		}
		expect(readTree(join(directory, 'tree')).map(({ path }) => path)).toEqual(['a-', 'a/c', 'b']);
	});

	it('names parents before children, and those in the order of their bytes', () => {
		const content = Buffer.alloc(0);
		const paths = ['a-/x', 'a/b/x', 'a/x'].map((path) => ({ path, mode: 0o644 as const, content }));
		expect(directoriesOf(paths)).toEqual(['a', 'a-', 'a/b']);
	});

	it('has nothing but files and directories', () => {
		mkdirSync(join(directory, 'links'));
		symlinkSync('nowhere', join(directory, 'links/link'));
		expect(() => readTree(join(directory, 'links'))).toThrow('neither a file nor a directory');
	});
});

describe('the packages', () => {
	it('are small enough for a router', async () => {
		expect((await buildIpk(metadata, files)).length).toBeLessThanOrEqual(LARGEST);
		expect((await buildApk(metadata, files)).file.length).toBeLessThanOrEqual(LARGEST);
	});

	it('have a page that is seen before long', () => {
		const first = files.filter(({ path }) => /\/nft-offload\.(js|css)$/.test(path));
		expect(first).toHaveLength(2);
		expect(first.reduce((sum, { content }) => sum + content.length, 0)).toBeLessThanOrEqual(SEEN_FIRST);
	});

	it('are the same bytes when built again, by someone with other habits, at another time', async () => {
		const other = join(directory, 'other');
		await stage(other);
		for (const { path } of files) {
			const file = join(other, path);
			chmodSync(file, (statSync(file).mode & 0o100) === 0 ? 0o600 : 0o700);
			utimesSync(file, 1, 1);
		}
		const again = readTree(other);
		expect((await buildIpk(metadata, again)).equals(await buildIpk(metadata, files))).toBe(true);
		expect((await buildApk(metadata, again)).file.equals((await buildApk(metadata, files)).file)).toBe(true);
	});

	it('depend on the ucode modules that the plugin loads', () => {
		const plugin = files.filter(({ path }) => path.endsWith('.uc') || path.startsWith('usr/libexec/'));
		const loaded = plugin.flatMap(({ content }) =>
			[...content.toString().matchAll(/(?:from ?|require\()'(\w+)'/g)].map(([, name]) => `ucode-mod-${name}`)
		);
		expect(loaded).toContain('ucode-mod-fs');
		const needed = metadata.depends.filter((name) => name.startsWith('ucode-mod-'));
		expect(needed).toEqual([...new Set(loaded)].sort());
	});

	it('depend on names in order, since apk searches them by halves', () => {
		expect(metadata.depends).toEqual([...metadata.depends].sort());
	});
});

describe('the scripts', () => {
	it.each(Object.entries(metadata.scripts))('%s is one that a shell understands', (_name, script) => {
		const outcome = spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' });
		expect([outcome.status, outcome.stderr]).toEqual([0, '']);
		expect(script).toMatch(/^#!\/bin\/sh\n/);
	});

	it('removes each directory that is ours alone', () => {
		const own = directoriesOf(files).filter((path) => /nft.offload/.test(path));
		expect(own).not.toEqual([]);
		for (const path of own) {
			expect(metadata.scripts.refresh).toContain(`/${path.replace(metadata.version, '*')}`);
		}
	});
});

describe('the Makefile for the SDK', () => {
	const lines = project('packaging/openwrt/Makefile').matchAll(/^(\w+):=(.*)$/gm);
	const variables = Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value] as const));

	it('says the same as the packages', () => {
		expect(variables).toMatchObject({
			PKG_NAME: metadata.name,
			PKG_VERSION: metadata.version,
			PKG_RELEASE: '',
			PKG_LICENSE: metadata.license,
			PKG_MAINTAINER: metadata.maintainer,
			LUCI_TITLE: metadata.description,
			LUCI_DEPENDS: metadata.depends
				.filter((name) => name !== 'libc')
				.map((name) => `+${name}`)
				.join(' ')
		});
	});

	it('keeps the minifiers away', () => {
		expect(variables).toMatchObject({ LUCI_MINIFY_JS: '0', LUCI_MINIFY_CSS: '0' });
	});
});

describe('the translation template', () => {
	it('has every text (run make messages when it does not)', () => {
		expect(project('luci-app-src/po/templates/nft-offload.pot')).toBe(messageTemplate());
	});

	it('is made of literals, white space as LuCI looks them up', () => {
		expect(textsOf('a.tsx', `const a = <p title={_('One  \\n two')}>{fill(_("'s"), 1)}</p>;`)).toEqual([
			'One two',
			"'s"
		]);
		expect(textsOf('a.json', '{ "title": "Menu", "order": 1, "sub": { "title": "Below" } }')).toEqual([
			'Menu',
			'Below'
		]);
	});

	it('has the context of a text that others have, too: in German our "Software" read "Paketverwaltung"', () => {
		expect(textsOf('a.ts', "_('Software', 'offloading')")).toEqual(['offloading\u0004Software']);
		expect(messageTemplate()).toContain('msgctxt "offloading"\nmsgid "Software"\nmsgstr ""');
		for (const word of ['Software', 'Hardware', 'Off', 'State', 'Package', 'Mode'])
			expect(messageTemplate()).not.toMatch(new RegExp(`(?<!msgctxt ".*"\n)msgid "${word}"`));
	});

	it('refuses what cannot be collected, with its place', () => {
		expect(() => textsOf('a.ts', "_('x', context)")).toThrow('a.ts:1: only a literal');
		expect(() => textsOf('a.ts', '\n_(name)')).toThrow('a.ts:2: only a literal');
		expect(() => textsOf('a.ts', '_(`${name}`)')).toThrow('a.ts:1: only a literal');
	});
});
