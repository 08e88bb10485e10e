// SPDX-License-Identifier: Apache-2.0
import type { Mode } from '../../../rpcd/api/index.ts';
import type { PageState } from './state.ts';
import { _ } from '../ui/i18n.ts';
import { explainError, explainProblem } from '../ui/problem.ts';
import type { UbusError } from '../lib/ubus/index.ts';
import { Notice } from '../ui/Notice.tsx';
import { Glance } from '../state/Glance.tsx';
import { committedMode, ModeChoice } from '../change/ModeChoice.tsx';
import '../ui/ui.css';
import './page.css';

/** The whole page: what is, the switch, and the connections. */
export function Page({ page }: { page: PageState }) {
	const status = page.status.value;
	const { trouble } = page;
	const review = (mode: Mode) => void page.review(mode);
	return (
		<>
			<h2>{_('Flow Offloading')}</h2>
			<div class="cbi-map-descr">
				{_(
					'Which path the packets of routed connections take, and the switch for it. What you see comes from the kernel.'
				)}
			</div>
			{page.change && (
				<page.change.View
					draft={page.change.draft}
					witness={page.change.witness}
					now={page.now}
					configured={status && committedMode(status.requested)}
				/>
			)}
			{page.changedElsewhere && (
				<Notice tone="warning">{explainProblem({ problem: 'apply_pending' })}</Notice>
			)}
			{page.incomplete && (
				<Notice tone="danger">
					{_('A part of this page could not be loaded from the router. Try again, or reload the page.')}
				</Notice>
			)}
			{trouble && <Trouble error={trouble} older={status !== null} />}
			{status ? (
				<Glance
					status={status}
					loader={page.loader}
					busy={page.busy !== false}
					onReview={page.mayWrite ? review : null}
				/>
			) : (
				!trouble && <p class="spinning">{_('Asking the router…')}</p>
			)}
			{page.install && <page.install.View install={page.install.state} mayWrite={page.mayWrite} />}
			{status && <ModeChoice status={status} mayWrite={page.mayWrite} busy={page.busy} onReview={review} />}
			{page.flows && <page.flows.View flows={page.flows.state} />}
		</>
	);
}

/** Why the router told nothing at the last look. A session that is gone is LuCI's to renew, in LuCI's own words. */
function Trouble({ error, older }: { error: UbusError; older: boolean }) {
	const expired = error.kind === 'expired';
	return (
		<div role="alert">
			<Notice tone={expired ? 'warning' : 'danger'}>
				<div>
					<p>
						{expired
							? _('A new login is required since the authentication session expired.')
							: explainError(error)}
					</p>
					{older && <p class="nfo-advice">{_('What you see below is older.')}</p>}
				</div>
				{expired && (
					<button
						type="button"
						class="btn cbi-button"
						onClick={() => {
							location.reload();
						}}
					>
						{_('Log in…')}
					</button>
				)}
			</Notice>
		</div>
	);
}
