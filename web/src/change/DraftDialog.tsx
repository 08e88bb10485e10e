// SPDX-License-Identifier: Apache-2.0
import { _, fill } from '../ui/i18n.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { focus } from '../ui/focus.ts';
import { modeName } from '../ui/names.ts';
import { Notice } from '../ui/boxes.tsx';
import { explainError } from '../ui/problem.ts';
import type { UbusError } from '../lib/ubus/index.ts';
import type { DrawFindings } from './ChangeView.tsx';
import type { ChangeDraft } from './draft.ts';
import { explainRefusal } from './refusals.ts';
import { Review } from './Review.tsx';
import type { Draft } from './state.ts';

/** From the click to the start. Nothing has changed on the router yet, so the dialog can be left at any time. */
export function DraftDialog({ draft, findings }: { draft: ChangeDraft; findings: DrawFindings | null }) {
	const { state } = draft;
	if (state.step === 'none') return null;
	const cancel = () => {
		draft.cancel();
	};
	return (
		<Dialog title={titleOf(state)} onEscape={cancel}>
			<Step state={state} draft={draft} findings={findings} cancel={cancel} />
		</Dialog>
	);
}

/** A change of the policy is told by that: as a rule the mode stays. */
const titleOf = ({ mode, policy }: Exclude<Draft, { step: 'none' }>) =>
	policy === null ? fill(_('Change to %s'), modeName(mode)) : _('Change which connections stay on the CPU');

interface StepProps {
	state: Exclude<Draft, { step: 'none' }>;
	draft: ChangeDraft;
	findings: DrawFindings | null;
	cancel: () => void;
}

function Step({ state, draft, findings, cancel }: StepProps) {
	switch (state.step) {
		case 'checking':
			return <p class="spinning">{_('The router checks whether this would work…')}</p>;
		case 'starting':
			return <p class="spinning">{_('Starting the change on the router…')}</p>;
		case 'review':
			return (
				<Review
					check={state.check}
					policy={state.rules}
					lines={state.lines}
					findings={state.findings.length > 0 && findings?.(state.findings, state.mode)}
					onStart={(terms) => void draft.start(terms)}
					onCancel={cancel}
				/>
			);
		case 'refused':
			return (
				<>
					<div role="alert">
						<Notice tone="danger">{refusalText(state.error)}</Notice>
					</div>
					<div class="nfo-actions nfo-right">
						{inSoftware(state.error) && (
							<button
								type="button"
								class="btn cbi-button"
								onClick={() => void draft.review('software', state.policy)}
							>
								{_('Change to Software…')}
							</button>
						)}
						{isWorthAnother(state.error) && (
							<button
								type="button"
								class="btn cbi-button"
								onClick={() => void draft.review(state.mode, state.policy)}
							>
								{_('Review again')}
							</button>
						)}
						<button ref={focus} type="button" class="btn cbi-button" onClick={cancel}>
							{_('Close')}
						</button>
					</div>
				</>
			);
	}
}

export const refusalText = (error: UbusError): string =>
	error.problem === null ? explainError(error) : explainRefusal(error.problem);

/** Where hardware alone is refused. */
const inSoftware = ({ problem }: UbusError) =>
	problem !== null && ['hardware_refused', 'no_engine', 'hardware_busy'].includes(problem.problem);

/** What another look at it may cure. */
const isWorthAnother = (error: UbusError) =>
	error.problem?.problem === 'config_changed' || error.mayHaveHappened;
