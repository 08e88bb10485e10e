// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import type { Finding, Mode } from '../../../rpcd/api/index.ts';
import field from '../ui/field.css?inline';
import css from './change.css?inline';
import type { ChangeDraft } from './draft.ts';
import { DraftDialog } from './DraftDialog.tsx';
import { OutcomeNotice } from './OutcomeNotice.tsx';
import { ProgressView } from './ProgressView.tsx';
import type { ChangeWitness } from './witness.ts';

interface ChangeViewProps {
	draft: ChangeDraft;
	witness: ChangeWitness;
	/** Milliseconds on the clock that deadlines are told by. */
	now: number;
	/** What is configured now; null where that is no mode. */
	configured: Mode | null;
	/** Draws what the reviewed mode would bring; null where that part is not loaded. */
	findings: DrawFindings | null;
}

export type DrawFindings = (findings: readonly Finding[], mode: Mode) => ComponentChildren;

/** The change that this tab prepares in a dialog; on the page itself the one that the router carries out, and how the last one ended. */
export function ChangeView({ draft, witness, now, configured, findings }: ChangeViewProps) {
	return (
		<div class="nfo-change">
			<style>{field + css}</style>
			<ProgressView witness={witness} now={now} />
			<OutcomeNotice witness={witness} configured={configured} onUndo={(mode) => void draft.review(mode)} />
			<DraftDialog draft={draft} findings={findings} />
		</div>
	);
}
