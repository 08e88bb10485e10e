// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import { copyText } from './clipboard.ts';
import { _ } from './i18n.ts';

interface CopyButtonProps {
	/** What is copied, made when somebody wants it. */
	text: () => string;
}

/** Copies a text, and says beside it whether the browser let us. */
export class CopyButton extends Component<CopyButtonProps, { said: string }> {
	override state = { said: '' };

	override render({ text }: CopyButtonProps, { said }: { said: string }) {
		return (
			<>
				<button
					type="button"
					class="btn cbi-button"
					onClick={() => {
						void copyText(text()).then((copied) => {
							this.setState({ said: copiedText(copied) });
						});
					}}
				>
					{_('Copy', 'action')}
				</button>
				<span role="status" class="nfo-hint">
					{said}
				</span>
			</>
		);
	}
}

const copiedText = (copied: boolean) => (copied ? _('Copied.') : _('The browser did not allow copying.'));
