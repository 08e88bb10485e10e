// SPDX-License-Identifier: Apache-2.0
import { _ } from '../ui/i18n.ts';
import type { ReviewLine } from './lines.ts';

const SIGN = { same: ' ', added: '+', removed: '-', gap: ' ' } as const;

/** Lines that change, told by sign and by colour. */
export function DiffView({ lines }: { lines: ReviewLine[] }) {
	return (
		<pre class="nfo-diff" tabIndex={0} aria-label={_('Unsaved Changes')}>
			{lines.map(({ change, text }, index) => (
				<span key={index} class={`nfo-${change}`}>
					{`${SIGN[change]} ${text}\n`}
				</span>
			))}
		</pre>
	);
}
