// SPDX-License-Identifier: Apache-2.0
import type { Job, KernelFit, PackageDetails } from '../../../rpcd/api/index.ts';
import { formatCount } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { explainEnd, explainNeed, progressText, stepName, STEPS } from './texts.ts';
import { explainError } from '../ui/problem.ts';
import { Notice } from '../ui/boxes.tsx';
import { reportOf, type InstallState } from './state.ts';
import css from './install.css?inline';
import { Fact } from '../ui/boxes.tsx';

interface InstallViewProps {
	install: InstallState;
	mayWrite: boolean;
}

/** The package: what is there, what is missing, the button, and the job with its log. Folded where there is nothing to do. */
export function InstallView({ install, mayWrite }: InstallViewProps) {
	const { details, job } = install;
	// That the session has expired is told once, above all parts.
	const error = install.error?.kind === 'expired' ? null : install.error;
	if (details === null)
		return (
			error && (
				<section class="cbi-section" aria-label={_('Package', 'kmod')}>
					<Notice tone="warning">
						<div>{explainError(error)}</div>
						<button
							type="button"
							class="btn cbi-button"
							disabled={install.busy}
							onClick={() => void install.look()}
						>
							{_('Try again')}
						</button>
					</Notice>
				</section>
			)
		);
	const need = explainNeed(details, job);
	const open = need.tone !== 'good' || job.state === 'running' || install.watched;
	return (
		<section
			id="nfo-package"
			class="cbi-section nfo-install nfo-folded"
			aria-label={_('Package', 'kmod')}
			tabIndex={-1}
		>
			<style>{css}</style>
			<details open={open}>
				<summary>
					<h3>{_('Package', 'kmod')}</h3> <span>{need.text}</span>
				</summary>
				{need.advice && <p class="nfo-advice">{need.advice}</p>}
				<Parts details={details} />
				{error && <Notice tone="danger">{explainError(error)}</Notice>}
				<JobView job={job} />
				{need.action !== null && (
					<div class="nfo-actions">
						<button
							type="button"
							class="btn cbi-button cbi-button-apply important"
							disabled={!mayWrite}
							// Not disabled while it runs, or the focus would be lost.
							aria-disabled={install.busy || job.state === 'running'}
							onClick={() => void install.install()}
						>
							{need.action}
						</button>
						{!mayWrite && <span class="nfo-hint">{_('You are logged in with read-only access.')}</span>}
					</div>
				)}
				{install.log !== '' && (
					<details class="nfo-log">
						<summary>{_('Log')}</summary>
						<pre tabIndex={0} aria-label={_('Log')}>
							{install.log}
						</pre>
					</details>
				)}
			</details>
		</section>
	);
}

function Parts({ details }: { details: PackageDetails }) {
	const { packages, manager, kernel, free_kib } = details;
	return (
		<dl class="nfo-facts">
			{packages.map(({ name, version }) => (
				<Fact key={name} name={name} value={version ?? _('not installed')} />
			))}
			<Fact name={_('Package manager')} value={manager === 'none' ? _('none', 'package manager') : manager} />
			<Fact name={_('Kernel')} value={kernelText(kernel)} />
			{free_kib !== null && <Fact name={_('Free flash')} value={fill(_('%s KiB'), formatCount(free_kib))} />}
		</dl>
	);
}

/** A kernel of one's own has no package to be compared with. */
function kernelText({ running, installed, fits }: KernelFit): string {
	if (installed === null) return running;
	return fits
		? fill(_('%s, that of the installed packages'), running)
		: fill(_('%s, the installed packages are for %s'), running, installed);
}

function JobView({ job }: { job: Job }) {
	const report = reportOf(job);
	if (report === null) return null;
	const step = fill(
		_('Step %s of %s: %s'),
		STEPS.indexOf(report.step) + 1,
		STEPS.length,
		stepName(report.step)
	);
	const end = job.state === 'succeeded' || job.state === 'failed' ? explainEnd(job) : null;
	return (
		<>
			{job.state === 'running' && (
				<div class="nfo-job">
					<p role="status">{step}</p>
					<progress aria-label={step} max={report.progress?.total ?? 1} value={report.progress?.done} />
					<p class="nfo-hint">{progressText(report)}</p>
				</div>
			)}
			<div role="alert">
				{end && (
					<Notice tone={end.tone}>
						<p>{end.text}</p>
						<p class="nfo-advice">{end.advice}</p>
					</Notice>
				)}
			</div>
		</>
	);
}
