// SPDX-License-Identifier: Apache-2.0
import type { ChangeSequence } from './sequence.ts';
import { ChangeDialog } from './ChangeDialog.tsx';
import { OutcomeNotice } from './OutcomeNotice.tsx';

interface ChangeViewProps {
	change: ChangeSequence;
	/** Milliseconds on the clock that deadlines are told by. */
	now: number;
}

/** The change under way in a dialog, and how the last one ended on the page. */
export function ChangeView({ change, now }: ChangeViewProps) {
	return (
		<>
			<OutcomeNotice change={change} />
			<ChangeDialog change={change} now={now} />
		</>
	);
}
