// SPDX-License-Identifier: Apache-2.0
/**
 * What the job tells of programs that fail, in Node and on each real ucode at hand: scripts stand for them, with words
 * that were recorded where they are the managers' own. Every `update` that failed with words nobody had listed was
 * told as "No feed of this router has kmod-nft-offload", which sends an admin to look for a feed that is there.
 */
import { describe, expect, test } from 'vitest';
import type { Failure, JobStep } from '../../../rpcd/api/index.ts';
import type { Files } from '../case.ts';
import { HEALTHY } from '../router.ts';
import { allTiers } from '../tiers.ts';

/** What a program prints, and its status. */
type Said = readonly [words: string, status: number];

interface Story {
	name: string;
	manager: 'apk' | 'opkg';
	update?: Said;
	/** `query` of apk, each `info` of opkg. */
	query?: Said;
	install?: Said;
	/** Where the packages are there, and their module is not loaded. */
	modprobe?: Said;
	step: JobStep;
	failure: Failure;
}

const KERNEL = { apk: '6.12.74~88179747d2159675e813164f0cac1785-r1', opkg: '6.12.74-1-88179747d2159675' };
const NAMES = ['kmod-nft-offload', 'kmod-nf-flow', 'kmod-nft-nat'];
const FEED = 'https://feed.example/packages.adb';
const SUM = '1 unavailable, 0 stale; 176 distinct packages available';

const NOTHING = { apk: '[\n]', opkg: '' };
const OFFER = {
	apk: `[\n{ "name": "kmod-nft-offload", "installed-size": 1, "depends": [ "kernel=${KERNEL.apk}" ] }\n]`,
	opkg: `Package: kmod-nft-offload\nDepends: kernel (= ${KERNEL.opkg})\nSize: 1\n`
};
const failed = (status: number, last: string): Failure => ({ code: 'manager_failed', status, last });

const STORIES: readonly Story[] = [
	...([1, 3, 7] as const).map((code): Story => {
		const told = `WARNING: updating and opening ${FEED}: unexpected end of file`;
		return {
			name: `apk's wget ended with ${code}`,
			manager: 'apk',
			update: [`ERROR: wget: exited with error ${code}\n${told}\n${SUM}`, 1],
			step: 'match',
			failure: failed(1, told)
		};
	}),
	{
		name: 'opkg’s wget ended with 7, and opkg has printed its errors first',
		manager: 'opkg',
		update: [
			'Collected errors:\n * opkg_download: Failed to download http://feed.example/Packages.gz, wget returned 7.\n*** Failed to download the package list from http://feed.example/Packages.gz\n',
			1
		],
		step: 'match',
		failure: failed(
			1,
			'* opkg_download: Failed to download http://feed.example/Packages.gz, wget returned 7.'
		)
	},
	{
		name: 'there is no TLS library',
		manager: 'opkg',
		update: [
			'SSL support not available, please install one of the libustream-.*[ssl|mbedtls|wolfssl] packages\nCollected errors:\n * opkg_download: Failed to download https://feed.example/Packages.gz, wget returned 1.',
			1
		],
		step: 'match',
		failure: { code: 'no_tls' }
	},
	{
		name: 'the feed is one of apk 2',
		manager: 'apk',
		update: [`WARNING: updating and opening ${FEED}: v2 package format error\n${SUM}`, 1],
		step: 'match',
		failure: { code: 'feed_unreadable' }
	},
	{
		name: 'a login page answers, and wget ends a minute after apk has stopped reading it',
		manager: 'apk',
		update: [
			`ERROR: wget: exited with error 4\nWARNING: updating and opening ${FEED}: file format is invalid or inconsistent\n${SUM}`,
			1
		],
		step: 'match',
		failure: { code: 'feed_unreadable' }
	},
	{
		name: 'a file system is read-only, which is nobody else’s lock',
		manager: 'apk',
		update: ['ERROR: Unable to lock database: Read-only file system', 99],
		step: 'match',
		failure: { code: 'read_only' }
	},
	{
		name: 'apk cannot make its lock',
		manager: 'apk',
		update: ['ERROR: Unable to lock database: Is a directory', 99],
		step: 'match',
		failure: failed(99, 'ERROR: Unable to lock database: Is a directory')
	},
	{
		name: 'opkg cannot make its lock',
		manager: 'opkg',
		update: ['Collected errors:\n * opkg_conf_load: Could not create lock file /x: Not a directory.', 255],
		step: 'match',
		failure: failed(255, '* opkg_conf_load: Could not create lock file /x: Not a directory.')
	},
	{
		name: 'somebody has taken the lock after the update',
		manager: 'opkg',
		query: [' * opkg_conf_load: Could not lock /x.lock: Resource temporarily unavailable.', 255],
		step: 'match',
		failure: { code: 'database_locked' }
	},
	{
		name: 'apk does not know how to be asked',
		manager: 'apk',
		query: ["ERROR: unrecognized option 'fields'\nusage: apk query", 1],
		step: 'match',
		failure: failed(1, "ERROR: unrecognized option 'fields'")
	},
	{
		name: 'no feed has it, and nothing has failed',
		manager: 'apk',
		step: 'match',
		failure: { code: 'not_in_feed' }
	},
	{
		name: 'one feed fails, another has it: only the installation counts',
		manager: 'apk',
		update: ['ERROR: wget: exited with error 3', 1],
		query: [OFFER.apk, 0],
		install: ['ERROR: unable to select packages:\n  kmod-nft-nat-6.12.74-r1:\n    breaks: world', 7],
		step: 'install',
		failure: failed(7, 'ERROR: unable to select packages:')
	},
	{
		name: 'opkg names the cause before what follows from it',
		manager: 'opkg',
		query: [OFFER.opkg, 0],
		install: [
			'Collected errors:\n * check_data_file_clashes: Package kmod-nf-flow wants to install file /x.ko\n * opkg_install_cmd: Cannot install package kmod-nft-offload.\nInstalling kmod-nf-flow (1) to root...',
			255
		],
		step: 'install',
		failure: failed(255, '* check_data_file_clashes: Package kmod-nf-flow wants to install file /x.ko')
	},
	{
		name: 'the manager reports success, and nothing is there',
		manager: 'opkg',
		query: [OFFER.opkg, 0],
		install: ['Configuring kmod-nft-offload.', 0],
		step: 'install',
		failure: failed(0, 'Configuring kmod-nft-offload.')
	},
	{
		name: 'the manager fails and prints nothing',
		manager: 'apk',
		query: [OFFER.apk, 0],
		install: ['', 1],
		step: 'install',
		failure: failed(1, '')
	},
	{
		name: 'a feed’s server speaks to the terminal, and at length',
		manager: 'apk',
		update: [`ERROR: \x1b[31m\u00e9\t"<b>$(reboot)${'x'.repeat(5000)}`, 1],
		step: 'match',
		failure: failed(1, String.raw`ERROR: \x1b[31m\xc3\xa9 "<b>$(reboot)${'x'.repeat(256)}`.slice(0, 256))
	},
	{
		name: 'the kernel does not take the module, unpacked anew or not',
		manager: 'apk',
		query: [OFFER.apk, 0],
		modprobe: ['failed to find a module named nf_flow_table', 255],
		step: 'load',
		failure: { code: 'module_not_loaded', last: 'failed to find a module named nf_flow_table' }
	}
];

const script = (cases: Record<string, Said>): string => {
	const branches = Object.entries(cases).map(
		([pattern, [words, status]]) => `${pattern}) cat <<'END'\n${words}\nEND\nexit ${status} ;;\n`
	);
	return `#!/bin/sh\ncase "$1" in\n${branches.join('')}esac\n`;
};

function routerOf({ manager, update, query, install, modprobe }: Story): Files {
	const there = modprobe === undefined ? [] : NAMES;
	const record = (name: string, version: string): string =>
		manager === 'apk'
			? `P:${name}\nV:${version}\n\n`
			: `Package: ${name}\nVersion: ${version}\nStatus: install user installed\n\n`;
	const database =
		record('kernel', KERNEL[manager]) + there.map((name) => record(name, '6.12.74-r1')).join('');
	return {
		...HEALTHY,
		'/sys/module/nft_flow_offload/refcnt': null,
		'/lib/modules/6.12.74/modules.builtin': '',
		'/lib/modules/6.12.74/nft_flow_offload.ko': modprobe === undefined ? null : '',
		'/lib/apk/db/installed': manager === 'apk' ? database : null,
		'/usr/lib/opkg/status': manager === 'opkg' ? database : null,
		'/bin/cp': '#!/bin/sh\n[ -z "$ROUTER_ROOT" ] || cd "$ROUTER_ROOT"\ncat ".$2" >".$3"\n',
		'/bin/sync': '#!/bin/sh\n',
		[manager === 'apk' ? '/usr/bin/apk' : '/bin/opkg']: script({
			update: update ?? ['OK: 176 distinct packages available', 0],
			'query | info': query ?? [NOTHING[manager], 0],
			'*': install ?? ['', 0]
		}),
		'/sbin/modprobe': script({ '*': modprobe ?? ['', 0] })
	};
}

describe.each(allTiers())('in $name', (tier) => {
	test.concurrent.each(STORIES)('$name', async (story) => {
		expect(await tier.work(routerOf(story))).toMatchObject({
			state: 'failed',
			step: story.step,
			failure: story.failure
		});
	});
});
