// SPDX-License-Identifier: Apache-2.0
import type { ChangeSequence } from './sequence.ts';
import { _ } from '../ui/i18n.ts';
import { explainOutcome } from './texts.ts';
import { Notice } from '../ui/Notice.tsx';

/** How the last change ended, until it is dismissed. */
export function OutcomeNotice({ change }: { change: ChangeSequence }) {
	const { state } = change;
	const explanation = state.step === 'ended' ? explainOutcome(state.mode, state.outcome) : null;
	return (
		<div role="alert">
			{explanation && (
				<Notice tone={explanation.tone}>
					<div>
						<p>{explanation.text}</p>
						{explanation.advice && <p>{explanation.advice}</p>}
						{state.step === 'ended' && state.left && (
							<p>{_('The change is still staged: the next apply in LuCI would take it along.')}</p>
						)}
					</div>
					<button
						type="button"
						class="btn cbi-button"
						onClick={() => {
							change.dismiss();
						}}
					>
						{_('Dismiss')}
					</button>
				</Notice>
			)}
		</div>
	);
}
