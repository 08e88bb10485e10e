// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { buildApk } from '../../packaging/apk.ts';
import { buildIpk } from '../../packaging/ipk.ts';
import { releaseFiles, sums } from '../../packaging/release.ts';
import { readMetadata } from '../../packaging/metadata.ts';
import { readAdb } from './apk-reader.ts';
import { member, readFields, readIpk, readTarGzip } from './ipk-reader.ts';
import { sampleFiles } from './sample.ts';

const metadata = readMetadata();
const ipk = await buildIpk(metadata, sampleFiles);
const apk = await buildApk(metadata, sampleFiles);
const files = await releaseFiles({ metadata, files: sampleFiles, ipk, apk });
const file = (name: string): Buffer => {
	const found = files.find(([own]) => own === name)?.[1];
	if (found === undefined) throw new Error(`${name} is not released`);
	return found;
};

describe('a release', () => {
	const { name, version } = metadata;
	const archive = readTarGzip(file(`${name}-${version}.tar.gz`));

	it('has the packages, their indexes and the source archive', () => {
		expect(files.map(([own]) => own)).toEqual([
			`${name}_${version}_all.ipk`,
			`${name}-${version}.apk`,
			'Packages',
			'Packages.gz',
			'packages.adb',
			`${name}-${version}.tar.gz`
		]);
		expect(readAdb(file('packages.adb')).schema).toBe('indx');
	});

	it('tells opkg what the package says of itself, and where it is', () => {
		const listed = readFields(file('Packages').toString());
		expect(listed).toEqual({
			...readIpk(ipk).fields,
			Filename: `${name}_${version}_all.ipk`,
			Size: String(ipk.length),
			SHA256sum: createHash('sha256').update(ipk).digest('hex')
		});
		expect(gunzipSync(file('Packages.gz')).equals(file('Packages'))).toBe(true);
	});

	it('has sums that sha256sum checks', () => {
		const line = sums(files).split('\n')[2];
		expect(line).toBe(`${createHash('sha256').update(file('Packages')).digest('hex')}  Packages`);
	});

	it('has a source archive in which luci.mk finds all that the packages install', () => {
		const found = archive.map((one) => [one.name, one.mode] as const);
		for (const { path, mode } of sampleFiles) {
			const place = path.startsWith('www/') ? `htdocs/${path.slice(4)}` : `root/${path}`;
			expect(found).toContainEqual([`${name}/${place}`, mode]);
		}
		expect(found).toContainEqual([`${name}/po/templates/nft-offload.pot`, 0o644]);
	});

	it('has a Makefile that gives the SDK our scripts, unchanged by make', () => {
		const sdk = mkdtempSync(join(tmpdir(), 'nft-offload-sdk-'));
		afterAll(() => {
			rmSync(sdk, { recursive: true });
		});
		for (const { name: path, type, content } of archive) {
			if (type !== '0') continue;
			mkdirSync(dirname(join(sdk, path)), { recursive: true });
			writeFileSync(join(sdk, path), content);
		}
		// As OpenWrt's own makefiles hand scripts to the shell: through the environment, expanded once.
		mkdirSync(join(sdk, 'feeds/luci'), { recursive: true });
		writeFileSync(join(sdk, 'rules.mk'), '');
		writeFileSync(
			join(sdk, 'feeds/luci/luci.mk'),
			['postinst', 'postrm', 'prerm']
				.map((script) => `export V_${script} = $(call Package/${name}/${script})`)
				.concat('all:', '\t@printenv V_postinst V_postrm V_prerm', '')
				.join('\n')
		);
		const outcome = spawnSync(
			'make',
			['-C', join(sdk, name), '-s', '--no-print-directory', `TOPDIR=${sdk}`],
			{
				encoding: 'utf8'
			}
		);
		const { refresh, settle } = metadata.scripts;
		expect(member(archive, `${name}/refresh`).content.toString()).toBe(refresh);
		expect(member(archive, `${name}/settle`).content.toString()).toBe(settle);
		expect([outcome.stderr, outcome.stdout]).toEqual(['', refresh + refresh + settle]);
	});
});
