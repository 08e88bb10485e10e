// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import { CopyButton } from './CopyButton.tsx';

interface LinesProps {
	lines: readonly string[];
	label: string;
	/** What else can be done with them. */
	children?: ComponentChildren;
}

/** Lines that are read or typed elsewhere, with a button that copies them. */
export function Lines({ lines, label, children }: LinesProps) {
	const text = lines.join('\n');
	return (
		<div class="nfo-lines">
			<pre tabIndex={0} aria-label={label}>
				{text}
			</pre>
			{children}
			<CopyButton text={() => (text.endsWith('\n') ? text : `${text}\n`)} />
		</div>
	);
}
