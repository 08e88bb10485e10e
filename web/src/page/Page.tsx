// SPDX-License-Identifier: Apache-2.0
import type { Mode, PolicyRule } from '../../../rpcd/api/index.ts';
import type { PageState } from './state.ts';
import { _ } from '../ui/i18n.ts';
import { explainError, explainProblem } from '../ui/problem.ts';
import type { UbusError } from '../lib/ubus/index.ts';
import { Notice } from '../ui/boxes.tsx';
import { Glance } from '../state/Glance.tsx';
import { uncoveredUplinks } from '../state/coverage.ts';
import { ReloadHere } from '../state/WayOut.tsx';
import { committedMode, ModeChoice } from '../change/ModeChoice.tsx';
import '../ui/ui.css';
import './page.css';

const opened = () => import('./opened.ts');
const NOTHING_TOLD: ReadonlyMap<string, string> = new Map();

/** The whole page: what is, the switch, and the connections. */
export function Page({ page }: { page: PageState }) {
	const status = page.status.value;
	const { trouble, why } = page;
	const FindingList = why ? why.FindingList : null;
	const review = (mode: Mode) => void page.review(mode);
	const keep = (rule: PolicyRule) => void page.keep(rule);
	return (
		<>
			<h2>{_('Flow Offloading')}</h2>
			{page.change && (
				<page.change.View
					draft={page.change.draft}
					witness={page.change.witness}
					now={page.now}
					configured={status && committedMode(status.requested)}
					findings={
						FindingList &&
						((findings, mode) => (
							<FindingList
								findings={findings}
								onReview={null}
								onKeep={null}
								reload={null}
								busy={false}
								mode={mode}
							/>
						))
					}
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
					moving={page.moving}
					stale={page.stale}
					loader={page.loader}
					busy={page.busy !== false}
					onReview={page.mayWrite ? review : null}
				/>
			) : (
				!trouble && <p class="spinning">{_('Asking the router…')}</p>
			)}
			{status && why && (
				<why.View
					status={status}
					diagnosis={page.diagnosis.value}
					error={page.diagnosis.error?.kind === 'expired' ? null : page.diagnosis.error}
					asking={page.diagnosis.wait === Infinity}
					onAsk={() => void page.diagnosis.look()}
					told={uncoveredUplinks(status).map(({ device }) => device)}
					passed={page.passed}
					rates={page.moving.rates}
					onReview={page.mayWrite ? review : null}
					onKeep={page.mayWrite ? keep : null}
					reload={
						page.mayWrite
							? () => <ReloadHere loader={page.loader} status={status} busy={page.busy !== false} />
							: null
					}
					busy={page.busy !== false}
				/>
			)}
			{status && (
				<ModeChoice
					status={status}
					engines={page.engines}
					mayWrite={page.mayWrite}
					busy={page.busy}
					onReview={review}
				/>
			)}
			{status?.firewall === 'fw4' && page.install && (
				<page.install.PolicyFold
					load={opened}
					router={page.client}
					onReview={page.mayWrite ? (edit) => void page.reviewPolicy(edit) : null}
					busy={page.busy !== false}
				/>
			)}
			{status && page.install && (
				<page.install.GainFold
					load={opened}
					router={page.client}
					ended={() => void page.look()}
					mode={status.effective.mode}
					engines={page.engines}
					mayWrite={page.mayWrite}
					busy={page.busy !== false}
					explain={why && ((reasons) => <why.ReasonList reasons={reasons} />)}
				/>
			)}
			{page.flows && (
				<page.flows.View
					flows={page.flows.state}
					why={
						why &&
						((flow) => (
							<why.Explained flow={flow} router={page.client} onKeep={page.mayWrite ? keep : null} />
						))
					}
					told={why?.explanations.told ?? NOTHING_TOLD}
					onKeep={page.mayWrite ? keep : null}
					mayRelearn={page.mayWrite && status && status.effective.mode !== 'off' ? page.busy === false : null}
				/>
			)}
			{page.install && (
				<>
					<page.install.View install={page.install.state} mayWrite={page.mayWrite} />
					{status && <page.install.Facts status={status} />}
					<page.install.Report router={page.client} />
				</>
			)}
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
