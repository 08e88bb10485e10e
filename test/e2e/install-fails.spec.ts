// SPDX-License-Identifier: Apache-2.0
/**
 * Each way in which an installation fails, as the page tells it: what happened, what can be done, the package
 * manager's own words, and whether to try again. How they fail was recorded from the real managers (test/install).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator } from '@playwright/test';
import type { Failure } from '../../rpcd/api/index.ts';
import { Status } from '../router/bus.ts';
import { letInstallFail, type FailedInstall } from '../router/installer.ts';
import { packageRecord, type Kernel, type PackageManager } from '../router/kernel.ts';
import { expectNoScrollingSideways, expectReadable, LOOKS } from './harness/looks.ts';
import { expect, test } from './harness/test.ts';
import type { Tab } from './harness/tab.ts';

/** What is told, and what can be done about it. A code that is missing here does not compile. */
const TOLD: Record<Failure['code'], readonly [RegExp, RegExp]> = {
	no_manager: [/neither apk nor opkg on this router/, /Use an image that has kmod-nft-offload/],
	no_network: [/package feeds cannot be reached/, /Check the router’s connection .* then try again/],
	feed_gone: [/does not have what its address promises/, /Check the addresses under System > Software/],
	feed_unreadable: [/nothing that the package manager can read/, /addresses .* another release/],
	no_tls: [/begins with https, and this router has no TLS library/, /Use an image with a TLS library/],
	certificate_refused: [/TLS certificate was refused/, /Check the router’s clock .* then try again/],
	signature_refused: [/not signed by a key that this router trusts/, /Do not install what is not signed/],
	database_locked: [/Another package manager is at work/, /Try again when it has ended/],
	read_only: [/a file system of this router is read-only/, /Restart the router, then try again/],
	no_space: [/not enough room on the flash: \d+ KiB are free, \d+ KiB are needed/, /Remove packages/],
	wrong_kernel: [
		/this router has [\d.]+.*, the package is for [\d.]+/,
		/Upgrade the router|Restart the router/
	],
	not_in_feed: [/No feed of this router has kmod-nft-offload/, /Check the feeds/],
	interrupted: [/The installation was interrupted \(step: Installing\)/, /Try again: what was begun/],
	timed_out: [/It took too long \(step: (Updating the package lists|Installing)\)/, /Look at the log/],
	manager_failed: [/failed with status \d+\. Its last word: \S/, /Look at the log, then try again/],
	module_not_loaded: [/the kernel does not take its module/, /Read the kernel log/],
	reload_failed: [/The firewall could not be reloaded \(status 1\)/, /Read the system log, then try again/],
	fault: [/internal fault: a NUL byte in a command/, /Look at the log, then try again/]
};

const FIXTURES = fileURLToPath(new URL('../fixtures/install/', import.meta.url));

function recorded(manager: PackageManager): Record<string, FailedInstall> {
	const folder = `${FIXTURES}${manager}`;
	return Object.fromEntries(
		readdirSync(folder).map((file) => [
			basename(file, '.json'),
			JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as FailedInstall
		])
	);
}

const NOTHING = { installed: [], module_loaded: false, firewall_reloaded: false };
/** No manager makes the job itself fail, or prints markup; a feed's server may send some. */
const OURS: Record<string, FailedInstall> = {
	'hostile-words': {
		step: 'match',
		changes: NOTHING,
		failure: {
			code: 'manager_failed',
			status: 1,
			last: `ERROR: <img src=x onerror=alert(1)> %s ${'x'.repeat(200)}`
		},
		log: '# /usr/bin/apk update\n<b>ERROR</b>\n'
	},
	'job-fault': {
		step: 'match',
		changes: NOTHING,
		failure: { code: 'fault', reason: 'a NUL byte in a command' },
		log: '# /usr/bin/apk update\n<b>ERROR</b>\n'
	}
};

/** Where nothing can be installed, so that nothing is offered: what the router is like, and what the page says. */
const HOPELESS: Record<string, readonly [(kernel: Kernel) => void, RegExp]> = {
	'no-manager': [
		(kernel) => {
			kernel.remove(kernel.packageDatabase.replace(/\/\w+$/, ''));
		},
		/neither apk nor opkg/
	],
	'other-kernel-runs': [
		(kernel) => {
			kernel.write('proc/sys/kernel/osrelease', '6.6.6\n');
			kernel.write(kernel.packageDatabase, packageRecord(kernel.manager, 'kernel'));
		},
		/The kernel that runs is 6\.6\.6, the packages are for .*: restart the router/
	]
};

const section = (tab: Tab): Locator => tab.page.getByRole('region', { name: 'Package' });
const foldedLog = (tab: Tab): Locator => section(tab).getByText('Log', { exact: true });
const button = (tab: Tab, name: string): Locator => section(tab).getByRole('button', { name, exact: true });

for (const [manager, scenario] of [
	['apk', 'no-module'],
	['opkg', 'no-module-opkg']
] as const)
	test.describe(`with ${manager}`, () => {
		test.use({ scenario });

		for (const [name, failed] of Object.entries({ ...recorded(manager), ...(manager === 'apk' ? OURS : {}) }))
			test(`tells of ${name}`, async ({ openTab, page, router }) => {
				letInstallFail(router.kernel, failed);
				const hopeless = HOPELESS[name];
				hopeless?.[0](router.kernel);
				if (hopeless) await router.bus.call('luci.nft-offload', 'install_package', {});
				const tab = await openTab();
				if (hopeless) {
					await expect(section(tab)).toContainText(hopeless[1]);
					await expect(section(tab).getByRole('button')).toHaveCount(0);
				} else await button(tab, 'Install').click();

				const outcome = section(tab).getByRole('alert');
				const [happened, advice] = TOLD[failed.failure.code];
				await expect(outcome).toContainText(happened);
				await expect(outcome).toContainText(advice);
				if ('last' in failed.failure) await expect(outcome).toContainText(failed.failure.last);
				await expect(outcome).toContainText(
					failed.changes.installed.length > 0 ? 'kmod-nft-offload' : 'Nothing was changed.'
				);
				await expect(section(tab).getByRole('progressbar')).toHaveCount(0);
				if (!hopeless) await expect(button(tab, 'Try again')).toBeEnabled();

				const log = section(tab).getByLabel('Log');
				await expect(log).toBeHidden();
				if (failed.log === '') await expect(foldedLog(tab)).toHaveCount(0);
				else {
					await foldedLog(tab).click();
					await expect(log).toHaveText(failed.log);
				}
				await page.setViewportSize({ width: 360, height: 800 });
				await expectNoScrollingSideways(page);
			});
	});

test.describe('after a failure', () => {
	test.use({ scenario: 'no-module' });
	const {
		'no-network': noNetwork,
		'wrong-kernel': wrongKernel,
		'reload-failed': reloadFailed
	} = recorded('apk');

	test('the same button tries again, and the page has one outcome at a time', async ({ openTab, router }) => {
		letInstallFail(router.kernel, noNetwork ?? null);
		const tab = await openTab();
		await button(tab, 'Install').click();
		await expect(section(tab).getByRole('alert')).toContainText('cannot be reached');
		letInstallFail(router.kernel, null);
		await button(tab, 'Try again').click();
		await expect(section(tab).getByRole('progressbar')).toBeVisible();
		await expect(section(tab).getByRole('alert')).toHaveText('');
		await expect(section(tab).getByRole('alert')).toContainText('Done');
		await expect(section(tab).getByRole('button')).toHaveCount(0);
		await foldedLog(tab).click();
		await expect(section(tab).getByLabel('Log')).not.toContainText('wget');
	});

	test('all can be read in light and dark, and on a phone', async ({ openTab, page, router }) => {
		letInstallFail(router.kernel, wrongKernel ?? null);
		const tab = await openTab();
		await button(tab, 'Install').click();
		await expect(section(tab).getByRole('alert')).toContainText('No package was downloaded.');
		await foldedLog(tab).click();
		for (const { colorScheme, width } of LOOKS) {
			await page.emulateMedia({ colorScheme });
			await page.setViewportSize({ width, height: 800 });
			await expectReadable(page);
			await expectNoScrollingSideways(page);
		}
	});

	test('a firewall that was not reloaded is still told when the page is opened again', async ({
		openTab,
		page,
		router
	}) => {
		letInstallFail(router.kernel, reloadFailed ?? null);
		const tab = await openTab();
		await button(tab, 'Install').click();
		await expect(section(tab)).toContainText('Installed and loaded; the firewall has not been reloaded.');
		await page.reload();
		await expect(section(tab).getByRole('alert')).toContainText('could not be reloaded');
		await expect(button(tab, 'Try again')).toBeVisible();
	});
});

test.describe('where the router cannot tell what is installed', () => {
	test.use({ scenario: 'no-module' });

	test('says so, and asks again', async ({ openTab, router }) => {
		const whole = router.bus.object('luci.nft-offload') ?? {};
		const problem = { problem: 'internal', reason: 'as planted' };
		const get_package = { signature: {}, call: () => ({ status: Status.ok, data: problem }) };
		router.bus.register('luci.nft-offload', { ...whole, get_package });
		const tab = await openTab();
		await expect(section(tab)).toContainText('The router reports an internal fault: as planted');
		router.bus.register('luci.nft-offload', whole);
		await button(tab, 'Try again').click();
		await expect(button(tab, 'Install')).toBeEnabled();
	});
});

test.describe('a start that is refused', () => {
	test.use({ scenario: 'no-module' });

	for (const [title, script, text] of [
		['is busy', 'exit 75', /installing already, or its package manager is still busy/],
		[
			'cannot start anything',
			"echo 'mkdir: can’t create directory: Read-only file system' >&2; exit 1",
			/could not be started: .*Read-only file system/
		]
	] as const)
		test(`tells that the router ${title}, and can be tried again`, async ({ openTab, router }) => {
			router.kernel.writeProgram('usr/libexec/nft-offload/start', `#!/bin/sh\n${script}\n`);
			const tab = await openTab();
			await button(tab, 'Install').click();
			await expect(section(tab)).toContainText(text);
			await expect(button(tab, 'Install')).toBeEnabled();
		});
});

test.describe('for a user who may only look', () => {
	test.use({ scenario: 'no-module-viewer' });

	test('shows what is missing and somebody else’s job, and lets nothing be started', async ({
		openTab,
		router
	}) => {
		const failed = recorded('apk')['feed-gone'];
		letInstallFail(router.kernel, failed ?? null);
		await router.bus.call('luci.nft-offload', 'install_package', {});
		const tab = await openTab();
		await expect(section(tab)).toContainText('Not installed: kmod-nft-offload.');
		await expect(section(tab)).toContainText('You are logged in with read-only access.');
		await expect(button(tab, 'Try again')).toBeDisabled();
		await expect(section(tab).getByRole('alert')).toContainText('does not have what its address promises');
		await foldedLog(tab).click();
		await expect(section(tab).getByLabel('Log')).toHaveText(failed?.log ?? '');
	});
});
