// SPDX-License-Identifier: Apache-2.0
import { Component, createRef } from 'preact';
import type { ChangeReport, Mode } from '../../../rpcd/api/index.ts';
import { _, fill } from '../ui/i18n.ts';
import { isFocusLost } from '../ui/focus.ts';
import { modeName, type Explanation } from '../ui/names.ts';
import { Notice } from '../ui/boxes.tsx';
import { explainForgotten, explainLost, explainOutcome } from './texts.ts';
import type { Sight } from './state.ts';
import type { ChangeWitness } from './witness.ts';

interface OutcomeProps {
	witness: ChangeWitness;
	configured: Mode | null;
	/** Asks to see what a change back would do. */
	onUndo: (mode: Mode) => void;
}

/** How the last change ended, until it is dismissed. */
export class OutcomeNotice extends Component<OutcomeProps> {
	readonly #box = createRef<HTMLDivElement>();
	#shown = false;

	/** The section of the change is gone, and whoever watched it goes on here; who dismisses it, at the switch. */
	override componentDidUpdate() {
		const shows = isOver(this.props.witness.sight);
		if (shows !== this.#shown && isFocusLost()) {
			const next = shows
				? this.#box.current
				: document.querySelector<HTMLElement>('.nfo-choice input:checked');
			next?.focus({ preventScroll: true });
		}
		this.#shown = shows;
	}

	override componentDidMount() {
		this.#shown = isOver(this.props.witness.sight);
	}

	override render({ witness, configured, onUndo }: OutcomeProps) {
		const { sight } = witness;
		const explanation = explain(sight);
		const undone = sight.step === 'ended' && witness.mayWrite ? undoOf(sight.change, configured) : null;
		return (
			<div ref={this.#box} role="alert" aria-label={_('Last change')} tabIndex={-1}>
				{explanation && (
					<Notice tone={explanation.tone}>
						<div>
							<p>{explanation.text}</p>
							<p>{explanation.advice}</p>
						</div>
						<div class="nfo-actions">
							{undone && (
								<button
									type="button"
									class="btn cbi-button"
									onClick={() => {
										onUndo(undone);
									}}
								>
									{fill(_('Undo: back to %s…'), modeName(undone))}
								</button>
							)}
							<button
								type="button"
								class="btn cbi-button"
								onClick={() => {
									witness.dismiss();
								}}
							>
								{_('Dismiss')}
							</button>
						</div>
					</Notice>
				)}
			</div>
		);
	}
}

const isOver = ({ step }: Sight) => step !== 'nothing' && step !== 'running';

function explain(sight: Sight): Explanation | null {
	switch (sight.step) {
		case 'nothing':
		case 'running':
			return null;
		case 'ended':
			return explainOutcome(sight.change.report, sight.change.outcome);
		case 'lost':
			return explainLost(sight.change);
		case 'forgotten':
			return explainForgotten(sight.report);
	}
}

/** What a change back would lead to; null where there is nothing to take back. */
function undoOf(
	{ report, outcome }: { report: ChangeReport; outcome: { code: string } },
	configured: Mode | null
): Mode | null {
	return outcome.code === 'kept' && configured === report.mode && report.previous !== report.mode
		? report.previous
		: null;
}
