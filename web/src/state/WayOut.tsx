// SPDX-License-Identifier: Apache-2.0
import type { FirewallLoad, Mode, Status, Verdict } from '../../../rpcd/api/index.ts';
import { _, fill } from '../ui/i18n.ts';
import type { Tone } from '../ui/names.ts';
import { explainError } from '../ui/problem.ts';
import type { FirewallLoader, LoadState } from './load.ts';
import { wayOut } from './texts.ts';

export interface WayOutProps {
	verdict: Verdict;
	tone: Tone;
	loader: FirewallLoader;
	/** Null for who may only look. */
	onReview: ((mode: Mode) => void) | null;
	/** A change is under way. */
	busy: boolean;
}

/** What the admin can do about the verdict, and how it went. */
export function WayOut({ verdict, tone, loader, onReview, busy }: WayOutProps) {
	const way = wayOut(verdict);
	const outcome = outcomeText(loader.state, verdict.code, tone);
	return (
		<>
			{way === 'package' && <PackageLink />}
			{onReview && way !== null && way !== 'package' && (
				<p class="nfo-actions">
					{way === 'software' ? (
						<button
							type="button"
							class="btn cbi-button"
							disabled={busy}
							onClick={() => {
								onReview('software');
							}}
						>
							{_('Change to Software…')}
						</button>
					) : (
						<LoadButton loader={loader} before={verdict.code} name={buttonText(way)} busy={busy} />
					)}
				</p>
			)}
			<div role="status">{outcome !== '' && <p class="nfo-outcome">{outcome}</p>}</div>
		</>
	);
}

interface LoadButtonProps {
	loader: FirewallLoader;
	/** What it is to mend. */
	before: Verdict['code'];
	name: string;
	busy: boolean;
}

export function LoadButton({ loader, before, name, busy }: LoadButtonProps) {
	const loading = loader.state.step === 'loading';
	return (
		<>
			<button
				type="button"
				class="btn cbi-button"
				disabled={busy || loading}
				onClick={({ currentTarget }) => {
					void loadFrom(currentTarget, loader, before);
				}}
			>
				{name}
			</button>{' '}
			{loading && <span class="spinning">{_('Loading the firewall…')}</span>}
		</>
	);
}

/** The same beside a finding, and how it went there. */
export function ReloadHere({
	loader,
	status,
	busy
}: Pick<LoadButtonProps, 'loader' | 'busy'> & { status: Status }) {
	const outcome = outcomeText(loader.state, status.verdict.code, 'warning');
	return (
		<p class="nfo-way">
			<LoadButton loader={loader} before={status.verdict.code} name={buttonText('reload')} busy={busy} />
			<span role="status" class="nfo-outcome">
				{outcome}
			</span>
		</p>
	);
}

/** Loads, and leaves the focus on the state: a button that has done its work is gone. */
async function loadFrom(button: HTMLElement, loader: FirewallLoader, code: Verdict['code']): Promise<void> {
	const state = button.closest('section');
	await loader.load(code);
	state?.focus({ preventScroll: true });
}

/** To what installs and loads the module, further down. The address stays: the list of connections reads it. */
function PackageLink() {
	return (
		<a
			href="#nfo-package"
			onClick={(event) => {
				event.preventDefault();
				const section = document.getElementById('nfo-package');
				section?.scrollIntoView();
				section?.focus({ preventScroll: true });
			}}
		>
			{_('Install or load it here')}
		</a>
	);
}

function buttonText(way: 'reload' | 'start'): string {
	switch (way) {
		case 'reload':
			return _('Reload the firewall');
		case 'start':
			return _('Start the firewall');
	}
}

/** What went wrong is told until nothing is wrong; that a load has changed nothing, while that is so. */
function outcomeText(state: LoadState, code: Verdict['code'], tone: Tone): string {
	const wrong = tone === 'warning' || tone === 'danger';
	switch (state.step) {
		case 'idle':
		case 'loading':
			return '';
		case 'failed':
			return wrong ? explainError(state.error) : '';
		case 'ended':
			if (state.load.status !== 0 || state.load.reason !== '') return wrong ? failureText(state.load) : '';
			return state.before === code
				? _('The firewall was loaded again, and nothing changed. Read the system log.')
				: '';
	}
}

function failureText({ action, status, reason }: FirewallLoad): string {
	return reason === ''
		? fill(_('“fw4 %s” ended with status %s.'), action, status)
		: fill(_('“fw4 %s” ended with status %s: %s'), action, status, reason);
}
