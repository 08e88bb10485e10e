// SPDX-License-Identifier: Apache-2.0
import type { Case, Files } from '../case.ts';
import { HEALTHY } from '../router.ts';

function given(name: string, method: string, files: Files, input: object, expected: object): Case {
	return { name, files: { ...HEALTHY, ...files }, method, input, expected };
}

const apk = (name: string, version: string, ...fields: string[]): string =>
	[`C:Q1x=`, `P:${name}`, `V:${version}`, ...fields, 'F:lib', 'R:kmod-nft-offload.list', '', ''].join('\n');
const opkg = (name: string, version: string, status: string): string =>
	`Package: ${name}\nVersion: ${version}\nStatus: ${status}\nArchitecture: x86_64\n\n`;

const HASH = '88179747d2159675e813164f0cac1785';
const KERNEL = apk('kernel', `6.12.74~${HASH}-r1`);
const LOADED = { name: 'nft_flow_offload', state: 'loaded' };
const FITS = { running: '6.12.74', installed: `6.12.74~${HASH}-r1`, fits: true };

function packages(offload: string | null, flow: string | null, nat: string | null): object {
	return {
		packages: [
			{ name: 'kmod-nft-offload', version: offload },
			{ name: 'kmod-nf-flow', version: flow },
			{ name: 'kmod-nft-nat', version: nat }
		]
	};
}

const DETAILS = { manager: 'apk', module: LOADED, kernel: FITS, free_kib: 65536 };

const CHANGES = { installed: [], module_loaded: false, firewall_reloaded: false };
/** A process that was started so many ticks after the boot, under a name that tries to be more fields. */
const process = (ticks: number): string =>
	`42 (a) S 9 (b) S ${Array.from({ length: 18 }, () => '1').join(' ')} ${ticks.toString()} 0\n`;
const job = (state: object): string =>
	JSON.stringify({
		id: 1234,
		pid: '42',
		born: '4711',
		state: 'running',
		step: 'install',
		step_started: 1074,
		step_limit: 600,
		progress: null,
		changes: CHANGES,
		failure: null,
		...state
	});
const JOB = '/var/run/nft-offload/job.json';
const LOG = '/var/run/nft-offload/log';
const REPORT = {
	id: 1234,
	step: 'install',
	step_seconds: 12,
	step_limit: 600,
	progress: null,
	log: '',
	log_next: 0,
	log_more: false
};
const told = (report: object): object => ({ report: { ...REPORT, ...report } });

export const INSTALL_CASES: readonly Case[] = [
	given(
		'all there, as on an official image',
		'get_package',
		{
			'/lib/apk/db/installed':
				KERNEL +
				['kmod-nf-flow', 'kmod-nft-nat', 'kmod-nft-offload'].map((name) => apk(name, '6.12.74-r1')).join('')
		},
		{},
		{ ...DETAILS, ...packages('6.12.74-r1', '6.12.74-r1', '6.12.74-r1') }
	),
	given(
		'a package whose files apk could not all unpack is not there',
		'get_package',
		{
			'/lib/apk/db/installed':
				KERNEL + apk('kmod-nf-flow', '6.12.74-r1', 'f:fS') + apk('kmod-nft-nat', '6.12.74-r1', 'f:S')
		},
		{},
		{ ...DETAILS, ...packages(null, null, '6.12.74-r1') }
	),
	given(
		'a database longer than what is read at once, and names that only begin alike',
		'get_package',
		{
			'/lib/apk/db/installed': `${apk('kmod-nft-offload-more', '1').repeat(2000)}${apk('kmod-nf-flow', '6.12.74-r1')}${KERNEL}`
		},
		{},
		{ ...DETAILS, ...packages(null, '6.12.74-r1', null) }
	),
	given(
		'opkg, half installed, with the packages of another kernel',
		'get_package',
		{
			'/lib/apk/db/installed': null,
			'/usr/lib/opkg/status':
				opkg('kernel', '5.15.137-1-4796', 'install user installed') +
				opkg('kmod-nf-flow', '5.15.137-1', 'install user unpacked') +
				opkg('kmod-nft-nat', '5.15.137-1', 'install ok installed')
		},
		{},
		{
			...DETAILS,
			manager: 'opkg',
			kernel: { running: '6.12.74', installed: '5.15.137-1-4796', fits: false },
			...packages(null, null, '5.15.137-1')
		}
	),
	given('no job since the boot', 'get_job', {}, {}, { state: 'none' }),
	given('a job file that is none', 'get_job', { [JOB]: '{"id":' }, {}, { state: 'none' }),
	given(
		'a job that runs',
		'get_job',
		{ [JOB]: job({}), '/proc/42/stat': process(4711) },
		{},
		{ state: 'running', ...told({}) }
	),
	given(
		'a job whose process id is another process by now',
		'get_job',
		{ [JOB]: job({}), '/proc/42/stat': process(4712) },
		{},
		{ state: 'failed', changes: CHANGES, failure: { code: 'interrupted' }, ...told({}) }
	),
	given(
		'a log of bytes that are no text',
		'get_job',
		{
			[JOB]: job({ state: 'succeeded' }),
			[LOG]: Buffer.from('a\r\n\x1b[31m\x00\xff\tb\n', 'latin1')
		},
		{},
		{
			state: 'succeeded',
			changes: CHANGES,
			...told({ log: 'a\n\n\\x1b[31m\\x00\\xff\tb\n', log_next: 13 })
		}
	),
	given(
		'a log from an offset on, a piece at a time',
		'get_job',
		{ [JOB]: job({ state: 'succeeded' }), [LOG]: 'x'.repeat(20_000) },
		{ offset: 10 },
		{
			state: 'succeeded',
			changes: CHANGES,
			...told({ log: 'x'.repeat(8192), log_next: 8202, log_more: true })
		}
	),
	given(
		'an offset behind the end',
		'get_job',
		{ [JOB]: job({ state: 'succeeded' }), [LOG]: 'x' },
		{ offset: 2147483647 },
		{ state: 'succeeded', changes: CHANGES, ...told({ log_next: 2147483647 }) }
	),
	...[-1, 2147483648, 'x', null, [1]].map((offset) =>
		given(
			`the offset ${JSON.stringify(offset)}`,
			'get_job',
			{},
			{ offset },
			{
				problem: 'invalid_argument',
				argument: 'offset',
				expected: 'a whole number from 0 to 2147483647'
			}
		)
	),
	...['package', 'name', 'url'].map((argument) =>
		given(
			`an installation that is told a ${argument}`,
			'install_package',
			{},
			{ [argument]: 'http://127.0.0.1/x.ipk' },
			{ problem: 'unknown_argument', argument }
		)
	),
	given(
		'a job runs already',
		'install_package',
		{ '/usr/libexec/nft-offload/start': '#!/bin/sh\nexit 75\n' },
		{},
		{ problem: 'job_running' }
	),
	given(
		'the job cannot be started',
		'install_package',
		{
			'/usr/libexec/nft-offload/start':
				'#!/bin/sh\necho "cannot create lock: Read-only file system"\nexit 1\n'
		},
		{},
		{ problem: 'job_not_started', reason: 'cannot create lock: Read-only file system' }
	)
];
