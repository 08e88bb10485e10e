// SPDX-License-Identifier: Apache-2.0
/** What the page says of the package and of the job that installs it, for each code of the contract. */
import type { Job, JobReport, JobStep, LastWord, PackageDetails } from '../../../rpcd/api/index.ts';
import { formatBytes } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import type { Explanation } from '../ui/names.ts';

/** What is there, whether anything is to be done, and what the button would do; null where there is nothing to do. */
export interface Need extends Explanation {
	action: string | null;
}

const NOTHING: Pick<Need, 'action' | 'tone'> = { action: null, tone: 'good' };

/** After a failure the button offers to try again. A firewall that was not reloaded is the last thing to be done. */
export function explainNeed({ manager, packages, module, kernel }: PackageDetails, job: Job): Need {
	const missing = packages.filter(({ version }) => version === null).map(({ name }) => name);
	if (module.state === 'builtin')
		return {
			...NOTHING,
			text: _('Flow offloading is built into the kernel: no package is needed.'),
			advice: ''
		};
	const again = job.state === 'failed' ? _('Try again') : null;
	if (missing.length === 0 && module.state === 'loaded') {
		if (job.state === 'failed' && job.failure.code === 'reload_failed')
			return {
				action: again,
				tone: 'warning',
				text: _('Installed and loaded; the firewall has not been reloaded.'),
				advice: ''
			};
		return {
			...NOTHING,
			text: _('Installed and loaded: there is nothing to do.'),
			advice: _('On official images firewall4 brings kmod-nft-offload along.')
		};
	}
	if (missing.length === 0 && module.state === 'loadable')
		return {
			action: again ?? _('Load the module'),
			tone: 'warning',
			text: _('The package is installed, and its kernel module is not loaded.'),
			advice: ''
		};
	return {
		action: manager === 'none' || !kernel.fits ? null : (again ?? _('Install')),
		tone: 'warning',
		text:
			missing.length === 0
				? fill(_('The package is installed, and its module for kernel %s is not there.'), kernel.running)
				: fill(_('Not installed: %s.'), missing.join(', ')),
		advice: whyNotInstallable({ manager, kernel })
	};
}

function whyNotInstallable({ manager, kernel }: Pick<PackageDetails, 'manager' | 'kernel'>): string {
	if (manager === 'none')
		return _('There is neither apk nor opkg on this router. Use an image that has kmod-nft-offload in it.');
	if (!kernel.fits)
		return fill(
			_('The kernel that runs is %s, the packages are for %s: restart the router, or flash a whole image.'),
			kernel.running,
			kernel.installed ?? ''
		);
	return '';
}

/** The steps in their order, for "step 3 of 7". */
export const STEPS: readonly JobStep[] = ['check', 'update', 'match', 'install', 'load', 'reload', 'verify'];

export function stepName(step: JobStep): string {
	switch (step) {
		case 'check':
			return _('Looking at what is there');
		case 'update':
			return _('Updating the package lists');
		case 'match':
			return _('Checking kernel and room');
		case 'install':
			return _('Installing');
		case 'load':
			return _('Loading the kernel module');
		case 'reload':
			return _('Reloading the firewall');
		case 'verify':
			return _('Verifying');
	}
}

/** How far, how long, and when it is given up. */
export function progressText({ progress, step_seconds, step_limit }: JobReport): string {
	const time = fill(_('%s s, given up after %s s'), step_seconds, step_limit);
	if (progress === null) return time;
	const { done, total, unit } = progress;
	return unit === 'bytes'
		? fill(_('%s of %s · %s'), formatBytes(done), formatBytes(total), time)
		: fill(_('%s of %s actions · %s'), done, total, time);
}

/** How a job ended, what it changed, and what the admin can do. */
export function explainEnd(job: Extract<Job, { state: 'succeeded' | 'failed' }>): Explanation {
	const { installed, module_loaded, firewall_reloaded } = job.changes;
	const changes = [
		...installed.map(({ name, version }) =>
			version === null ? fill(_('%s is gone.'), name) : fill(_('%s %s is installed.'), name, version)
		),
		...(module_loaded ? [_('The module is loaded.')] : []),
		...(firewall_reloaded ? [_('The firewall has been reloaded.')] : [])
	];
	const changed = changes.length > 0 ? changes.join(' ') : _('Nothing was changed.');
	return job.state === 'succeeded'
		? { tone: 'good', text: _('Done: verified in the package database and in the kernel.'), advice: changed }
		: { tone: 'danger', text: explainFailure(job), advice: `${adviceFor(job)} ${changed}` };
}

function explainFailure({ failure, report }: Extract<Job, { state: 'failed' }>): string {
	switch (failure.code) {
		case 'no_manager':
			return _('There is neither apk nor opkg on this router.');
		case 'no_network':
			return _('The package feeds cannot be reached, or not all of them.');
		case 'feed_gone':
			return _('The feed’s server answers, and does not have what its address promises.');
		case 'feed_unreadable':
			return _('What the feed’s server sent is nothing that the package manager can read.');
		case 'no_tls':
			return _('A feed’s address begins with https, and this router has no TLS library.');
		case 'certificate_refused':
			return _('The feed’s TLS certificate was refused, or no TLS connection came about.');
		case 'signature_refused':
			return _('What the feed’s server sent is not signed by a key that this router trusts.');
		case 'database_locked':
			return _('Another package manager is at work on this router.');
		case 'read_only':
			return _('The package manager cannot write: a file system of this router is read-only.');
		case 'no_space':
			return fill(
				_('There is not enough room on the flash: %s KiB are free, %s KiB are needed.'),
				failure.free_kib,
				failure.needed_kib
			);
		case 'wrong_kernel':
			return fill(
				_(
					'The package is for another kernel: this router has %s, the package is for %s. No package was downloaded.'
				),
				failure.kernel,
				failure.offered
			);
		case 'not_in_feed':
			return _('No feed of this router has kmod-nft-offload.');
		case 'interrupted':
			return fill(_('The installation was interrupted (step: %s).'), stepName(report.step));
		case 'timed_out':
			return fill(_('It took too long (step: %s).'), stepName(report.step));
		case 'manager_failed':
			return withLastWord(
				failure.status === 0
					? _('The package manager reports success, and the package is not there.')
					: fill(_('The package manager failed with status %s.'), failure.status),
				failure.last
			);
		case 'module_not_loaded':
			return withLastWord(
				_('The package is installed, and the kernel does not take its module.'),
				failure.last
			);
		case 'reload_failed':
			return failure.status === 0
				? _('The firewall was told to reload, and nft has refused its ruleset.')
				: fill(_('The firewall could not be reloaded (status %s).'), failure.status);
		case 'fault':
			return fill(_('The router reports an internal fault: %s'), failure.reason);
	}
}

function withLastWord(text: string, last: LastWord): string {
	return last === '' ? text : `${text} ${fill(_('Its last word: %s'), last)}`;
}

function adviceFor({ failure, report }: Extract<Job, { state: 'failed' }>): string {
	switch (failure.code) {
		case 'no_manager':
			return _('Use an image that has kmod-nft-offload in it.');
		case 'no_network':
			return _('Check the router’s connection to the internet and its DNS, then try again.');
		case 'feed_gone':
			return _('Check the addresses under System > Software > Configuration.');
		case 'certificate_refused':
			return _('Check the router’s clock under System > System, then try again.');
		case 'feed_unreadable':
			return _(
				'Check the addresses under System > Software > Configuration: they may be those of another release. Or a provider’s login page answers in the place of the feed.'
			);
		case 'no_tls':
			return _(
				'Use an image with a TLS library (libustream), or let the addresses under System > Software > Configuration begin with http: what is signed is checked in any case.'
			);
		case 'signature_refused':
			return _('Check the addresses and the keys of the feeds. Do not install what is not signed.');
		case 'database_locked':
			return _('Try again when it has ended.');
		case 'read_only':
			return _(
				'Restart the router, then try again. If it stays so, read the kernel log: the flash may be damaged.'
			);
		case 'no_space':
			return _('Remove packages that you do not need, then try again.');
		case 'wrong_kernel':
			// In its first step the job has not asked a feed: it is the running kernel that the installed packages do not fit.
			return report.step === 'check'
				? _('Restart the router, or flash a whole image.')
				: _('Upgrade the router to the release that the feed is for, or use the feed of its own release.');
		case 'not_in_feed':
			return _(
				'Check the feeds under System > Software > Configuration: that of the target’s kernel modules is missing or empty.'
			);
		case 'interrupted':
			return _('Try again: what was begun is finished or done anew.');
		case 'timed_out':
			return _('Look at the log, then try again. A package manager that is still busy is left alone.');
		case 'manager_failed':
		case 'fault':
			return _('Look at the log, then try again.');
		case 'module_not_loaded':
			return _('Read the kernel log under Status > System Log, and restart the router.');
		case 'reload_failed':
			return _('Read the system log, then try again, or restart the firewall under System > Startup.');
	}
}
