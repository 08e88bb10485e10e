// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import { copyText } from './clipboard.ts';
import { _ } from './i18n.ts';

/** Lines for a shell on the router, with a button that copies them. */
export class Lines extends Component<{ lines: readonly string[]; label: string }, { said: string }> {
	override state = { said: '' };

	override render({ lines, label }: { lines: readonly string[]; label: string }, { said }: { said: string }) {
		const text = lines.join('\n');
		return (
			<div class="nfo-lines">
				<pre tabIndex={0} aria-label={label}>
					{text}
				</pre>
				<button
					type="button"
					class="btn cbi-button"
					onClick={() => {
						void copyText(`${text}\n`).then((copied) => {
							this.setState({ said: copied ? _('Copied.') : _('The browser did not allow copying.') });
						});
					}}
				>
					{_('Copy', 'action')}
				</button>
				<span role="status" class="nfo-hint">
					{said}
				</span>
			</div>
		);
	}
}
